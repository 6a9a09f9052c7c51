"""Sums and counts of items, as F48 and the host write them."""

from __future__ import annotations

from collections.abc import Iterable
from operator import sub

import msgspec

from simulator.judge.rule import Case
from simulator.trace.records import BatchCounted, key_of

DIGITS, OF_CLASS, RESULT = 62, 31, 30  # of F48: both classes, one of them, its result
HELD_KEPT = 5_000
NOTHING = (0, 0, 0, 0)
_Sums = tuple[int, int, int, int]  # debit sum and count, credit sum and count


class Booked(msgspec.Struct, gc=False):
    """One batch at the host: what is captured in it, and what of that is not cleared yet."""

    items: dict[str, int] = msgspec.field(default_factory=dict)  # STAN to net sum
    uncleared: int = 0  # postings
    uncleared_fen: int = 0
    settled: BatchCounted | None = None
    is_late: bool = False  # all of it was booked after the batch was closed


class Closed(msgspec.Struct, gc=False):
    """The batch that was closed last of a terminal."""

    told: BatchCounted  # with which totals, the last time
    since: int = 0  # postings since
    since_fen: int = 0


class Batches(msgspec.Struct, gc=False):
    """Batches by name, ``<TID>/<batch>``; the last cut-over."""

    of: dict[str, Booked] = msgspec.field(default_factory=dict)
    cut_over_ms: int = 0
    held: dict[str, None] = msgspec.field(default_factory=dict)  # keys that its totals leave out: not confirmed
    closed: dict[str, Closed] = msgspec.field(default_factory=dict)  # by name, the last one of each TID
    last: dict[str, str] = msgspec.field(default_factory=dict)  # its name, by TID
    restarted_ms: int = -1  # the host


def net_fen(record: BatchCounted) -> int:
    """What a batch brings its merchant."""
    return record.debit_fen - record.credit_fen


def hold_keys(held: dict[str, None], keys: Iterable[str]) -> None:
    """The host holds these items back."""
    held.update(dict.fromkeys(keys))
    while len(held) > HELD_KEPT:
        del held[next(iter(held))]


def as_counted(record: BatchCounted, items: dict[str, int]) -> BatchCounted:
    """A count with the sums that these items make."""
    debit_fen, debits, credit_fen, credits_ = _summed(items.values())
    return msgspec.structs.replace(
        record, debit_fen=debit_fen, debit_count=debits, credit_fen=credit_fen,
        credit_count=credits_)


def _summed(sums_of: object) -> _Sums:
    debit_fen = debits = credit_fen = credits_ = 0
    for fen in sums_of:  # type: ignore[attr-defined]
        if fen > 0:
            debit_fen += fen
            debits += 1
        elif fen < 0:
            credit_fen -= fen
            credits_ += 1
    return debit_fen, debits, credit_fen, credits_


_Case = Case[Batches]


def by_class(
    case: _Case, tid: str, batch: int, items: dict[int, int], domestic: tuple[str, ...],
) -> tuple[_Sums, _Sums] | None:
    """Totals of domestic and of foreign cards; None where a card is not known."""
    foreign: list[int] = []
    for stan, fen in items.items():
        transaction = case.book.transactions.get(key_of(tid, batch, stan))
        if transaction is None:
            return None
        card = transaction.card or transaction.sale.card
        if card and not card.startswith(domestic):
            foreign.append(fen)
    of_foreign = _summed(foreign)
    debit_fen, debits, credit_fen, credits_ = map(sub, _summed(items.values()), of_foreign)
    return (debit_fen, debits, credit_fen, credits_), of_foreign


def half_of(digits: str) -> _Sums:
    """Sums and counts in one half of F48."""
    if not digits[:RESULT].isdecimal():
        return NOTHING
    return int(digits[:12]), int(digits[12:15]), int(digits[15:27]), int(digits[27:30])


def half_text(half: _Sums) -> str:
    """Sums and counts, as a finding writes them."""
    return f"{half[0]}/{half[1]} {half[2]}/{half[3]}"


def differs(case: _Case, code: str, name: str, booked: Booked) -> None:
    """What a batch was booked with and what is said of it are not alike."""
    tid, _, batch = name.rpartition("/")
    assert booked.settled is not None
    case.find(
        code, tid=tid, batch=batch, since_ms=booked.settled.at_ms, fen=booked.uncleared_fen,
        amount_fen=booked.uncleared_fen, items=booked.uncleared, story=[booked.settled],
    )
