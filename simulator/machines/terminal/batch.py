"""The contents of a batch: its totals, what may be voided, and how its details go up.

Sends nothing and settles nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec

from simulator.machines.terminal.memory import CHIP_ENTRY, TerminalMemory
from simulator.machines.terminal.records import Armed, Booked
from simulator.wire.kinds import COUNTS, Kind
from simulator.wire.subfields import (
    MAX_UPLOAD_ITEMS,
    UNBALANCED,
    UPLOAD_CHIP,
    UPLOAD_CHIP_FAILED,
    UPLOAD_NOTICE,
    UPLOAD_STRIPE,
    CardTotals,
    SettlementTotals,
    is_foreign,
)

PAN_DIGITS = 20  # of a card number in F48 of an upload, zero-filled
LARGEST_SUM_FEN = 10**12 - 1  # sums have twelve

OFFLINE = frozenset({Kind.OFFLINE_SALE, Kind.ADJUST, Kind.TIP})  # approved before they are sent
NOBODY_WAITS = OFFLINE | {Kind.SCRIPT_RESULT}  # in the batch already, or never

# What a void of each kind undoes.
VOIDABLE: dict[Kind, frozenset[Kind]] = {
    Kind.VOID: frozenset({Kind.SALE}),
    Kind.COMPLETION_VOID: frozenset({Kind.COMPLETION, Kind.COMPLETION_ADVICE}),
    Kind.QR_VOID: frozenset({Kind.QR_SALE}),
}
# What an adjustment or a tip is added to.
ADJUSTABLE: dict[Kind, frozenset[Kind]] = {
    Kind.ADJUST: frozenset({Kind.SALE, Kind.OFFLINE_SALE, Kind.COMPLETION}),
    Kind.TIP: frozenset({Kind.SALE, Kind.OFFLINE_SALE, Kind.COMPLETION}),
}

CHIP_CODES = frozenset({*UPLOAD_CHIP.values(), *UPLOAD_CHIP_FAILED.values()})  # F60.3
_SCANNED_KINDS = frozenset({Kind.QR_SALE, Kind.QR_VOID})
_STRIPE_KINDS = frozenset({Kind.SALE, Kind.COMPLETION, Kind.COMPLETION_ADVICE})


def totals(items: Iterable[Booked]) -> CardTotals:
    """Sums and counts: debit what is sale-like, credit voids and refunds."""
    debit_fen = debit_count = credit_fen = credit_count = 0
    for item in items:
        counts = COUNTS[item.kind]
        if counts > 0:
            debit_fen += item.amount_fen
            debit_count += 1
        elif counts < 0:
            credit_fen += item.amount_fen
            credit_count += 1
    return CardTotals(debit_fen, debit_count, credit_fen, credit_count)


def totals_by_class(items: Iterable[Booked], domestic: tuple[str, ...]) -> SettlementTotals:
    """The totals of F48: cards with a domestic prefix, then all others."""
    ours: list[Booked] = []
    others: list[Booked] = []
    for item in items:
        (others if is_foreign(item.pan, domestic) else ours).append(item)
    return SettlementTotals(totals(ours), totals(others))


def has_room(
    memory: TerminalMemory, kind: Kind, pan: str, amount_fen: int, domestic: tuple[str, ...],
) -> bool:
    """Whether the sum of F48 that such a transaction goes into can still be written.

    What is stored and not answered yet counts, as it may be approved any time.
    """
    most = memory.gross_fen + amount_fen
    if most <= LARGEST_SUM_FEN and not memory.advised:
        return True  # the usual case, without a look at the whole batch
    counts = COUNTS[kind]
    foreign = is_foreign(pan, domestic)
    held = [(item.kind, item.pan, item.amount_fen) for item in memory.items]
    held += [
        (each.kind, each.message.pan, each.message.amount_fen or 0) for each in memory.advised
        if each.kind not in NOBODY_WAITS
    ]
    total = amount_fen + sum(
        fen for of_kind, of_pan, fen in held
        if COUNTS[of_kind] == counts and is_foreign(of_pan, domestic) is foreign
    )
    return not counts or total <= LARGEST_SUM_FEN


def is_full(memory: TerminalMemory, limit: int) -> bool:
    """Whether the batch holds as many as it may, with what may still be approved."""
    held = len(memory.items)
    if memory.advised:
        held += sum(each.kind not in NOBODY_WAITS for each in memory.advised)
    return held >= limit


def is_voided(items: Iterable[Booked], stan: int) -> bool:
    """Whether the batch holds a void of the transaction with this STAN."""
    return any(item.kind in VOIDABLE and item.original_stan == stan for item in items)


class UploadPart(msgspec.Struct, frozen=True, gc=False):
    """One 0320 with details: up to eight stripe transactions, one of another kind, or a failed one."""

    network_code: str  # F60.3
    items: tuple[Booked, ...]
    failed: Armed | None = None

    @property
    def stans(self) -> tuple[int, ...]:
        """What is on its way in this message."""
        return tuple(item.stan for item in self.items) if self.failed is None else (self.failed.stan,)

    @property
    def is_of_chip(self) -> bool:
        """Whether it is what a chip made of one sale, approved or not."""
        return self.failed is not None or (
            self.network_code in CHIP_CODES and _is_chip(self.items[0])
            and COUNTS[self.items[0].kind] > 0)

    @property
    def keeps_number(self) -> bool:
        """Whether it goes up under the number of its transaction, and takes none."""
        return self.is_of_chip or self.network_code == UPLOAD_NOTICE


def upload_plan(
    items: Iterable[Booked], failed: Iterable[Armed], uploaded: Sequence[int], result: str,
) -> list[UploadPart]:
    """What still has to go up after ``result``, in order.

    Unbalanced: stripe details eight by eight, notices, then one message a record.  Balanced: the chip
    records alone, which carry what the issuer wants to see of the chip.  Failed chip records last,
    and then those that were approved with a wrong ARPC.
    """
    done = frozenset(uploaded)
    rest = [item for item in items if COUNTS[item.kind] and item.stan not in done]
    plan: list[UploadPart] = []
    if result == UNBALANCED:
        stripe = [item for item in rest if _is_stripe(item)]
        plan += [
            UploadPart(UPLOAD_STRIPE, tuple(stripe[at:at + MAX_UPLOAD_ITEMS]))
            for at in range(0, len(stripe), MAX_UPLOAD_ITEMS)
        ]
        rest = [item for item in rest if not _is_stripe(item)]
        plan += [UploadPart(UPLOAD_NOTICE, (item,)) for item in rest if item.notice is not None]
        rest = [item for item in rest if item.notice is None]
    else:
        rest = [item for item in rest if _is_chip(item)]
    plan += [UploadPart(UPLOAD_CHIP[result], (item,)) for item in rest if not item.arpc_failed]
    plan += [
        UploadPart(UPLOAD_CHIP_FAILED[result], (), each) for each in failed if each.stan not in done
    ]
    plan += [UploadPart(UPLOAD_CHIP_FAILED[result], (item,)) for item in rest if item.arpc_failed]
    return plan


def upload_count(items: Iterable[Booked], failed: Iterable[Armed], result: str) -> int:
    """How many records the end message announces: all that went up, each once."""
    return sum(len(part.stans) for part in upload_plan(items, failed, (), result))


def _is_chip(item: Booked) -> bool:
    return item.entry_mode[:2] in CHIP_ENTRY


def _is_stripe(item: Booked) -> bool:
    if item.kind in _SCANNED_KINDS:
        return item.qr_code.isascii() and item.qr_code.isdigit()
    return item.kind in _STRIPE_KINDS and not _is_chip(item) and bool(item.pan)


def pan_place(item: Booked) -> str:
    """What stands for the card number in the stripe block: of a code its last twenty digits."""
    return item.pan or item.qr_code[-PAN_DIGITS:]
