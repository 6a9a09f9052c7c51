"""Transactions, batches and terminals as an acquirer host sees them.

Only the fold of the journal changes them.  They decide nothing and know no record; :mod:`simulator.machines.acquirer.memory` folds.
"""

from __future__ import annotations

from enum import Enum

import msgspec

from simulator.catalogue.host_reasons import SettledHow
from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.machines.acquirer.events import TransactionKey
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.wire.keys import WorkingKeys
from simulator.wire.kinds import COUNTS, Kind

LAST_BATCH = 999_999
APPROVED_CODES = frozenset(code for code, row in RESPONSE_CODES.items() if row.approves)
REPEATED_MTI = "0220"  # the terminal repeats it until it is answered
NOT_NOW = frozenset(code for code, row in RESPONSE_CODES.items() if row.retry)


def following(batch: int) -> int:
    """The next batch number; 1 comes after 999999."""
    return batch + 1 if batch < LAST_BATCH else 1


def rrn_of(number: int) -> str:
    """F37 of a transaction."""
    return "%012d" % number  # noqa: UP031 - in the path of every sale


class State(Enum):
    """Where a transaction stands at the host."""

    __hash__ = object.__hash__  # looked up for every record; Enum's own costs five times as much

    ASKED = "asked"  # issuer or wallet was asked, outcome unknown
    APPROVED = "approved"
    DECLINED = "declined"
    UNDONE = "undone"


class Stage(Enum):
    """Where a batch stands at the host."""

    __hash__ = object.__hash__

    OPEN = "open"
    DISPUTED = "disputed"  # totals differed, details are going up
    SETTLED = "settled"


class Later(msgspec.Struct, gc=False):
    """What few transactions have, and only later: kept apart, since there are many without."""

    spent: bool = False
    refunded_fen: int = 0
    scripts: tuple[str, ...] = ()
    whole_fen: int = 0
    signature_bytes: int = 0


_NOTHING = Later()  # never changed: what was not written yet


class Transaction(msgspec.Struct, gc=False):
    """One transaction of a terminal."""

    key: TransactionKey
    kind: Kind
    amount_fen: int
    pan: str
    channel: str = ""
    number: int = 0  # of its RRN; 0: it has none
    day: str = ""  # MMDD; two of them where the answer came after midnight
    original: TransactionKey | None = None
    qr_code: str = ""
    state: State = State.ASKED
    code: str = ""
    auth_code: str = ""
    later: Later | None = None

    @property
    def rrn(self) -> str:
        """F37: made when it is asked for, since there are many."""
        return rrn_of(self.number) if self.number else ""

    @property
    def asked_fen(self) -> int:
        """F4 of the request."""
        return self.whole_fen or self.amount_fen

    @property
    def spent(self) -> bool:
        """Voided or completed, or about to be."""
        return (self.later or _NOTHING).spent

    @spent.setter
    def spent(self, spent: bool) -> None:
        self._written().spent = spent

    @property
    def refunded_fen(self) -> int:
        """Given back, or about to be."""
        return (self.later or _NOTHING).refunded_fen

    @refunded_fen.setter
    def refunded_fen(self, fen: int) -> None:
        self._written().refunded_fen = fen

    @property
    def scripts(self) -> tuple[str, ...]:
        """What the chip made of the issuer's scripts."""
        return (self.later or _NOTHING).scripts

    @scripts.setter
    def scripts(self, results: tuple[str, ...]) -> None:
        self._written().scripts = results

    @property
    def whole_fen(self) -> int:
        """What was asked for, where the issuer gave ``amount_fen`` only (F39 = 10)."""
        return (self.later or _NOTHING).whole_fen

    @whole_fen.setter
    def whole_fen(self, fen: int) -> None:
        self._written().whole_fen = fen

    @property
    def signature_bytes(self) -> int:
        """Of the customer's, where one came."""
        return (self.later or _NOTHING).signature_bytes

    @signature_bytes.setter
    def signature_bytes(self, size: int) -> None:
        self._written().signature_bytes = size

    def _written(self) -> Later:
        if self.later is None:
            self.later = Later()
        return self.later


class Batch(msgspec.Struct):
    """One batch of a terminal: its transactions by STAN, and the host's totals of it."""

    number: int
    opened: str  # settlement date
    transactions: dict[int, Transaction]
    debit_fen: int = 0
    debit_count: int = 0
    credit_fen: int = 0
    credit_count: int = 0
    stage: Stage = Stage.OPEN
    result: SettledHow | None = None
    uploaded: dict[int, int] | None = None  # STAN to sum
    held: tuple[int, ...] = ()  # kept out of its settlement, and not ended yet
    closed: str = ""  # settlement date
    claimed: tuple[int, ...] = ()  # by the last 0500 that did not balance
    told: tuple[str, str] = ("2", "2")  # the results that it was told, domestic and foreign

    def totals(self) -> tuple[int, int, int, int]:
        """Debit sum and count, credit sum and count."""
        return self.debit_fen, self.debit_count, self.credit_fen, self.credit_count

    def count(self, transaction: Transaction, sign: int) -> None:
        """Take a transaction into the totals, or out of them."""
        counts = COUNTS[transaction.kind]
        if counts > 0:
            self.debit_fen += sign * transaction.amount_fen
            self.debit_count += sign
        elif counts < 0:
            self.credit_fen += sign * transaction.amount_fen
            self.credit_count += sign

    def is_left_open(self, current: int) -> bool:
        """Whether money waits here although the terminal went on to another batch."""
        return (
            self.stage is Stage.OPEN and self.number != current
            and bool(self.debit_count or self.credit_count)
        )


class TerminalBook(msgspec.Struct):
    """What the host knows of one terminal."""

    entry: TerminalEntry
    batch: int  # the one that new transactions belong to
    keys: WorkingKeys | None = None
    serial: int = 0
    sign_on_stan: int = 0
    download: str = ""  # F60.3 of its last sign-on
    must_sign_on: bool = True
    reused: bool = False  # a STAN came twice: give the next batch at sign-on
    last_settled: int = 0
    master_serial: int = 0  # of the master key in use; 0: the one of its entry
    offered_serial: int = 0  # of one that was given out and is not activated; 0: none
    demanded: tuple[str, ...] = ()  # what the headers of replies ask for, oldest first
    status: tuple[tuple[str, str], ...] = ()  # as it told last
    batches: dict[int, Batch] | None = None

    def find_batch(self, number: int) -> Batch | None:
        """A batch that is remembered."""
        return self.batches.get(number) if self.batches is not None else None

    def unused_after(self, number: int) -> int:
        """The next batch number under which nothing is remembered."""
        number = following(number)
        batch = self.find_batch(number)
        while batch is not None and (batch.transactions or batch.stage is not Stage.OPEN):
            number = following(number)
            batch = self.find_batch(number)
        return number
