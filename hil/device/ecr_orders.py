"""A till's order as an operation of the terminal, and the terminal's outcome as an answer to the till.

It maps values and decides nothing: what the terminal refuses is the terminal's business.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from hil.device.ecr_memory import UnderWay
from hil.device.requests import Operate
from hil.ecr.terminal import Remembered
from hil.ecr.values import Answer, Ask, Order, Result
from simulator.catalogue.terminal_reasons import Failure
from simulator.local_time import date_at, hhmmss, mmdd
from simulator.machines.terminal.batch import totals
from simulator.machines.terminal.events import Conclude
from simulator.machines.terminal.memory import LAST_NUMBER, TerminalMemory
from simulator.machines.terminal.profile import Card, TerminalIdentity, TerminalProfile
from simulator.machines.terminal.receipts import TITLE, receipt_lines, settlement_lines
from simulator.machines.terminal.records import Booked
from simulator.machines.terminal.signature import SIGNABLE
from simulator.wire.kinds import Kind
from simulator.wire.masking import looks_like_card, mask_pan
from simulator.wire.message import Original
from simulator.wire.subfields import CardTotals

READS_CARD = frozenset({
    Kind.SALE, Kind.PREAUTH, Kind.BALANCE, Kind.OFFLINE_SALE, Kind.REFUND, Kind.COMPLETION, Kind.PREAUTH_VOID,
})
_NAMES_DATE = frozenset({Kind.REFUND, Kind.COMPLETION, Kind.QR_REFUND, Kind.PREAUTH_VOID})
_READS_CODE = frozenset({Kind.QR_SALE})
_BEHIND = 100_000  # numbers: no batch is so long


class Reader:
    """What a customer holds at the terminal, a card, a code, or nothing, and what he draws there."""

    def __init__(self, card: Card | None) -> None:
        self.card = card
        self.qr_code = ""
        self.signature: bytes | None = None  # where the terminal asks for one
        self.order = ""  # what a bench calls the next one


def operation_of(
    order: Order, name: str, memory: TerminalMemory, profile: TerminalProfile, reader: Reader,
) -> Operate:
    """What the terminal is asked; ``name`` is the order's in its journal."""
    kind = Kind(order.kind.value)
    item = _item_meant(order, memory)
    clerk, password = _clerk(order, memory, profile)
    return Operate(
        kind=kind, order=name, amount_fen=order.amount_fen,
        card=reader.card if kind in READS_CARD else None,
        original=_original(order, kind, memory, item),
        original_rrn=order.original_rrn or (item.rrn if item is not None else ""),
        original_auth_code=order.original_auth_code or (item.auth_code if item is not None else ""),
        clerk=clerk, password=password if kind is Kind.SIGN_ON else "",
        qr_code=(order.qr_code or reader.qr_code) if kind in _READS_CODE else order.qr_code,
        voucher=order.voucher or (item.voucher if item is not None else ""),
        signature=reader.signature if kind in SIGNABLE else None,
    )


def name_of(order: Order, number: int, told: str = "") -> str:
    """The order as traces and journals name it: as a bench told, or the till's own number, where it may be shown.

    >>> name_of(Order(kind=Ask.SALE, order="ABC123"), 7), name_of(Order(kind=Ask.SALE), 7)
    ('ABC123', 'sale-ecr-7')
    >>> name_of(Order(kind=Ask.SALE, order="0000S1"), 7, "S1")
    'S1'
    """
    shown = told or order.order.strip()
    fits = shown.isascii() and shown.isprintable() and len(shown) <= 64 and not looks_like_card(shown)
    return shown if shown and fits else f"{order.kind.value}-ecr-{number}"


def _item_meant(order: Order, memory: TerminalMemory) -> Booked | None:
    """The transaction of the open batch that an order refers to."""
    if order.original_stan and order.original_batch in (0, memory.batch):
        return memory.item(order.original_stan)
    if order.original_rrn:
        return next((each for each in reversed(memory.items) if each.rrn == order.original_rrn), None)
    return None


def _original(
    order: Order, kind: Kind, memory: TerminalMemory, item: Booked | None,
) -> Original | None:
    stan = order.original_stan or (item.stan if item is not None else 0)
    batch = order.original_batch or memory.batch
    if not stan or not batch:
        return None
    date = order.original_date[-4:] or (mmdd(item.at_ms) if item is not None else "")
    return Original(batch, stan, date if kind in _NAMES_DATE else "")


