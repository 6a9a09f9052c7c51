"""Records of a batch, folded: disputed, uploaded, settled, released; and of the business day."""

from __future__ import annotations

from datetime import date, timedelta

from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import TransactionKey
from simulator.machines.acquirer.moves import BatchSaid, UnlawfulMoveError
from simulator.machines.acquirer.standing import moving_batch, terminal_of
from simulator.machines.acquirer.state import Fold, HostState, voucher_of
from simulator.machines.acquirer.transaction_folds import no_longer_held
from simulator.machines.acquirer.transactions import Batch, State
from simulator.wire.kinds import Kind


def _batch_disputed(books: HostState, record: journal.BatchDisputed) -> None:
    batch = moving_batch(
        books.terminals, record.tid, record.batch, BatchSaid.DISPUTED, books.settlement_date,
    )
    batch.claimed = record.claimed
    batch.told = record.told


def _details_uploaded(books: HostState, record: journal.DetailsUploaded) -> None:
    batch = moving_batch(
        books.terminals, record.tid, record.batch, BatchSaid.UPLOADED, books.settlement_date,
    )
    if batch.uploaded is None:
        batch.uploaded = {}
    batch.uploaded.update(record.items)


def _batch_settled(books: HostState, record: journal.BatchSettled) -> None:
    terminal = terminal_of(books.terminals, record.tid)
    for stan in record.held:
        key = TransactionKey(record.tid, record.batch, stan)
        transaction = books.find(key)
        if transaction is None or transaction.state is not State.APPROVED:
            raise UnlawfulMoveError(
                f"STAN {stan:06} of batch {record.batch:06} of terminal {record.tid} cannot be held"
                " out of a settlement: it is not approved")
    batch = moving_batch(
        books.terminals, record.tid, record.batch, BatchSaid.SETTLED, books.settlement_date,
    )
    batch.result = record.result
    batch.held = record.held
    batch.closed = record.settlement_date
    for stan in record.held:
        batch.count(batch.transactions[stan], -1)
    batch.uploaded = None
    terminal.last_settled = record.batch
    if terminal.batch == record.batch:
        terminal.batch = terminal.unused_after(record.batch)
    books._settled.append((record.settlement_date, record.tid, record.batch))  # noqa: SLF001


def _held_released(books: HostState, record: journal.HeldReleased) -> None:
    key = record.key
    batch = moving_batch(
        books.terminals, key.tid, key.batch, BatchSaid.RELIEVED, books.settlement_date,
    )
    if key.stan not in batch.held:
        raise UnlawfulMoveError(
            f"STAN {key.stan:06} of batch {key.batch:06} of terminal {key.tid} cannot be released:"
            " it is not held")
    no_longer_held(batch, key.stan)


def _cut_over(books: HostState, record: journal.CutOver) -> None:
    if record.settlement_date < books.settlement_date:
        raise UnlawfulMoveError(
            f"a business day cannot begin on {record.settlement_date}: it is"
            f" {books.settlement_date}")
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
        batch = terminal.find_batch(entry[2])
        if terminal.last_settled == entry[2] or (batch is not None and batch.held):
            kept.append(entry)
        elif terminal.batches is not None:
            _forget(books, terminal.batches.pop(entry[2], None))
    settled.extendleft(reversed(kept))


def _forget(books: HostState, batch: Batch | None) -> None:
    for transaction in batch.transactions.values() if batch is not None else ():
        if transaction.kind is Kind.QR_SALE:
            books.vouchers.pop(voucher_of(transaction.rrn), None)


OF_BATCHES: dict[type, Fold] = {
    journal.CutOver: _cut_over,  # type: ignore[dict-item]
    journal.BatchDisputed: _batch_disputed,  # type: ignore[dict-item]
    journal.DetailsUploaded: _details_uploaded,  # type: ignore[dict-item]
    journal.BatchSettled: _batch_settled,  # type: ignore[dict-item]
    journal.HeldReleased: _held_released,  # type: ignore[dict-item]
}
