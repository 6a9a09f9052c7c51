"""The totals of a settled batch, told anew after something came late.

Only where an approval clears an item: there a batch that is settled may still be given an advice,
or lose what is reversed late.  Nothing else follows; the money has gone its own way.
"""

from __future__ import annotations

from simulator.machines.acquirer.events import TotalsChanged, TransactionKey
from simulator.machines.acquirer.transactions import Stage
from simulator.machines.acquirer.work import Effects, Work
from simulator.wire.kinds import COUNTS, Kind


def counted_anew(work: Work, key: TransactionKey, kind: Kind) -> Effects:
    """After a transaction came or went: the new totals of its batch, where it is settled."""
    batch = work.books.terminals[key.tid].find_batch(key.batch)
    if batch is None or batch.stage is not Stage.SETTLED or not COUNTS[kind]:
        return []
    return [TotalsChanged(
        tid=key.tid, batch=key.batch, debit_fen=batch.debit_fen, debit_count=batch.debit_count,
        credit_fen=batch.credit_fen, credit_count=batch.credit_count,
    )]
