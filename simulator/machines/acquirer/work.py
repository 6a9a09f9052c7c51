"""What every step of an acquirer host is given: the table of steps, its books, deadlines and keys.

A step is a plain function of this value and of what happened.  Steps that stand in a row of the
:class:`HostTable` are called through it and never by their name, so that a row can be replaced.
Decides nothing; the steps do, each kind of them in a module of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from simulator.catalogue.host_reasons import AlarmCode, SettledHow, UndoneWhy
from simulator.machines.acquirer.deadlines import Deadlines
from simulator.machines.acquirer.events import (
    AcquirerEffect,
    AcquirerEvent,
    HostRecord,
    RequestReceived,
    StoreHost,
    TransactionKey,
)
from simulator.machines.acquirer.memory import APPLY, HostBooks
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.machines.acquirer.settings import AcquirerSettings, PrefixTable
from simulator.machines.acquirer.state import KeySource
from simulator.machines.acquirer.transactions import TerminalBook, Transaction
from simulator.machines.sealing import Sealer
from simulator.wire.kinds import MANAGEMENT_KINDS, Kind
from simulator.wire.message import CURRENCY_CNY, Message, Original
from simulator.wire.tables import Table
from simulator.wire.tables_numbered import FIRST

Effects = list[AcquirerEffect]
SCHEME = "CUP"  # F63 of replies


class Request(msgspec.Struct, gc=False):
    """A request of a known terminal on its way through the checks to the step of its kind."""

    link: str
    message: Message  # with its track in clear, once that check is passed
    kind: Kind
    terminal: TerminalBook
    key: TransactionKey
    service_answer: str
    attempt: int
    now_ms: int
    refundable_fen: int | None = None


class Loading(msgspec.Struct, frozen=True, gc=False):
    """The download of a table that is open at a terminal."""

    table: Table
    due: int = FIRST  # the number that comes next, of a numbered table
    given: int = FIRST  # the number that was asked for last: it may be asked for again


class Waiting(msgspec.Struct, gc=False):
    """A request of a terminal whose answer waits for an issuer or a wallet."""

    link: str
    attempt: int  # the try that waits: the newest that came
    message: Message
    kind: Kind
    terminal: TerminalBook
    transaction: Transaction | None  # None: nothing is remembered (balance)
    asks: int = 0  # how often the issuer was asked again
    icc_data: bytes | None = None  # what the issuer says to the chip; a copy is not told again


Step = Callable[["Work", Request], Effects]
CheckStep = Callable[["Work", Request], Effects | None]


class Entrance(msgspec.Struct, frozen=True):
    """Who is not let in: found before it is known whose request it is, and what kind."""

    keeps_out: Callable[[RequestReceived, Kind | None, TerminalBook | None], bool]
    response_code: str  # none: that of the setting, or with no alarm nothing is said
    alarm: AlarmCode | None


class Check(msgspec.Struct, frozen=True):
    """One check in the order in which a request passes them; it answers, or lets the next one."""

    step: CheckStep
    answer: str  # what it says, for people
    whose: str  # which kinds must pass it, for people
    kinds: frozenset[Kind]
    of_sealed: bool = False  # of these only the kinds that the dialect seals


class KindSteps(msgspec.Struct, frozen=True):
    """What is done with a request that passed every check, and how one is refused that did not."""

    step: Step
    refuse: Callable[[Work, Request, str], Effects]


class HostTable(msgspec.Struct, frozen=True):
    """Every step that another one calls through a row: an acquirer host is this table."""

    handle: Callable[[Work, AcquirerEvent, int], Effects]
    by_event: dict[type, Callable[..., Effects]]
    entrance: tuple[Entrance, ...]
    checks: tuple[Check, ...]
    by_kind: dict[Kind, KindSteps]
    known_again: Callable[[Work, Request, Transaction], Effects]
    is_copy: Callable[[Request, Transaction], bool]
    issuer_silent: Callable[[Work, str, int], Effects]
    note_undone: Callable[[Work, Transaction, UndoneWhy, str], StoreHost]
    tell_channel: Callable[[Work, Transaction, int], Effects]
    due: Callable[[Work, str, int], Effects]
    reverse_ahead: Step
    is_balanced: Callable[[tuple[int, ...], tuple[int, ...]], bool]
    close: Callable[[Work, TerminalBook, int, SettledHow, tuple[int, ...]], Effects]


class Work:
    """The state of one host, and what its settings come to."""

    __slots__ = (
        "attempts",
        "blanks",
        "books",
        "clock_second",
        "clock_texts",
        "deadlines",
        "entrance",
        "f15",
        "f15_of",
        "institutions",
        "loads",
        "may_be_foreign",
        "path",
        "routing",
        "sealer",
        "settings",
        "table",
        "told",
        "volatile",
        "waiting",
        "wallet_heard",
        "wallets",
    )

    def __init__(
        self, table: HostTable, settings: AcquirerSettings, registry: Iterable[TerminalEntry],
        sealer: Sealer, key_source: KeySource, records: Iterable[HostRecord] = (),
    ) -> None:
        self.table = table
        self.settings = settings
        self.sealer = sealer
        self.books = HostBooks(settings, registry, key_source, records)
        self.deadlines = Deadlines()
        self.waiting: dict[str, Waiting] = {}  # by ref
        self.attempts: dict[str, int] = {}  # of issuer reversals, by RRN
        self.wallet_heard: set[str] = set()  # RRNs that a wallet has said something about
        self.routing = PrefixTable(settings.routing)
        self.may_be_foreign = any(
            not prefix.startswith(settings.domestic_prefixes) for prefix, _ in settings.routing
        )
        self.wallets = PrefixTable(settings.wallets)
        self.entrance = tuple(row.keeps_out for row in table.entrance)
        self.path = {
            kind: tuple(
                check.step for check in table.checks
                if kind in check.kinds and (sealer.dialect.kind[kind].sealed or not check.of_sealed)
            )
            for kind in Kind
        }
        self.loads: dict[str, Loading] = {}  # open downloads, by TID
        self.told: set[tuple[str, str]] = set()  # requests that are told once only, by TID
        self.volatile = 0  # replies that name no transaction
        self.clock_second = -1  # of the texts in clock_texts
        self.clock_texts = ("", "")
        self.f15_of = ""  # the date that f15 was made of
        self.f15 = ""
        self.blanks = {
            row.kind: Message(
                mti=row.reply_mti, type_code=row.type_code, processing_code=row.processing_code,
                condition_code=row.condition_code, acquirer_id=settings.acquirer_id,
                currency=CURRENCY_CNY, operator=SCHEME,
            )
            for row in sealer.dialect.kinds if row.kind not in MANAGEMENT_KINDS
        }
        ids = dict(settings.issuer_ids)
        self.institutions = {
            bank: f"{ids.get(bank, ''):<11}{settings.acquirer_id:<11}"
            for bank in {name for _, name in settings.routing}
        }

    def store(self, record: HostRecord) -> StoreHost:
        """Take a record into the books, and have it stored."""
        APPLY[type(record)](self.books, record)  # HostBooks.apply, in the path of every sale
        return StoreHost(record)


def key_of_original(tid: str, original: Original | None) -> TransactionKey | None:
    """What F61 names, at the same terminal."""
    return None if original is None else TransactionKey(tid, original.batch, original.stan)
