"""The terminal: an event and a time in, ordered effects out, one published deadline.

It holds the tables of what goes first and of who takes a reply, and nothing else; the procedures
stand in the modules that it is put together from.  It does no I/O and knows no clock.
"""

from __future__ import annotations

import msgspec

from simulator.local_time import mmdd
from simulator.machines.nvm_records import DamageFound
from simulator.machines.terminal_advice import OFFLINE
from simulator.machines.terminal_core import (
    BAD_MAC,
    NO_REPLY,
    REPLY_MISMATCH,
    SEND_FAILED,
    Effects,
)
from simulator.machines.terminal_events import (
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
from simulator.machines.terminal_refusals import refusal
from simulator.machines.terminal_replies import APPROVED, failed_check
from simulator.machines.terminal_settlement import Settlements
from simulator.wire.kinds import Kind, ProcessingRequest

# A job that does none of these needs neither keys nor a delivered reversal.
_LOCAL = frozenset({
    Kind.SIGN_ON, Kind.ECHO_TEST, Kind.PARAMETER_DOWNLOAD, Kind.STATUS_UPLOAD, *OFFLINE,
})
_STARTED_BY_REQUEST = frozenset({Kind.PARAMETER_DOWNLOAD, Kind.STATUS_UPLOAD})


class Pending(msgspec.Struct, frozen=True, gc=False):
    """Something that a terminal has not brought to its end."""

    what: str  # reversal, advice, settlement, receipt
    batch: int
    stan: int
    detail: str = ""


class Step(msgspec.Struct, frozen=True, gc=False):
    """One row of what goes first: two methods, the condition and the start."""

    due: str
    start: str


STEPS: tuple[Step, ...] = (
    Step("_is_sign_on_asked", "_start_sign_on"),
    Step("_are_keys_missing", "_start_sign_on"),
    Step("_is_reversal_due", "_start_reversal"),
    Step("_are_advices_first", "_start_waiting_advices"),
    Step("_is_forward_due", "_start_forward"),
    Step("_is_job_due", "_start_job"),
    Step("_is_request_due", "_start_request"),
    Step("_is_settlement_first", "_start_settlement_first"),
    Step("_is_update_due", "_start_update"),
)

# The job's own exchange.
JOBS: dict[Kind, str] = {
    Kind.SALE: "_start_reversible",
    Kind.VOID: "_start_reversible",
    Kind.PREAUTH: "_start_reversible",
    Kind.PREAUTH_VOID: "_start_reversible",
    Kind.COMPLETION: "_start_reversible",
    Kind.COMPLETION_VOID: "_start_reversible",
    Kind.BALANCE: "_start_plain",
    Kind.REFUND: "_start_stored",
    Kind.COMPLETION_ADVICE: "_start_stored",
    Kind.QR_PAY: "_start_stored",
    Kind.QR_REFUND: "_start_stored",
    Kind.OFFLINE_SALE: "_start_offline",
    Kind.ADJUST: "_start_offline",
    Kind.TIP: "_start_offline",
    Kind.SETTLEMENT: "_start_settlement",
    Kind.SIGN_OFF: "_start_management",
    Kind.ECHO_TEST: "_start_management",
    Kind.PARAMETER_DOWNLOAD: "_start_management",
    Kind.STATUS_UPLOAD: "_start_management",
}

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

# What the host may ask for in the header of a reply.
REQUESTED: dict[str, Kind] = {
    ProcessingRequest.PARAMETER_DOWNLOAD.value: Kind.PARAMETER_DOWNLOAD,
    ProcessingRequest.STATUS_UPLOAD.value: Kind.STATUS_UPLOAD,
}


class Terminal(Settlements):
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

    # ---- what goes first ---------------------------------------------------------------------

    def _advance(self, now_ms: int, out: Effects) -> None:
        """Start what is due, in the order of the table, until something has to be waited for."""
        if self._is_quiet():
            # Nothing stands before the job: the table would say the same, only later.
            if self._job is None:
                self._paused = False
                self.deadline_ms = None
                return
            if not self._begun and self._job.kind is not Kind.SIGN_ON:
                self._start_job(now_ms, out)
        while self._exchange is None and self._printing is None and self._update != "installing":
            for step in STEPS:
                if getattr(self, step.due)():
                    getattr(self, step.start)(now_ms, out)
                    break
            else:
                self._rest(now_ms)
                return

    def _rest(self, now_ms: int) -> None:
        """Nothing to do now; what is unresolved is taken up again after a pause."""
        memory = self.memory
        if memory.armed is None and not memory.advised:
            self._paused = False
            self.deadline_ms = None
        elif memory.armed is not None or self._unknown_outcomes():
            if not self._paused or self.deadline_ms is None:
                asking = any(each.kind is Kind.QR_PAY for each in memory.advised)
                profile = self.profile
                self._pause(now_ms, profile.qr_query_ms if asking else profile.reversal_idle_ms)
        else:
            self.deadline_ms = None

    def _unknown_outcomes(self) -> tuple[int, ...]:
        """Stored requests that somebody waits for."""
        return tuple(each.stan for each in self.memory.advised if each.kind not in OFFLINE)

    def _start_job(self, now_ms: int, out: Effects) -> None:
        job = self._job
        assert job is not None
        self._begun = True
        getattr(self, JOBS[job.kind])(now_ms, out)

    def _start_settlement_first(self, _now_ms: int, _out: Effects) -> None:
        """The host wants new software here: the batch is closed before."""
        self._job = Operated(kind=Kind.SETTLEMENT, clerk=self.memory.clerk)
        self._begun = self._forwarded = False
        self._own_job = True

    def _start_waiting_advices(self, _now_ms: int, _out: Effects) -> None:
        self._forward = tuple(each.stan for each in self.memory.advised)
        self._forwarded = True
        self._tries = 0

    def _start_request(self, now_ms: int, out: Effects) -> None:
        wanted, self._requests = self._requests[0], self._requests[1:]
        kind = REQUESTED[wanted]
        self._begun = False
        self._send_management(kind, "", now_ms, out)

    def _note_request(self, wanted: str, of_kind: Kind, out: Effects) -> None:
        """The host asks for something in the header of its reply."""
        if wanted in REQUESTED:
            if wanted not in self._requests:
                self._requests += wanted
        elif wanted == ProcessingRequest.SIGN_ON.value:
            if of_kind is not Kind.SIGN_ON:
                self._demand_sign_on(out)
        elif wanted == ProcessingRequest.APPLICATION_DOWNLOAD.value:
            self._want_update()
        else:
            self._show("request_unsupported", f"主机要求 {wanted} 不支持", out)

    def _is_quiet(self) -> bool:
        memory = self.memory
        return (
            memory.signed_on and memory.armed is None and not memory.advised
            and not self._requests and not self._update and self._printing is None
            and self._exchange is None
        )

    def _is_sign_on_asked(self) -> bool:
        job = self._job
        return job is not None and job.kind is Kind.SIGN_ON and not self._begun

    def _are_keys_missing(self) -> bool:
        """Sign-on is wanted, or something that has to be sealed waits for keys."""
        memory = self.memory
        if memory.signed_on or self._paused or not memory.clerk:
            return False
        job = self._job
        return (
            self._sign_on_wanted or memory.armed is not None or bool(self._forward)
            or (job is not None and job.kind not in _LOCAL)
        )

    def _is_reversal_due(self) -> bool:
        memory = self.memory
        return memory.armed is not None and memory.signed_on and not self._paused

    def _are_advices_first(self) -> bool:
        """Before a settlement all that is stored goes up, once."""
        job = self._job
        return (
            job is not None and job.kind is Kind.SETTLEMENT and not self._forwarded
            and bool(self.memory.advised) and self._is_job_due()
        )

    def _is_forward_due(self) -> bool:
        if not self._forward or self._paused or not self.memory.signed_on:
            return False
        waiting = self._job is not None and self._job.kind is not Kind.SETTLEMENT
        return not waiting and self._next_advised() is not None

    def _is_job_due(self) -> bool:
        job = self._job
        if job is None or self._begun:
            return False
        memory = self.memory
        return job.kind in _LOCAL or (memory.armed is None and memory.signed_on)

    def _is_request_due(self) -> bool:
        return bool(self._requests)

    def _is_settlement_first(self) -> bool:
        """New software is wanted, and the batch is not closed yet."""
        memory = self.memory
        return self._update == "wanted" and self._job is None and bool(
            memory.items or memory.advised or memory.armed or memory.settling,
        )

    def _is_update_due(self) -> bool:
        return self._update == "wanted" and self._job is None

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
