"""The terminal: an event and a time in, ordered effects out, one published deadline.

It holds the tables of who takes an event and who takes a reply; what goes first and the procedures
stand in the modules that it is put together from.  It does no I/O and knows no clock.
"""

from __future__ import annotations

import msgspec

from simulator.local_time import mmdd
from simulator.machines.terminal.events import (
    Booted,
    ClockJumped,
    Conclude,
    Operated,
    PeripheralFailed,
    ReplyReceived,
    Result,
    SendFailed,
    TerminalEffect,
    TerminalEvent,
    TimePassed,
    UpdateFinished,
)
from simulator.machines.terminal.order import Order
from simulator.machines.terminal.records import DamageFound
from simulator.machines.terminal.refusals import refusal
from simulator.machines.terminal.replies import APPROVED, failed_check
from simulator.machines.terminal.work import (
    BAD_MAC,
    NO_REPLY,
    REPLY_MISMATCH,
    SEND_FAILED,
    Effects,
)
from simulator.wire.kinds import Kind

_STARTED_BY_REQUEST = frozenset({Kind.PARAMETER_DOWNLOAD, Kind.STATUS_UPLOAD})


class Pending(msgspec.Struct, frozen=True, gc=False):
    """Something that a terminal has not brought to its end."""

    what: str  # reversal, advice, settlement, receipt
    batch: int
    stan: int
    detail: str = ""


# Who takes the reply of an exchange, and who hears that there was none.
_REVERSIBLE = ("_reversible_replied", "_reversible_unanswered")
_PLAIN = ("_plain_replied", "_plain_unanswered")
_STORED = ("_stored_replied", "_stored_unanswered")
_MANAGEMENT = ("_management_replied", "_management_unanswered")
EXCHANGES: dict[Kind, tuple[str, str]] = {
    Kind.SALE: _REVERSIBLE,
    Kind.VOID: _REVERSIBLE,
    Kind.PREAUTH: _REVERSIBLE,
    Kind.PREAUTH_VOID: _REVERSIBLE,
    Kind.COMPLETION: _REVERSIBLE,
    Kind.COMPLETION_VOID: _REVERSIBLE,
    Kind.BALANCE: _PLAIN,
    Kind.REFUND: _STORED,
    Kind.COMPLETION_ADVICE: _STORED,
    Kind.QR_PAY: _STORED,
    Kind.QR_QUERY: _STORED,
    Kind.QR_REFUND: _STORED,
    Kind.OFFLINE_SALE: _STORED,
    Kind.ADJUST: _STORED,
    Kind.TIP: _STORED,
    Kind.SCRIPT_RESULT: _STORED,
    Kind.REVERSAL: ("_reversal_replied", "_reversal_unanswered"),
    Kind.SIGN_ON: ("_sign_on_replied", "_sign_on_unanswered"),
    Kind.SIGN_OFF: _MANAGEMENT,
    Kind.ECHO_TEST: _MANAGEMENT,
    Kind.PARAMETER_DOWNLOAD: _MANAGEMENT,
    Kind.STATUS_UPLOAD: _MANAGEMENT,
    Kind.SETTLEMENT: ("_settlement_replied", "_settlement_unanswered"),
    Kind.BATCH_UPLOAD: ("_upload_replied", "_upload_unanswered"),
}

HANDLED: dict[type, str] = {
    Booted: "_booted",
    Operated: "_operated",
    ReplyReceived: "_reply_received",
    SendFailed: "_send_failed",
    TimePassed: "_time_passed",
    PeripheralFailed: "_peripheral_reported",
    UpdateFinished: "_updated",
    ClockJumped: "_clock_jumped",
}

