"""What every procedure of a terminal works on, and the table that says which procedure it is.

A procedure is a module of plain functions over one :class:`Work`: one job (what somebody asked for)
and at most one thing that is waited for at a time.  Which function does what stands in the
:class:`TerminalTable` that the machine is built from, never in a class: a machine built wrong has
another table.  What to do next is decided in :mod:`simulator.machines.terminal.order`, never here.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from typing import Any, Literal, TypeVar

import msgspec

from simulator.catalogue.response_codes import AtTerminal, response_code
from simulator.catalogue.terminal_reasons import Disarming, Failure, NoAnswer, Refusal, Shown
from simulator.machines.no_row import NoRowError
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
    TerminalEvent,
)
from simulator.machines.terminal.memory import APPLY, TerminalMemory
from simulator.machines.terminal.parameters import with_parameters
from simulator.machines.terminal.profile import OldList, TerminalIdentity, TerminalProfile
from simulator.machines.terminal.records import Armed, Booked, SignOnDemanded, StanTaken
from simulator.machines.terminal.replies import MAC_CHECK, ReplyCheck, checks_of
from simulator.wire.keys import WorkingKeys
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.wire.tables import Table, TableRow
from simulator.wire.tables_listed import Pairs
from simulator.wire.tables_numbered import Piece


class Update(Enum):
    """Where new software stands that the host may want here."""

    NONE = "none"
    WANTED = "wanted"
    USELESS = "useless"  # the last one brought nothing new


# ---- what is waited for: the states of the machine -------------------------------------------


class Off(msgspec.Struct, frozen=True, gc=False):
    """Nothing yet: the machine was built, and not booted."""


class Resting(msgspec.Struct, frozen=True, gc=False):
    """Nothing: somebody may ask, and background work takes up its turn at the deadline."""


class Exchange(msgspec.Struct, frozen=True, gc=False):
    """The reply to a request; ``attempt`` counts how often this very message was sent before."""

    request: Message
    kind: Kind
    order: str
    attempt: int
    heard: Message | None = None  # a reply that cannot be believed


class Printing(msgspec.Struct, frozen=True, gc=False):
    """A receipt that must come out before the transaction is told to be approved."""

    item: Booked
    armed: Armed | None
    response_code: str


class Drawing(msgspec.Struct, frozen=True, gc=False):
    """Random bytes for a key."""


class Installing(msgspec.Struct, frozen=True, gc=False):
    """New software; nothing else happens meanwhile."""


Waiting = Off | Resting | Exchange | Printing | Drawing | Installing
OFF, RESTING, DRAWING, INSTALLING = Off(), Resting(), Drawing(), Installing()

# ---- the table -------------------------------------------------------------------------------

Move = Callable[["Work", Any, Any], None]  # of what is waited for, and an event
Start = Callable[["Work"], None]
Due = Callable[["Work"], bool]
Check = Callable[["Work", Operated], Refusal | None]  # a reason, or none
Replied = Callable[["Work", Exchange, Message, bool], None]  # the reply, and whether it is proven
Unanswered = Callable[["Work", Exchange, NoAnswer], None]  # why there is none


class Outcomes(msgspec.Struct, frozen=True, gc=False):
    """Who takes the reply of an exchange, and who hears that there was none."""

    replied: Replied
    unanswered: Unanswered


class Step(msgspec.Struct, frozen=True, gc=False):
    """One row of what goes first: a condition and a start."""

    due: Due
    start: Start


class TerminalTable(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The machine: what is done about what.  Something that has no row raises."""

    moves: Mapping[type, Mapping[type, Move]]  # by what is waited for, then by event
    order: tuple[Step, ...]  # what goes first
    jobs: Mapping[Kind, Start]  # a job's own exchange
    exchanges: Mapping[Kind, Outcomes]
    unknown: Mapping[NoAnswer, Callable[[Work, Exchange], None]]  # what no outcome does to a reversal
    refusals: Mapping[Kind, tuple[Check, ...]]
    codes: Mapping[AtTerminal, Start]  # what some response codes ask for
    requests: Mapping[str, Callable[[Work, str, Kind], None]]  # what a host asks for in a header
    # Acts that procedures do through the table.
    store: Callable[[Work, NvmRecord], None]
    is_proven: Callable[[Work, Exchange, Message], bool]
    keys_in: Callable[[Work, Message], WorkingKeys]  # of the reply to a sign-on
    give_reason: Callable[[Work, str, Message | None], None]  # F39, and the reply that says why
    end_reversal: Callable[[Work, Disarming], None]
    last_reversal_try_failed: Start
    counted: Callable[[Work], Iterable[Booked]]
    end_result: Callable[[str], str]
    # How tables are loaded.
    readers: Mapping[Table, Callable[[bytes], Piece]]  # of numbered ones
    number_wanted: Callable[[int], int]
    ending: Callable[[Work, TableRow], Message]
    drops_old: Callable[[Work, OldList], bool]


