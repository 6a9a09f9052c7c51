"""Money moved for a merchant, as the host books it: what counts, in which direction, on which day."""

from __future__ import annotations

from simulator.machines.acquirer.events import Capture
from simulator.machines.acquirer.transactions import Transaction
from simulator.machines.acquirer.work import Work
from simulator.wire.kinds import COUNTS, Kind

ADDING = frozenset({Kind.TIP, Kind.ADJUST})  # to the sum of the sale that they refer to


def capture(
    work: Work, transaction: Transaction, sign: int, what: str, kind: Kind | None = None,
) -> Capture:
    """Money moved for a merchant, on the business day that now is."""
    key = transaction.key
    return Capture(
        posting=f"{key.tid}/{key.batch:06}/{key.stan:06} {what}",
        mid=work.books.terminals[key.tid].entry.mid, key=key, kind=kind or transaction.kind,
        amount_fen=transaction.amount_fen if sign == 1 else sign * transaction.amount_fen,
        settlement_date=work.books.settlement_date, channel=transaction.channel,
        of=transaction.original if COUNTS[transaction.kind] < 0 or transaction.kind in ADDING else None,
        undoes="" if kind is None else transaction.kind._value_,
        card_kind=work.books.card_kinds.of(transaction.pan, transaction.qr_code),
    )