class Terminal(Order):
    """One terminal."""

    __slots__ = ()

    # ---- events ------------------------------------------------------------------------------

    def handle(self, event: TerminalEvent, now_ms: int) -> list[TerminalEffect]:
        """What the terminal does about ``event``, in this order."""
        out: Effects = []
        getattr(self, HANDLED[type(event)])(event, now_ms, out)
        return out

    def _booted(self, _event: Booted, now_ms: int, out: Effects) -> None:
        memory = self.memory
        if self._damage:
            self._store(DamageFound(self._damage), out)
            self._show("journal_damaged", f"流水有损坏：{self._damage}", out)
            self._damage = ""
        armed = memory.armed
        if armed is not None:
            out.append(
                Conclude(
                    order=armed.order, kind=armed.kind, result=Result.FAILED, batch=armed.batch,
                    stan=armed.stan, amount_fen=armed.reversal.amount_fen or 0,
                    reason="power_lost",
                ),
            )
        if memory.unreceipted:
            self._tell_again(out)
        self._forward = self._unknown_outcomes()
        self._resume_settlement()
        self._advance(now_ms, out)

    def _operated(self, event: Operated, now_ms: int, out: Effects) -> None:
        reason = self._busy() or refusal(self, event)
        if reason:
            out.append(
                Conclude(
                    order=event.order, kind=event.kind, result=Result.REFUSED,
                    batch=self.memory.batch, amount_fen=event.amount_fen, reason=reason,
                ),
            )
            return
        self._job = event
        self._begun = self._own_job = self._forwarded = False
        if self._exchange is None:
            self._paused = False
            self._advance(now_ms, out)

    def _busy(self) -> str:
        if self._update == "installing":
            return "updating"
        return "busy" if self._job is not None else ""

    def _reply_received(self, event: ReplyReceived, now_ms: int, out: Effects) -> None:
        exchange = self._exchange
        if exchange is None:
            return  # too late: the exchange was given up
        reply = event.message
        failed = failed_check(self._checks, exchange.request, reply)
        if failed is not None:
            if not failed.addressing:
                self._show("reply_mismatch", f"应答不符：{failed.name}", out)
                self._unanswered(REPLY_MISMATCH, now_ms, out)
            return
        proven = self._is_proven(exchange, reply)
        if not proven and not self._may_be_unsealed(reply):
            self._show("bad_mac", "应答MAC错", out)
            approved = reply.response_code in APPROVED
            self._unanswered(BAD_MAC if approved else REPLY_MISMATCH, now_ms, out)
            return
        self._exchange = None
        if reply.processing_request != "0" and exchange.kind not in _STARTED_BY_REQUEST:
            self._note_request(reply.processing_request, exchange.kind, out)
        getattr(self, EXCHANGES[exchange.kind][0])(exchange, reply, proven, now_ms, out)
        if self._exchange is None:
            self._advance(now_ms, out)

    def _unanswered(self, why: str, now_ms: int, out: Effects) -> None:
        exchange = self._exchange
        assert exchange is not None
        self._exchange = None
        getattr(self, EXCHANGES[exchange.kind][1])(exchange, why, now_ms, out)
        if self._exchange is None:
            self._advance(now_ms, out)

    def _send_failed(self, _event: SendFailed, now_ms: int, out: Effects) -> None:
        if self._exchange is not None:
            self._unanswered(SEND_FAILED, now_ms, out)

    def _time_passed(self, _event: TimePassed, now_ms: int, out: Effects) -> None:
        if self.deadline_ms is None or now_ms < self.deadline_ms:
            return
        if self._exchange is not None:
            self._unanswered(NO_REPLY, now_ms, out)
            return
        self.deadline_ms = None
        if self._printing is not None:
            self._printed(out)
        elif not self._forward:
            self._forward = self._unknown_outcomes()
        self._paused = False
        self._advance(now_ms, out)

    def _peripheral_reported(
        self, event: PeripheralFailed, now_ms: int, out: Effects,
    ) -> None:
        self._peripheral_failed(event, now_ms, out)
        if self._exchange is None and self._printing is None:
            self._advance(now_ms, out)

    def _updated(self, event: UpdateFinished, now_ms: int, out: Effects) -> None:
        self._update_finished(event.software, out)
        self._advance(now_ms, out)

    def _clock_jumped(self, event: ClockJumped, _now_ms: int, _out: Effects) -> None:
        if self.deadline_ms is not None:
            self.deadline_ms += event.by_ms

    # ---- for the report ----------------------------------------------------------------------

    def pending(self) -> list[Pending]:
        """What is unresolved, each with its transaction."""
        memory = self.memory
        found: list[Pending] = []
        if memory.armed is not None:
            armed = memory.armed
            found.append(
                Pending("reversal", armed.batch, armed.stan,
                        f"reason {armed.reversal.response_code}, "
                        f"of {mmdd(armed.at_ms)}, not acknowledged"),
            )
        found += [
            Pending("advice", each.batch, each.stan, f"{each.kind.value} not acknowledged")
            for each in memory.advised
        ]
        if memory.settling is not None:
            detail = f"{len(memory.uploaded)} of {len(memory.items)} records went up"
            found.append(Pending("settlement", memory.batch, memory.settling.stan, detail))
        if memory.unreceipted:
            found.append(Pending("receipt", memory.batch, memory.unreceipted))
        return found
