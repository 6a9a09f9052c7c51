"""What an acquirer host knows: its journal records folded, one after the other.

The machine changes this state by :meth:`HostBooks.apply` alone, with the very records it has
stored, so what a restart finds is what there was.  It decides nothing and books no money: totals
are the host's side of a settlement, the ledger is elsewhere.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from datetime import date, timedelta

from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import HostRecord, TransactionKey
from simulator.machines.acquirer.registry import TerminalEntry
from simulator.machines.acquirer.settings import AcquirerSettings
from simulator.machines.acquirer.transactions import (
    APPROVED_CODES,
    PENDING_CODE,
    Batch,
    Stage,
    State,
    TerminalBook,
    Transaction,
)
from simulator.wire.keys import WorkingKeys
from simulator.wire.kinds import COUNTS, Kind

KeySource = Callable[[str, int], WorkingKeys]


class HostBooks:
    """The folded journal of a host."""

    def __init__(
        self, settings: AcquirerSettings, registry: Iterable[TerminalEntry], key_source: KeySource,
        records: Iterable[HostRecord] = (),
    ) -> None:
        self._key_source = key_source
        self._forget_days = settings.forget_after_days
        self.settlement_date = settings.settlement_date
        self.minimum_software = settings.minimum_software
        self.refuse_old_software = settings.refuse_old_software
        self.number = 0  # of the last RRN
        self.terminals = {entry.tid: TerminalBook(entry, entry.first_batch) for entry in registry}
        self.unanswered: dict[str, Transaction] = {}  # ASKED and PENDING, by RRN
        self.owed: dict[str, Transaction] = {}  # undone, the issuer has not heard of it, by RRN
        self._settled: deque[tuple[str, str, int]] = deque()
        for record in records:
            self.apply(record)

    def apply(self, record: HostRecord) -> None:
        """Take in one record."""
        _APPLY[type(record)](self, record)

    def find(self, key: TransactionKey) -> Transaction | None:
        """The transaction of a key, if it is remembered."""
        terminal = self.terminals.get(key.tid)
        batch = terminal.find_batch(key.batch) if terminal is not None else None
        return batch.transactions.get(key.stan) if batch is not None else None

    def batch_of(self, key: TransactionKey) -> Batch:
        """The batch of a key; opened where it is not there."""
        terminal = self.terminals[key.tid]
        batches = terminal.batches
        if batches is None:
            batches = terminal.batches = {}
        batch = batches.get(key.batch)
        if batch is None:
            batch = batches[key.batch] = Batch(key.batch, self.settlement_date, {})
        return batch

    def _enter(self, transaction: Transaction) -> None:
        self.batch_of(transaction.key).transactions[transaction.key.stan] = transaction

    def _known(self, key: TransactionKey) -> Transaction:
        transaction = self.find(key)
        assert transaction is not None, f"the journal decides about {key} before it names it"
        return transaction


def rrn_of(number: int) -> str:
    """F37 of a transaction."""
    return "%012d" % number  # noqa: UP031 - in the path of every sale


# ---- terminals -------------------------------------------------------------------------------


def _signed_on(books: HostBooks, record: journal.SignedOn) -> None:
    terminal = books.terminals[record.tid]
    terminal.keys = books._key_source(record.tid, record.serial)  # noqa: SLF001
    terminal.serial = record.serial
    terminal.sign_on_stan = record.stan
    terminal.batch = record.batch
    terminal.must_sign_on = False
    terminal.reused = False


def _signed_off(books: HostBooks, record: journal.SignedOff) -> None:
    books.terminals[record.tid].must_sign_on = True


def _keys_voided(books: HostBooks, record: journal.KeysVoided) -> None:
    terminals = [books.terminals[record.tid]] if record.tid else list(books.terminals.values())
    for terminal in terminals:
        terminal.must_sign_on = True
        terminal.sign_on_stan = 0


def _version_set(books: HostBooks, record: journal.VersionSet) -> None:
    books.minimum_software = record.minimum
    books.refuse_old_software = record.refuse


def _stan_reused(books: HostBooks, record: journal.StanReused) -> None:
    books.terminals[record.tid].reused = True


# ---- transactions ----------------------------------------------------------------------------

_SPENDS = frozenset({
    Kind.VOID, Kind.PREAUTH_VOID, Kind.COMPLETION, Kind.COMPLETION_ADVICE, Kind.COMPLETION_VOID,
})
_REFUNDS = frozenset({Kind.REFUND, Kind.QR_REFUND})


def _asked(books: HostBooks, record: journal.Asked) -> None:
    rrn = rrn_of(record.number)
    transaction = Transaction(
        record.key, record.kind, record.amount_fen, record.pan, record.channel, rrn, record.day,
        record.original, record.qr_code,
    )
    books.number = record.number
    books.unanswered[rrn] = transaction
    books._enter(transaction)  # noqa: SLF001
    if record.original is not None:
        _mark_original(books, transaction, 1)


def _mark_original(books: HostBooks, transaction: Transaction, sign: int) -> None:
    """What refers to a transaction uses it up, and gives it back when it comes to nothing."""
    original = books.find(transaction.original) if transaction.original is not None else None
    if original is None:
        return
    if transaction.kind in _SPENDS:
        original.spent = sign > 0
    elif transaction.kind in _REFUNDS:
        original.refunded_fen += sign * transaction.amount_fen


def _decided(books: HostBooks, record: journal.Decided) -> None:
    transaction = books._known(record.key)  # noqa: SLF001
    code = transaction.code = record.code
    if code in APPROVED_CODES:
        transaction.state = State.APPROVED
        if record.part_fen:
            transaction.whole_fen = transaction.amount_fen
            transaction.amount_fen = record.part_fen
        transaction.auth_code = record.auth_code
        if record.day and record.day != transaction.day:
            transaction.day += record.day
        books.unanswered.pop(transaction.rrn, None)
        count(books, transaction, 1)
    elif code == PENDING_CODE:
        transaction.state = State.PENDING
    else:
        transaction.state = State.DECLINED
        books.unanswered.pop(transaction.rrn, None)
        if transaction.original is not None:
            _mark_original(books, transaction, -1)


def count(books: HostBooks, transaction: Transaction, sign: int) -> None:
    """Take a transaction into the totals of its batch, or out of them."""
    counts = COUNTS[transaction.kind]
    if counts == 0:
        return
    batch = books.batch_of(transaction.key)
    if counts > 0:
        batch.debit_fen += sign * transaction.amount_fen
        batch.debit_count += sign
    else:
        batch.credit_fen += sign * transaction.amount_fen
        batch.credit_count += sign


def _refused(books: HostBooks, record: journal.Refused) -> None:
    books.number = record.number
    books._enter(Transaction(  # noqa: SLF001
        record.key, record.kind, record.amount_fen, record.pan, rrn=rrn_of(record.number),
        original=record.original, state=State.DECLINED, code=record.code,
    ))


def _undone(books: HostBooks, record: journal.Undone) -> None:
    transaction = books._known(record.key)  # noqa: SLF001
    if transaction.state is State.APPROVED:
        count(books, transaction, -1)
    books.unanswered.pop(transaction.rrn, None)
    if transaction.original is not None and transaction.state is not State.DECLINED:
        _mark_original(books, transaction, -1)
    transaction.state = State.UNDONE
    transaction.code = record.code
    if record.owed:
        books.owed[transaction.rrn] = transaction


def _reversed_ahead(books: HostBooks, record: journal.ReversedAhead) -> None:
    books._enter(Transaction(  # noqa: SLF001
        record.key, record.kind, record.amount_fen, record.pan, state=State.UNDONE, code="12",
    ))


def _issuer_undid(books: HostBooks, record: journal.IssuerUndid) -> None:
    transaction = books.find(record.key)
    if transaction is not None:
        books.owed.pop(transaction.rrn, None)
        return
    for rrn, owed in list(books.owed.items()):
        if owed.key == record.key:
            del books.owed[rrn]


# ---- batches ---------------------------------------------------------------------------------


def _batch_disputed(books: HostBooks, record: journal.BatchDisputed) -> None:
    books.batch_of(TransactionKey(record.tid, record.batch, 0)).stage = Stage.DISPUTED


def _details_uploaded(books: HostBooks, record: journal.DetailsUploaded) -> None:
    batch = books.batch_of(TransactionKey(record.tid, record.batch, 0))
    if batch.uploaded is None:
        batch.uploaded = {}
    batch.uploaded.update(record.items)


def _batch_settled(books: HostBooks, record: journal.BatchSettled) -> None:
    terminal = books.terminals[record.tid]
    batch = books.batch_of(TransactionKey(record.tid, record.batch, 0))
    batch.stage = Stage.SETTLED
    batch.result = record.result
    batch.held = record.held
    for stan in record.held:
        count(books, batch.transactions[stan], -1)
    batch.uploaded = None
    terminal.last_settled = record.batch
    if terminal.batch == record.batch:
        terminal.batch = terminal.unused_after(record.batch)
    books._settled.append((record.settlement_date, record.tid, record.batch))  # noqa: SLF001


def _cut_over(books: HostBooks, record: journal.CutOver) -> None:
    books.settlement_date = record.settlement_date
    settled = books._settled  # noqa: SLF001
    if not settled:
        return
    horizon = (
        date.fromisoformat(record.settlement_date) - timedelta(days=books._forget_days)  # noqa: SLF001
    ).isoformat()
    kept = []
    while settled and settled[0][0] < horizon:
        entry = settled.popleft()
        terminal = books.terminals[entry[1]]
        if terminal.last_settled == entry[2]:
            kept.append(entry)
        elif terminal.batches is not None:
            terminal.batches.pop(entry[2], None)
    settled.extendleft(reversed(kept))


_APPLY: dict[type, Callable[[HostBooks, HostRecord], None]] = {
    journal.SignedOn: _signed_on,  # type: ignore[dict-item]
    journal.SignedOff: _signed_off,  # type: ignore[dict-item]
    journal.KeysVoided: _keys_voided,  # type: ignore[dict-item]
    journal.VersionSet: _version_set,  # type: ignore[dict-item]
    journal.CutOver: _cut_over,  # type: ignore[dict-item]
    journal.Asked: _asked,  # type: ignore[dict-item]
    journal.Decided: _decided,  # type: ignore[dict-item]
    journal.Refused: _refused,  # type: ignore[dict-item]
    journal.Undone: _undone,  # type: ignore[dict-item]
    journal.ReversedAhead: _reversed_ahead,  # type: ignore[dict-item]
    journal.IssuerUndid: _issuer_undid,  # type: ignore[dict-item]
    journal.StanReused: _stan_reused,  # type: ignore[dict-item]
    journal.BatchDisputed: _batch_disputed,  # type: ignore[dict-item]
    journal.DetailsUploaded: _details_uploaded,  # type: ignore[dict-item]
    journal.BatchSettled: _batch_settled,  # type: ignore[dict-item]
}
