"""What goes first: an ordered table of conditions and starts, walked until something must be waited for.

It decides the order and nothing else; what a start does is its procedure's.
"""

from __future__ import annotations

import msgspec

from simulator.machines.terminal.advice import OFFLINE
from simulator.machines.terminal.events import Operated
from simulator.machines.terminal.settlement import Settlements
from simulator.machines.terminal.work import Effects
from simulator.wire.kinds import Kind, ProcessingRequest

# A job that does none of these needs neither keys nor a delivered reversal.
_LOCAL = frozenset({
    Kind.SIGN_ON, Kind.ECHO_TEST, Kind.PARAMETER_DOWNLOAD, Kind.STATUS_UPLOAD, *OFFLINE,
})


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

# What the host may ask for in the header of a reply.
REQUESTED: dict[str, Kind] = {
    ProcessingRequest.PARAMETER_DOWNLOAD.value: Kind.PARAMETER_DOWNLOAD,
    ProcessingRequest.STATUS_UPLOAD.value: Kind.STATUS_UPLOAD,
}


class Order(Settlements):
    """Walks the table."""

    __slots__ = ()

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
        """Its own exchange, by kind."""
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
        """All stored requests have their turn."""
        self._forward = tuple(each.stan for each in self.memory.advised)
        self._forwarded = True
        self._tries = 0

    def _start_request(self, now_ms: int, out: Effects) -> None:
        """Parameter download, status upload."""
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
        """A clerk wants to sign on."""
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
        """A reversal is armed and its pause is over."""
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
        """Stored requests have their turn, and nobody waits at the counter."""
        if not self._forward or self._paused or not self.memory.signed_on:
            return False
        waiting = self._job is not None and self._job.kind is not Kind.SETTLEMENT
        return not waiting and self._next_advised() is not None

    def _is_job_due(self) -> bool:
        """Somebody asked for something, and no reversal or sign-on stands before it."""
        job = self._job
        if job is None or self._begun:
            return False
        memory = self.memory
        return job.kind in _LOCAL or (memory.armed is None and memory.signed_on)

    def _is_request_due(self) -> bool:
        """The host asked for something in the header of a reply."""
        return bool(self._requests)

    def _is_settlement_first(self) -> bool:
        """New software is wanted, and the batch is not closed yet."""
        memory = self.memory
        return self._update == "wanted" and self._job is None and bool(
            memory.items or memory.advised or memory.armed or memory.settling,
        )

    def _is_update_due(self) -> bool:
        """New software is wanted, and the batch is closed."""
        return self._update == "wanted" and self._job is None
