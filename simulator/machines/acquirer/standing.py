"""What a record finds where it wants to move something: the transaction or batch, and where it leads.

Looks up, and refuses by :class:`UnlawfulMoveError` what no row of the tables allows; the one thing
that it changes is to open a batch for its first transaction.
"""

from __future__ import annotations

from simulator.machines.acquirer.events import TransactionKey
from simulator.machines.acquirer.moves import (
    BATCH_LAWFUL,
    LAWFUL,
    BatchSaid,
    Said,
    UnlawfulMoveError,
    refuse_move,
    unlawful,
    unlawful_batch,
)
from simulator.machines.acquirer.transactions import Batch, State, TerminalBook, Transaction

Terminals = dict[str, TerminalBook]

_MAY_BE_ENTERED = frozenset(BATCH_LAWFUL[BatchSaid.ENTERED])
_MAY_BE_CHANGED = frozenset(BATCH_LAWFUL[BatchSaid.CHANGED])
_ALSO_LATE = frozenset(BATCH_LAWFUL[BatchSaid.ENTERED_LATE]) | frozenset(
    BATCH_LAWFUL[BatchSaid.CHANGED_LATE])


def terminal_of(terminals: Terminals, tid: str) -> TerminalBook:
    """The terminal that a record is about."""
    terminal = terminals.get(tid)
    if terminal is None:
        raise UnlawfulMoveError(f"terminal {tid} is not registered at this host")
    return terminal


def batch_of(terminal: TerminalBook, number: int, opened: str) -> Batch:
    """A batch of a terminal; opened on this business day where it is not there."""
    batches = terminal.batches
    if batches is None:
        batches = terminal.batches = {}
    batch = batches.get(number)
    if batch is None:
        batch = batches[number] = Batch(number, opened, {})
    return batch


def enter(
    terminals: Terminals, transaction: Transaction, said: Said, opened: str, *, late: bool = False,
) -> None:
    """A transaction that is new, or comes again; in the path of every sale.

    ``late``: also into a batch that is settled.
    """
    key = transaction.key
    terminal = terminals.get(key.tid)
    batches = terminal.batches if terminal is not None else None
    batch = batches.get(key.batch) if batches is not None else None
    if batch is None:
        batch = batch_of(terminal_of(terminals, key.tid), key.batch, opened)
    elif batch.stage not in _MAY_BE_ENTERED and not (late and batch.stage in _ALSO_LATE):
        raise unlawful_batch(key.tid, key.batch, batch.stage, BatchSaid.ENTERED)
    elif key.stan in batch.transactions:
        refuse_move(key, batch.transactions[key.stan], said)
    batch.transactions[key.stan] = transaction


def moving(
    terminals: Terminals, key: TransactionKey, said: Said, *, late: bool = False,
) -> tuple[Batch, Transaction, State]:
    """A transaction that is there, its batch, and where it goes from its state.

    ``late``: also in a batch that is settled.
    """
    terminal = terminals.get(key.tid)
    batches = terminal.batches if terminal is not None else None
    batch = batches.get(key.batch) if batches is not None else None
    transaction = batch.transactions.get(key.stan) if batch is not None else None
    if batch is None or transaction is None:
        terminal_of(terminals, key.tid)
        raise unlawful(key, None, said)
    end = LAWFUL[said].get(transaction.state)
    if end is None:
        raise unlawful(key, transaction.state, said)
    if batch.stage not in _MAY_BE_CHANGED and key.stan not in batch.held and not (
        late and batch.stage in _ALSO_LATE
    ):
        raise unlawful_batch(key.tid, key.batch, batch.stage, BatchSaid.CHANGED)
    return batch, transaction, end


def refuse_batch_move(terminal: TerminalBook, number: int, said: BatchSaid) -> None:
    """Raise, unless the table has a row for it."""
    batch = terminal.find_batch(number)
    stage = batch.stage if batch is not None else None
    if stage not in BATCH_LAWFUL[said]:
        raise unlawful_batch(terminal.entry.tid, number, stage, said)


def moving_batch(
    terminals: Terminals, tid: str, number: int, said: BatchSaid, opened: str,
) -> Batch:
    """A batch that has gone to another stage, or stays where it is lawfully."""
    terminal = terminal_of(terminals, tid)
    refuse_batch_move(terminal, number, said)
    found = terminal.find_batch(number)
    end = BATCH_LAWFUL[said][None if found is None else found.stage]
    batch = batch_of(terminal, number, opened)
    if end is not None:
        batch.stage = end
    return batch
