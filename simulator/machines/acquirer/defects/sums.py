"""Hosts that capture or answer another sum, or let more come back than was sold."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from simulator.defect import Defect, instead
from simulator.machines.acquirer.events import Capture, IssuerAnswered, Reply
from simulator.machines.acquirer.originals import find_original
from simulator.machines.acquirer.sales import issuer_answered, take_up
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


def _answers_other_sum(right: _Answered, work: Work, event: IssuerAnswered, now_ms: int) -> Effects:
    return [
        replace(each, message=replace(each.message, amount_fen=each.message.amount_fen * 10))
        if isinstance(each, Reply) and each.message.amount_fen and each.kind is Kind.REFUND else each
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


def _any_completion(
    right: Callable[[Work, Request], Effects], work: Work, request: Request,
) -> Effects:
    """Completes whatever is asked for."""
    settings = work.settings
    if request.kind is not Kind.COMPLETION:
        return right(work, request)
    work.settings = replace(settings, completion_percent=1_000)
    effects = right(work, request)
    work.settings = settings
    return effects


ROWS = (
    Defect("acquirer.captures_a_fen_less", "sales are captured with a fen less than was debited",
           (19,), instead(HostTable, (issuer_answered, _captures_fen_less)), shown_by=_SHOWN,
           zh="入账金额比扣款少一分"),
    Defect("acquirer.answers_other_sum", "a refund is answered with ten times its sum",
           (19,), instead(HostTable, (issuer_answered, _answers_other_sum)), shown_by=_SHOWN,
           zh="退货应答金额为请求的十倍"),
    Defect("acquirer.forgets_what_came_back", "a sale may be voided and refunded again and again",
           (20,), instead(HostTable, (take_up, _forgets_what_came_back)),
           shown_by="judge/clerk-tries-what-cannot-be", zh="同一交易可反复撤销、退货"),
    Defect("acquirer.completes_any_sum", "a pre-authorisation is completed with any sum",
           (20,), instead(HostTable, (take_up, _any_completion)),
           shown_by="judge/completed-beyond", zh="预授权完成金额不限"),
)
