"""What people at the counters of the world mean: the sum of each order, before it is attempted.

Kept until the order went through; of what is never attempted the oldest are forgotten.
"""

from __future__ import annotations

import msgspec

from simulator.judge.oldest import forget_oldest, most
from simulator.judge.transactions import STORED
from simulator.trace.records import Concluded, SaleMeant, SaleUndone

KEPT = 5_000
MOST = most(KEPT)
WHOLE = 0  # sum of what undoes a sale whole


class Wish(msgspec.Struct, frozen=True, gc=False):
    """One order: its sum (:data:`WHOLE`: all of what it undoes), the sale that it undoes, the card."""

    fen: int
    sale: str = ""
    card: str = ""  # masked, where the customer's is known
    user: str = ""  # of a wallet, where the customer has a name there
    adds_to: str = ""  # of a tip or an adjustment: its sale


class Wishes(msgspec.Struct, gc=False):
    """Orders by their name at the terminal and their kind."""

    open: dict[tuple[str, str], Wish] = msgspec.field(default_factory=dict)

    def meant(self, record: SaleMeant) -> None:
        """A customer means a sale."""
        self._keep(record.sale, record.what, Wish(
            record.amount_fen, card=record.card, user=record.user, adds_to=record.of))

    def undone(self, record: SaleUndone) -> None:
        """Customer and merchant mean to undo a sale, or a part of it."""
        if record.order:
            self._keep(record.order, record.how, Wish(record.amount_fen, record.sale))

    def concluded(self, record: Concluded) -> None:
        """An order went through: nobody will try it again."""
        if record.result == "approved" and record.what not in STORED:  # which are sent only later
            self.open.pop((record.sale, record.what), None)

    def of(self, order: str, what: str) -> Wish | None:
        """What an order is meant to be; None where nobody said."""
        return self.open.get((order, what))

    def _keep(self, order: str, what: str, wish: Wish) -> None:
        self.open[order, what] = wish
        if len(self.open) > MOST:
            forget_oldest(self.open, KEPT)
