"""What a chip made of an issuer's scripts (0620), booked once beside the transaction that it names."""

from __future__ import annotations

from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import TransactionKey
from simulator.machines.acquirer.work import Effects, Work


def book_results(work: Work, key: TransactionKey, results: tuple[str, ...]) -> Effects:
    """Store the results of a known transaction, five bytes in hex each; a repetition changes nothing."""
    transaction = work.books.find(key)
    if transaction is None or not results or transaction.scripts == results:
        return []
    return [work.store(journal.ScriptsRun(key, results))]
