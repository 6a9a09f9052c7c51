"""Hosts that get reversals wrong."""

from __future__ import annotations

from simulator.defect import Defect, instead
from simulator.machines.acquirer.replies import reply
from simulator.machines.acquirer.reversals import reversal_reply, reverse, reverse_ahead
from simulator.machines.acquirer.transactions import State
from simulator.machines.acquirer.work import Effects, HostTable, Request, Step, Work


def _forgets_early_reversals(_right: Step, work: Work, request: Request) -> Effects:
    """Answer a reversal whose original has not come, and note nothing."""
    return [reply(work, request, "25")]


def _lets_it_wait(right: Step, work: Work, request: Request) -> Effects:
    """Acknowledge a reversal while the issuer is busy, and book the sale when it answers."""
    transaction = work.books.find(request.key)
    if transaction is not None and transaction.state is State.ASKED:
        return [reversal_reply(work, request, transaction.rrn)]
    return right(work, request)


ROWS = (
    Defect("acquirer.forgets_early_reversals",
           "a request that comes after its own reversal is taken",
           (4,), replaces=instead(HostTable, (reverse_ahead, _forgets_early_reversals)),
           shown_by="defects/request-overtaken-by-reversal",
           zh="在自己的冲正之后才到的请求仍被受理"),
    Defect("acquirer.approves_after_reversal",
           "a sale that was reversed while the issuer was busy is booked",
           (4,), replaces=instead(HostTable, (reverse, _lets_it_wait)),
           shown_by="defects/reply-overtaken-by-timeout",
           zh="发卡行处理期间已冲正的交易仍入账"),
)
