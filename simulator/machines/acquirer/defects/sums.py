"""Hosts that capture or answer another sum, or let more come back than was sold."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from simulator.defect import Defect, instead
from simulator.machines.acquirer.events import Capture, IssuerAnswered
from simulator.machines.acquirer.originals import find_original
from simulator.machines.acquirer.sales import issuer_answered, take_up
from simulator.machines.acquirer.settings import PrefixTable
from simulator.machines.acquirer.work import Effects, HostTable, Request, Work
from simulator.wire.kinds import Kind

_SHOWN = "defects/two-merchants"
_BACK = frozenset({Kind.VOID, Kind.REFUND, Kind.COMPLETION_VOID})
_Answered = Callable[[Work, IssuerAnswered, int], Effects]


def _captures_fen_less(right: _Answered, work: Work, event: IssuerAnswered, now_ms: int) -> Effects:
    return [
        replace(each, amount_fen=each.amount_fen - 1)
        if isinstance(each, Capture) and each.amount_fen > 0 else each
        for each in right(work, event, now_ms)
    ]


def _forgets_what_came_back(
    right: Callable[[Work, Request], Effects], work: Work, request: Request,
) -> Effects:
    """Looks at a sale as if nothing had come back of it."""
    original = find_original(work, request)[0] if request.kind in _BACK else None
    if original is None:
        return right(work, request)
    spent, refunded_fen = original.spent, original.refunded_fen
    original.spent, original.refunded_fen = False, 0
    effects = right(work, request)
    original.spent = original.spent or spent
    original.refunded_fen += refunded_fen
    return effects


def _asks_other_bank(
    right: Callable[[Work, Request], Effects], work: Work, request: Request,
) -> Effects:
    """Takes the cards of one bank for another's."""
    routing, rows = work.routing, work.settings.routing
    banks = sorted({bank for _, bank in rows})
    work.routing = PrefixTable(tuple(
        (prefix, banks[(banks.index(bank) + 1) % len(banks)]) for prefix, bank in rows))
    effects = right(work, request)
    work.routing = routing
    return effects


ROWS = (
    Defect("acquirer.asks_other_bank", "the cards of one bank are debited at another",
           (17,), instead(HostTable, (take_up, _asks_other_bank)), shown_by="defects/two-coffees",
           zh="向别的银行请求扣款"),
    Defect("acquirer.captures_a_fen_less", "sales are captured with a fen less than was debited",
           (19,), instead(HostTable, (issuer_answered, _captures_fen_less)), shown_by=_SHOWN,
           zh="入账金额比扣款少一分"),
    Defect("acquirer.forgets_what_came_back", "a sale may be voided and refunded again and again",
           (20,), instead(HostTable, (take_up, _forgets_what_came_back)),
           shown_by="money/clerk-tries-what-cannot-be", zh="同一交易可反复撤销、退货"),
)