def _clerk(order: Order, memory: TerminalMemory, profile: TerminalProfile) -> tuple[str, str]:
    """Who works at the terminal: whom the till names, where the terminal knows him, or who is there."""
    known = dict(profile.clerks)
    named = order.clerk if order.clerk in known else memory.clerk
    clerk = named or next(iter(known), "01")
    return clerk, known.get(clerk, "")


# ---- answers -----------------------------------------------------------------------------------


def answer_of(
    effect: Conclude, order: Order, memory: TerminalMemory, identity: TerminalIdentity,
    card: Card | None, now_ms: int, settled: CardTotals | None,
) -> Answer:
    """How an operation ended, for the till.  ``settled``: the totals before a settlement."""
    item = memory.item(effect.stan) if effect.stan else None
    if item is not None and item.kind is not effect.kind:
        item = None
    approved = effect.result.value == Result.APPROVED
    lines: tuple[str, ...] = ()
    if approved and item is not None and item.kind in TITLE:
        lines = receipt_lines(identity, item)
    elif approved and settled is not None:
        lines = settlement_lines(identity, effect.batch, settled)
    pan = item.pan if item is not None else card.pan if card is not None else ""
    return _counted(settled, Answer(
        result=Result(effect.result.value), response_code=effect.response_code,
        reason=str(effect.reason), order=order.order, stan=effect.stan, batch=effect.batch,
        rrn=effect.rrn, auth_code=effect.auth_code,
        amount_fen=effect.amount_fen or order.amount_fen, voucher=effect.voucher,
        card=mask_pan(pan) if pan else "", receipt=lines, date=_yyyymmdd(now_ms), time=hhmmss(now_ms),
    ))


def answer_of_journal(
    order: Remembered, begun: UnderWay, memory: TerminalMemory, identity: TerminalIdentity,
) -> Answer:
    """How an order ended that was under way when the power went, as far as the journal knows."""
    item = _booked_since(memory.items, begun)
    if item is not None:
        return _booked_answer(item, order.order, identity)
    is_settlement = order.kind is Ask.SETTLEMENT
    if is_settlement and memory.batch != begun.batch:
        return Answer(result=Result.APPROVED, order=order.order, batch=begun.batch)
    waits = any(each.order == begun.order for each in memory.advised)
    if waits or (is_settlement and memory.settling is not None):
        return Answer(result=Result.PENDING, order=order.order, batch=begun.batch)
    return Answer(result=Result.FAILED, reason=Failure.POWER_LOST, order=order.order)


def _booked_answer(item: Booked, till_order: str, identity: TerminalIdentity) -> Answer:
    return Answer(
        result=Result.APPROVED, response_code="00", order=till_order, stan=item.stan, batch=item.batch,
        rrn=item.rrn, auth_code=item.auth_code, amount_fen=item.amount_fen, voucher=item.voucher,
        card=mask_pan(item.pan) if item.pan else "",
        receipt=receipt_lines(identity, item) if item.kind in TITLE else (),
        date=_yyyymmdd(item.at_ms), time=hhmmss(item.at_ms),
    )


def totals_answer(memory: TerminalMemory) -> Answer:
    """The terminal's own totals of the open batch."""
    return _counted(totals(memory.items), Answer(result=Result.APPROVED, batch=memory.batch))


def reprint_answer(memory: TerminalMemory, identity: TerminalIdentity) -> Answer | None:
    """The last receipt once more; None where there is none."""
    item = next((each for each in reversed(memory.items) if each.kind in TITLE), None)
    return None if item is None else _booked_answer(item, item.order, identity)


def _booked_since(items: Iterable[Booked], begun: UnderWay) -> Booked | None:
    """The approved transaction of an order: not one of before with the same name."""
    found = [item for item in items
             if item.order == begun.order and (item.stan - begun.stan) % LAST_NUMBER < _BEHIND]
    return found[-1] if found else None


def _yyyymmdd(at_ms: int) -> str:
    return f"{date_at(at_ms):%Y%m%d}"


def _counted(sums: CardTotals | None, answer: Answer) -> Answer:
    if sums is None:
        return answer
    return replace(
        answer, count=sums.debit_count + sums.credit_count, total_fen=sums.debit_fen - sums.credit_fen)
