"""The result of issuer scripts (0620): goes up before a reversal, the next transaction and a settlement.

Tried as a reversal is, then dropped: no money hangs on it.  00, 12 and 25 end it.  What scripts do
to the chip is :mod:`simulator.machines.issuer_scripts`.
"""

from __future__ import annotations

from simulator.catalogue.response_codes import AtTerminal, response_code
from simulator.catalogue.terminal_reasons import AdviceEnd, NoAnswer, Shown
from simulator.machines import issuer_scripts
from simulator.machines.terminal import requests
from simulator.machines.terminal.records import AdviceEnded, Advised
from simulator.machines.terminal.work import Exchange, Work, demand_sign_on, send, show
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

DONE = frozenset({"00", "12", "25"})


def run(w: Work, request: Message, reply: Message) -> None:
    """What the issuer wants done to the chip; the host hears of it after the transaction."""
    results = issuer_scripts.results_of(reply.icc_data or b"")
    if not results:
        return
    stan = w.memory.stan
    message = requests.script_result(
        w.software, w.sealer.dialect.kind[Kind.SCRIPT_RESULT], stan, request, reply, results)
    w.table.store(w, Advised(Kind.SCRIPT_RESULT, "", w.now_ms, request.batch, stan, message))


def _waiting(w: Work) -> Advised | None:
    for advised in w.memory.advised:
        if advised.kind is Kind.SCRIPT_RESULT:
            return advised
    return None


def is_waiting(w: Work) -> bool:
    """Whether a result is not delivered yet."""
    return bool(w.memory.advised) and _waiting(w) is not None


def is_due(w: Work) -> bool:
    """A script result waits: before a reversal, and before whatever somebody wants."""
    return is_waiting(w) and w.memory.signed_on and not w.paused


def start(w: Work) -> None:
    """Send it, once more where it was sent before."""
    advised = _waiting(w)
    assert advised is not None
    send(w, advised.message, Kind.SCRIPT_RESULT, "", w.script_tries)


def replied(w: Work, exchange: Exchange, reply: Message, _proven: bool) -> None:
    """Done, or one try more."""
    row = response_code(reply.response_code)
    if row.approves or row.code in DONE:
        _end(w, exchange, AdviceEnd.DELIVERED)
        return
    if row.terminal is AtTerminal.SIGN_ON:
        demand_sign_on(w)
    _failed(w, exchange)


def unanswered(w: Work, exchange: Exchange, why: NoAnswer) -> None:
    """One try more."""
    if why is NoAnswer.BAD_MAC:
        demand_sign_on(w)
    _failed(w, exchange)


def _failed(w: Work, exchange: Exchange) -> None:
    w.script_tries += 1
    if w.script_tries >= w.profile.reversal_tries:
        show(w, Shown.SCRIPT_DROPPED, "脚本结果通知失败，已放弃")
        _end(w, exchange, AdviceEnd.DROPPED)
    elif w.now_ms < (w.deadline_ms or 0):
        w.paused = True  # refused before the reply timeout: tries keep their interval
    else:
        w.deadline_ms = None


def _end(w: Work, exchange: Exchange, how: AdviceEnd) -> None:
    w.script_tries = 0
    request = exchange.request
    w.table.store(w, AdviceEnded(request.batch, request.stan or 0, how))
