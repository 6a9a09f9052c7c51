"""What stays out of a settlement because its terminal did not upload it: how that ends.

It is captured and not cleared.  It can still be reversed, voided or refunded; what nobody touches
is settled or given back at a cut-over, so many days after its batch was closed.  Each end is a
record, and clearing lets the item go.
"""

from __future__ import annotations

from datetime import date

from simulator.catalogue.host_reasons import AlarmCode, UndoneWhy
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import Alarm, ReleaseHeld, TransactionKey
from simulator.machines.acquirer.transactions import Batch, TerminalBook, Transaction
from simulator.machines.acquirer.undoing import undo
from simulator.machines.acquirer.work import Effects, Work
from simulator.wire.kinds import COUNTS

GIVEN_BACK = "12"  # what a copy of its request would be told


def is_held(work: Work, key: TransactionKey | None) -> bool:
    """Whether a transaction is kept out of the settlement of its closed batch."""
    if key is None:
        return False
    terminal = work.books.terminals.get(key.tid)
    batch = terminal.find_batch(key.batch) if terminal is not None else None
    return batch is not None and key.stan in batch.held


def release(work: Work, key: TransactionKey) -> Effects:
    """A held item goes the way of the others, with the next cut-over."""
    return [
        work.store(journal.HeldReleased(key, work.books.settlement_date)),
        ReleaseHeld(key, work.books.settlement_date),
    ]


def take_back(
    work: Work, transaction: Transaction, why: UndoneWhy, code: str, now_ms: int,
) -> Effects:
    """A held item is undone; it is cleared together with its counter-posting."""
    effects = undo(work, transaction, why, code, now_ms)
    # Behind store and counter-posting, in the one step in which these are booked.
    effects.insert(2, ReleaseHeld(transaction.key, work.books.settlement_date))
    return effects


def end_held(
    work: Work, terminal: TerminalBook, batch: Batch, today: date, now_ms: int,
) -> Effects:
    """At a cut-over: what has been held for long enough is settled or given back."""
    settings = work.settings
    if not batch.held or (today - date.fromisoformat(batch.closed)).days < settings.held_days:
        return []
    effects: Effects = []
    for stan in batch.held:
        transaction = batch.transactions[stan]
        key = TransactionKey(terminal.entry.tid, batch.number, stan)
        # Nothing is taken back from a cardholder, and nothing given back twice.
        may_go_back = (
            COUNTS[transaction.kind] > 0 and not transaction.spent and not transaction.refunded_fen
        )
        if settings.after_held == "give_back" and may_go_back:
            effects += take_back(work, transaction, UndoneWhy.HELD, GIVEN_BACK, now_ms)
            code = AlarmCode.HELD_GIVEN_BACK
        else:
            effects += release(work, key)
            code = AlarmCode.HELD_SETTLED
        effects.append(Alarm(code, key.tid, f"STAN {stan:06} of batch {batch.number:06}"))
    return effects
