"""Balance inquiries: asked and forgotten; no record, no money.

The same inquiry while one is in progress asks nothing new.
"""

from __future__ import annotations

from simulator.machines.acquirer.copies import waits_for, waits_now
from simulator.machines.acquirer.events import AskIssuer, IssuerAnswered, IssuerRequest
from simulator.machines.acquirer.replies import reply, sale_reply, volatile_rrn
from simulator.machines.acquirer.rules import NO_ISSUER, pan_of
from simulator.machines.acquirer.work import Effects, Request, Waiting, Work

MOST_FEN = 999_999_999_999  # F54 has twelve digits for a sum


def ask_balance(work: Work, request: Request) -> Effects:
    """Ask for a balance; nothing is remembered beyond the answer."""
    message = request.message
    key = request.key
    ref = f"B{key.tid}{key.batch:06}{key.stan:06}"
    if ref in work.waiting:
        waits_now(work.waiting[ref], request)
        return []
    pan = pan_of(message)
    bank = work.routing.find(pan)
    if not bank:
        return [reply(work, request, NO_ISSUER)]
    work.waiting[ref] = waits_for(request, None)
    work.deadlines.arm(ref, request.now_ms, work.settings.issuer_timeout_ms)
    return [AskIssuer(
        ref=ref, bank=bank, request=IssuerRequest.BALANCE, pan=pan, amount_fen=0, key=key,
        presented=message,
    )]


def balance_answered(
    work: Work, waiting: Waiting, event: IssuerAnswered, now_ms: int,
) -> Effects:
    """Tell the terminal what the issuer said."""
    return [sale_reply(
        work, waiting, event.response_code, now_ms, volatile_rrn(work),
        balance=told_balance(event.balance_fen),
    )]


def told_balance(balance_fen: int | None) -> str:
    """F54: account type 10, amount type 02, currency, sign, sum; none where it does not fit.

    >>> told_balance(-68_00), told_balance(10**12)
    ('1002156D000000006800', '')
    """
    if balance_fen is None or abs(balance_fen) > MOST_FEN:
        return ""
    sign = "C" if balance_fen >= 0 else "D"
    return f"1002156{sign}{abs(balance_fen):012}"


def balance_silent(work: Work, ref: str, now_ms: int) -> Effects:
    """No answer in time: there is nothing to undo."""
    waiting = work.waiting.pop(ref)
    code = work.settings.issuer_timeout_answer
    return [sale_reply(work, waiting, code, now_ms, volatile_rrn(work))]
