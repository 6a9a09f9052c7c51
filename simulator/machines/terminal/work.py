"""What every procedure of a terminal stands on: its memory, its one exchange, its one job.

One job (what somebody asked for) and one exchange (a request that waits for its reply) at a time.
What to do next is decided in :mod:`simulator.machines.terminal.machine`, never here.
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from simulator.machines.sealing import Sealer
from simulator.machines.terminal.events import (
    Conclude,
    NvmRecord,
    Operated,
    Print,
    Result,
    Send,
    Show,
    Store,
    TerminalEffect,
)
from simulator.machines.terminal.memory import APPLY, TerminalMemory
from simulator.machines.terminal.profile import TerminalIdentity, TerminalProfile
from simulator.machines.terminal.records import Armed, Booked, StanTaken
from simulator.machines.terminal.replies import APPROVED, MAC_CHECK, ReplyCheck, checks_of
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

Effects = list[TerminalEffect]

# Why an exchange ended without a reply that can be believed.
NO_REPLY = "no_reply"
SEND_FAILED = "send_failed"
REPLY_MISMATCH = "reply_mismatch"
BAD_MAC = "bad_mac"


class Exchange(msgspec.Struct, frozen=True, gc=False):
    """A request on its way; ``attempt`` counts how often this very message was sent before."""

    request: Message
    kind: Kind
    order: str
    attempt: int


class Printing(msgspec.Struct, frozen=True, gc=False):
    """A receipt that must come out before the transaction is told to be approved."""

    item: Booked
    armed: Armed | None
    response_code: str


class TerminalCore:
    """State and the few acts that all procedures share."""

    __slots__ = (
        "_advice_sent", "_begun", "_checks", "_damage", "_exchange", "_forward", "_forwarded", "_job",
        "_left", "_own_job", "_paused", "_printing", "_requests", "_reversal_sent",
        "_reversal_tries", "_settle_sent", "_sign_on_wanted", "_tries", "_update", "deadline_ms",
        "identity", "memory", "profile", "sealer",
    )

    def __init__(
        self, identity: TerminalIdentity, profile: TerminalProfile, sealer: Sealer,
        records: Iterable[NvmRecord] = (), damage: str = "",
    ) -> None:
        self.identity = identity
        self.profile = profile
        self.sealer = sealer
        self.memory = TerminalMemory(records)
        self.deadline_ms: int | None = None
        self._checks: tuple[ReplyCheck, ...] = checks_of(profile.reply_checks)
        self._damage = damage  # of the journal's bytes, as their reader reports it
        self._job: Operated | None = None
        self._begun = False  # the job's own exchange was started
        self._own_job = False  # the terminal asked itself: nobody waits for a conclusion
        self._exchange: Exchange | None = None
        self._printing: Printing | None = None
        self._paused = False  # background work waits for the deadline or for a command
        self._tries = 0  # tries of the present exchange, but for reversals
        self._reversal_tries = 0  # failed tries since the last pause
        self._reversal_sent = 0  # how often the armed reversal was sent
        self._forward: tuple[int, ...] = ()  # STANs of stored requests to be sent now
        self._forwarded = False  # they all had their turn before the settlement that waits
        self._advice_sent = 0
        self._settle_sent = 0
        self._left = False  # the open 0500 may have reached the host
        self._requests = ""  # processing requests of the host, not yet acted on
        self._sign_on_wanted = False
        self._update = ""  # "", wanted, installing, useless

    # ---- readable ----------------------------------------------------------------------------

    @property
    def batch(self) -> int:
        """Number of the open batch; 0 where the host has not told yet."""
        return self.memory.batch

    @property
    def stan(self) -> int:
        """The trace number that the next message takes."""
        return self.memory.stan

    @property
    def software(self) -> str:
        """The software that runs: version n2 + sub-version n6."""
        return self.memory.software or self.profile.software

    # ---- acts --------------------------------------------------------------------------------

    def _store(self, record: NvmRecord, out: Effects) -> None:
        APPLY[type(record)](self.memory, record)
        out.append(Store(record))

    def _take_stan(self, out: Effects) -> int:
        stan = self.memory.stan
        self._store(StanTaken(stan), out)
        return stan

    def _send(
        self, request: Message, kind: Kind, order: str, now_ms: int, out: Effects,
        attempt: int = 0,
    ) -> None:
        if self.sealer.dialect.kind[kind].sealed:
            request = self.sealer.seal(request, self.memory.mak)
        self._exchange = Exchange(request, kind, order, attempt)
        self.deadline_ms = now_ms + self.profile.reply_timeout_ms
        out.append(Send(request, kind, order, attempt))

    def _repeat(self, exchange: Exchange, now_ms: int, out: Effects) -> None:
        """Send the same message once more."""
        self._send(
            exchange.request, exchange.kind, exchange.order, now_ms, out, exchange.attempt + 1,
        )

    def _give_receipt(self, order: str, lines: tuple[str, ...], out: Effects) -> None:
        out.append(Print(order, lines, not self.profile.printer))

    def _show(self, code: str, text: str, out: Effects) -> None:
        out.append(Show(code, text))

    def _pause(self, now_ms: int, pause_ms: int) -> None:
        """Leave background work alone until the deadline, or until somebody wants something."""
        self._paused = True
        self.deadline_ms = now_ms + pause_ms

    def _end_job(
        self, result: Result, out: Effects, *, stan: int = 0, response_code: str = "",
        rrn: str = "", auth_code: str = "", amount_fen: int = 0, reason: str = "", batch: int = 0,
    ) -> None:
        """The job is over; whoever asked is told."""
        job = self._job
        if job is None:
            return
        self._job = None
        if self._own_job:
            self._end_own_job(result, out)
        else:
            out.append(
                Conclude(
                    order=job.order, kind=job.kind, result=result, batch=batch or self.memory.batch,
                    stan=stan, response_code=response_code, rrn=rrn, auth_code=auth_code,
                    amount_fen=amount_fen or job.amount_fen, reason=reason,
                ),
            )

    def _end_own_job(self, result: Result, out: Effects) -> None:
        """A settlement before an update is over; where it failed, the update has to wait."""
        self._own_job = False
        if self._update == "wanted" and result is not Result.APPROVED:
            self._update = ""
            self._show("update_postponed", "结算未完成，暂不更新程序", out)

    # ---- what a reply proves -----------------------------------------------------------------

    def _is_proven(self, exchange: Exchange, reply: Message) -> bool:
        """Whether the MAC shows that the host said this; some messages carry none."""
        if not self.sealer.dialect.kind[exchange.kind].sealed or MAC_CHECK not in self.profile.reply_checks:
            return True
        return self.sealer.is_sealed(reply, self.memory.mak)

    def _may_be_unsealed(self, reply: Message) -> bool:
        """A host that refuses may send no MAC: it may not know the key."""
        return reply.mac is None and reply.response_code not in APPROVED
