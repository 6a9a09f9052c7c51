"""What people at the counters of the world mean: the sum of each order, before it is attempted.

Kept until the order went through; of what is never attempted the oldest are forgotten.
"""

from __future__ import annotations

import msgspec

from simulator.trace.records import Concluded, SaleMeant, SaleUndone

KEPT = 5_000
WHOLE = 0  # sum of what undoes a sale whole


class Wishes(msgspec.Struct, gc=False):
    """The sum that an order is meant with, by its name at the terminal and its kind."""

    sums: dict[tuple[str, str], int] = msgspec.field(default_factory=dict)

    def meant(self, record: SaleMeant) -> None:
        """A customer means a sale."""
        self._keep(record.sale, record.what, record.amount_fen)

    def undone(self, record: SaleUndone) -> None:
        """Customer and merchant mean to undo a sale, or a part of it."""
        if record.order:
            self._keep(record.order, record.how, record.amount_fen)

    def concluded(self, record: Concluded) -> None:
        """An order went through: nobody will try it again."""
        if record.result == "approved":
            self.sums.pop((record.sale, record.what), None)

    def sum_of(self, order: str, what: str) -> int | None:
        """What an order is meant with (:data:`WHOLE`: all of what it undoes); None: nobody said."""
        return self.sums.get((order, what))

    def _keep(self, order: str, what: str, fen: int) -> None:
        self.sums[order, what] = fen
        if len(self.sums) > KEPT:
            del self.sums[next(iter(self.sums))]