Key = TypeVar("Key")
Row = TypeVar("Row")


def row_of(rows: Mapping[Key, Row], key: Key, table: str) -> Row:
    """The row of a key; there must be one."""
    row = rows.get(key)
    if row is None:
        raise NoRowError(f"no row in the terminal's {table} for {key!r}")
    return row


# ---- the work --------------------------------------------------------------------------------


NONE_TRIED: frozenset[tuple[int, int]] = frozenset()  # one for all: each call makes another


class Work:
    """State, memory, profile and sealer of one terminal; time and effects of the event at hand."""

    __slots__ = (
        "advice_sent", "begun", "built", "checks", "damage", "deadline_ms", "download_of",
        "download_tries", "downloading", "forward", "forwarded", "identity", "job", "left",
        "memory", "mismatched", "now_ms", "out", "own_job", "paused", "profile", "public_key", "requests",
        "reversal_sent", "reversal_tries", "script_tries", "sealer", "settle_sent",
        "sign_on_wanted", "signature_rounds", "signatures_tried", "table", "transport_key", "tries", "update", "waiting",
    )

    now_ms: int  # of the event at hand; there is none of both between events
    out: list[TerminalEffect]

    def __init__(
        self, table: TerminalTable, identity: TerminalIdentity, profile: TerminalProfile,
        sealer: Sealer, records: Iterable[NvmRecord], damage: str,
    ) -> None:
        self.table = table
        self.identity = identity
        self.sealer = sealer
        self.memory = TerminalMemory(records, profile.first_stan)
        self.built = profile  # as its maker built it
        self.profile = with_parameters(profile, self.memory.tables)
        self.waiting: Waiting = OFF
        self.deadline_ms: int | None = None
        self.checks: tuple[ReplyCheck, ...] = checks_of(profile.reply_checks)
        self.damage = damage  # of the journal's bytes, as their reader reports it
        self.job: Operated | None = None
        self.begun = False  # the job's own exchange was started
        self.own_job = False  # the terminal asked itself: nobody waits for a conclusion
        self.paused = False  # background work waits for the deadline or for a command
        self.tries = 0  # tries of the present exchange, but for reversals
        self.reversal_tries = 0  # failed tries since the last pause
        self.signature_rounds = 0  # in which every signature that is left had its turn
        self.signatures_tried = NONE_TRIED  # batch and STAN, in this round
        self.script_tries = 0  # failed ones of the script result in hand
        self.reversal_sent = 0  # how often the armed reversal was sent
        self.forward: tuple[int, ...] = ()  # STANs of stored requests to be sent now
        self.forwarded = False  # they all had their turn before the settlement that waits
        self.advice_sent = 0
        self.mismatched = NONE_TRIED  # stored requests to which the host said 77: batch and STAN
        self.settle_sent = 0
        self.left = False  # the open 0500 may have reached the host
        self.requests = ""  # processing requests of the host, not yet acted on
        self.sign_on_wanted = False
        self.update = Update.NONE
        self.downloading = False  # tables are to be loaded when nothing stands before them
        self.download_of: Table | None = None  # begun in this life
        self.download_tries = 0  # failed tries of the message that is due
        self.public_key: Pairs = ()  # of the host, while a master key is loaded
        self.transport_key = b""  # the random one, meanwhile

    def handle(self, event: TerminalEvent, now_ms: int) -> list[TerminalEffect]:
        """What is done about ``event``, by the row of what is waited for."""
        waiting = self.waiting
        move = self.table.moves[type(waiting)].get(type(event))
        if move is None:
            raise NoRowError(
                f"no row in the terminal's moves for {type(event).__name__} while "
                f"{type(waiting).__name__.lower()}",
            )
        self.now_ms = now_ms
        out: list[TerminalEffect] = []
        self.out = out
        move(self, waiting, event)
        del self.out
        return out

    @property
    def software(self) -> str:
        """The software that runs: version n2 + sub-version n6."""
        return self.memory.software or self.profile.software


