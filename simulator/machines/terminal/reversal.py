"""The pending reversal: sent until the host answers it, or as often as the profile says.

Decides nothing about the transaction that it undoes; that has long been told to have failed.
"""

from __future__ import annotations

from simulator.catalogue.response_codes import REVERSAL_DONE, AtTerminal, response_code
from simulator.catalogue.terminal_reasons import Disarming, NoAnswer, Refusal, Shown
from simulator.machines.terminal.events import Result
from simulator.machines.terminal.profile import AfterLastTry
from simulator.machines.terminal.records import Disarmed
from simulator.machines.terminal.sale import forward_stored
from simulator.machines.terminal.work import (
    Exchange,
    Work,
    demand_sign_on,
    end_job,
    pause,
    send,
    show,
    take_stan,
)
from simulator.wire.kinds import Kind
from simulator.wire.message import Message


def start_reversal(w: Work) -> None:
    """Send the 0400, once more where it was sent before."""
    armed = w.memory.armed
    assert armed is not None
    if w.profile.reversal_takes_stan:
        take_stan(w)
    send(w, armed.reversal, Kind.REVERSAL, armed.order, w.reversal_sent)
    w.reversal_sent += 1


def reversal_replied(w: Work, _exchange: Exchange, reply: Message, proven: bool) -> None:
    """Delivered, or one try more."""
    row = response_code(reply.response_code)
    believed = proven or w.profile.unsealed_declines == "believe"
    if believed and (row.approves or row.code in REVERSAL_DONE):
        w.table.end_reversal(w, Disarming.DELIVERED)
        return
    if row.terminal is AtTerminal.SIGN_ON:
        demand_sign_on(w)
    if w.profile.reversal_reason_when_refused != "stays":
        w.table.give_reason(w, w.profile.reversal_reason_when_refused, None)
    _reversal_failed(w)


def reversal_unanswered(w: Work, _exchange: Exchange, why: NoAnswer) -> None:
    """One try more."""
    if why is NoAnswer.BAD_MAC:
        demand_sign_on(w)
    _reversal_failed(w)


def _reversal_failed(w: Work) -> None:
    """One try more has failed: again after the interval, or the last one was it."""
    w.reversal_tries += 1
    if w.reversal_tries >= w.profile.reversal_tries:
        w.table.last_reversal_try_failed(w)
    elif w.now_ms < (w.deadline_ms or 0):
        # Refused before the reply timeout: tries keep their interval.
        w.paused = True
    else:
        w.deadline_ms = None


def last_reversal_try_failed(w: Work) -> None:
    """Kept until it is delivered, or dropped, as the profile says."""
    if w.profile.after_last_try is AfterLastTry.DROP:
        show(w, Shown.REVERSAL_DROPPED, "冲正失败，已放弃，请核对账务")
        w.table.end_reversal(w, Disarming.DROPPED)
        return
    w.reversal_tries = 0
    show(w, Shown.REVERSAL_PENDING, "冲正未成功，暂不能交易")
    _refuse_waiting_job(w, Refusal.REVERSAL_PENDING)
    pause(w, w.profile.reversal_idle_ms)


def end_reversal(w: Work, why: Disarming) -> None:
    """Nothing is armed any more."""
    armed = w.memory.armed
    assert armed is not None
    w.reversal_sent = w.reversal_tries = 0
    w.table.store(w, Disarmed(armed.batch, armed.stan, why))
    forward_stored(w)


def _refuse_waiting_job(w: Work, reason: Refusal) -> None:
    if w.job is not None and not w.begun:
        end_job(w, Result.REFUSED, reason=reason)
