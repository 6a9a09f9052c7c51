"""The pending reversal: sent until the host answers it, or as often as the profile says.

Decides nothing about the transaction that it undoes; that has long been told to have failed.
"""

from __future__ import annotations

from simulator.machines.terminal.events import Result
from simulator.machines.terminal.profile import AfterLastTry
from simulator.machines.terminal.records import Disarmed
from simulator.machines.terminal.replies import CODE_EFFECT, REVERSAL_DONE, CodeEffect
from simulator.machines.terminal.sale import Sales
from simulator.machines.terminal.work import BAD_MAC, Effects, Exchange
from simulator.wire.kinds import Kind
from simulator.wire.message import Message


class Reversals(Sales):
    """Sends the armed reversal, and says what happens after its last try."""

    __slots__ = ()

    def _start_reversal(self, now_ms: int, out: Effects) -> None:
        """Send the 0400, once more where it was sent before."""
        armed = self.memory.armed
        assert armed is not None
        self._send(
            armed.reversal, Kind.REVERSAL, armed.order, now_ms, out, self._reversal_sent,
        )
        self._reversal_sent += 1

    def _reversal_replied(
        self, _exchange: Exchange, reply: Message, proven: bool, now_ms: int, out: Effects,
    ) -> None:
        code = reply.response_code
        believed = proven or self.profile.unsealed_declines == "believe"
        if code in REVERSAL_DONE and believed:
            self._end_reversal("delivered", out)
            return
        if CODE_EFFECT.get(code) is CodeEffect.SIGN_ON:
            self._demand_sign_on(out)
        self._reversal_failed(now_ms, out)

    def _reversal_unanswered(
        self, _exchange: Exchange, why: str, now_ms: int, out: Effects,
    ) -> None:
        if why == BAD_MAC:
            self._demand_sign_on(out)
        self._reversal_failed(now_ms, out)

    def _reversal_failed(self, now_ms: int, out: Effects) -> None:
        """One try more has failed: again after the interval, or the last one was it."""
        self._reversal_tries += 1
        if self._reversal_tries >= self.profile.reversal_tries:
            self._last_reversal_try_failed(now_ms, out)
        elif now_ms < (self.deadline_ms or 0):
            # Refused before the reply timeout: tries keep their interval.
            self._paused = True
        else:
            self.deadline_ms = None

    def _last_reversal_try_failed(self, now_ms: int, out: Effects) -> None:
        if self.profile.after_last_try is AfterLastTry.DROP:
            self._show("reversal_dropped", "冲正失败，已放弃，请核对账务", out)
            self._end_reversal("dropped", out)
            return
        self._reversal_tries = 0
        self._show("reversal_pending", "冲正未成功，暂不能交易", out)
        self._refuse_waiting_job("reversal_pending", out)
        self._pause(now_ms, self.profile.reversal_idle_ms)

    def _end_reversal(self, why: str, out: Effects) -> None:
        armed = self.memory.armed
        assert armed is not None
        self._reversal_sent = self._reversal_tries = 0
        self._store(Disarmed(armed.batch, armed.stan, why), out)
        self._forward_stored()

    def _refuse_waiting_job(self, reason: str, out: Effects) -> None:
        if self._job is not None and not self._begun:
            self._end_job(Result.REFUSED, out, reason=reason)