# ---- acts ------------------------------------------------------------------------------------


def store(w: Work, record: NvmRecord) -> None:
    """Into the journal, and applied to what is known."""
    APPLY[type(record)](w.memory, record)
    w.out.append(Store(record))


def take_stan(w: Work) -> int:
    """A trace number for a message that leaves no other record."""
    stan = w.memory.stan
    w.table.store(w, StanTaken(stan))
    return stan


def send(w: Work, request: Message, kind: Kind, order: str, attempt: int = 0) -> None:
    """Seal a request where its kind is sealed, send it, wait for its reply."""
    if w.sealer.dialect.kind[kind].sealed:
        request = w.sealer.seal(request, w.memory.mak)
    w.waiting = Exchange(request, kind, order, attempt)
    w.deadline_ms = w.now_ms + w.profile.reply_timeout_ms
    w.out.append(Send(request, kind, order, attempt))


def repeat(w: Work, exchange: Exchange) -> None:
    """Send the same message once more."""
    send(w, exchange.request, exchange.kind, exchange.order, exchange.attempt + 1)


def give_receipt(w: Work, order: str, lines: tuple[str, ...]) -> None:
    """On paper, or as the profile has it."""
    w.out.append(Print(order, lines, not w.profile.printer))


def show(w: Work, what: Shown, text: str, response_code: str = "") -> None:
    """Tell the operator."""
    w.out.append(Show(what, text, response_code))


def pause(w: Work, pause_ms: int) -> None:
    """Leave background work alone until the deadline, or until somebody wants something."""
    w.paused = True
    w.deadline_ms = w.now_ms + pause_ms


def demand_sign_on(w: Work) -> None:
    """The keys are good for nothing any more."""
    if w.memory.signed_on:
        w.table.store(w, SignOnDemanded())
    w.sign_on_wanted = True


def end_job(
    w: Work, result: Result, *, stan: int = 0, response_code: str = "", rrn: str = "",
    auth_code: str = "", amount_fen: int = 0, voucher: str = "",
    reason: Refusal | NoAnswer | Failure | Literal[""] = "", batch: int = 0,
) -> None:
    """The job is over; whoever asked is told."""
    job = w.job
    if job is None:
        return
    w.job = None
    if w.own_job:
        _end_own_job(w, result)
    else:
        w.out.append(
            Conclude(
                order=job.order, kind=job.kind, result=result, batch=batch or w.memory.batch,
                stan=stan, response_code=response_code, rrn=rrn, auth_code=auth_code,
                amount_fen=amount_fen or job.amount_fen, voucher=voucher, reason=reason,
            ),
        )


def _end_own_job(w: Work, result: Result) -> None:
    """A settlement before an update is over; where it failed, the update has to wait."""
    w.own_job = False
    if w.update is Update.WANTED and result is not Result.APPROVED:
        w.update = Update.NONE
        show(w, Shown.UPDATE_POSTPONED, "结算未完成，暂不更新程序")


# ---- what a reply proves ---------------------------------------------------------------------


def is_proven(w: Work, exchange: Exchange, reply: Message) -> bool:
    """Whether the MAC shows that the host said this; some messages carry none."""
    if not w.sealer.dialect.kind[exchange.kind].sealed or MAC_CHECK not in w.profile.reply_checks:
        return True
    return w.sealer.is_sealed(reply, w.memory.mak)


def may_be_unsealed(reply: Message) -> bool:
    """A host that refuses may send no MAC: it may not know the key."""
    return reply.mac is None and not response_code(reply.response_code).approves
