"""Sales that may be disputed: what is left of each, what of it cases are about, and who paid it.

Counted from captures and debits; says of no case whether it is lawful.
"""

from __future__ import annotations

import msgspec

from simulator.judge.book import Book
from simulator.judge.tracking.references import COMPLETING
from simulator.trace.records import Posted

CUSTOMER = ("cardholder:", "wallet:")


class Disputable(msgspec.Struct, gc=False):
    """By the key of a sale; a completion is a sale of its own and does not count for its hold."""

    left: dict[str, int] = {}  # booked less given back
    lost: dict[str, int] = {}  # disputed and not the merchant's
    payer: dict[str, str] = {}  # the account that it was debited from

    def captured(self, book: Book, record: Posted) -> str:
        """An item is booked, or taken out; the sale of which less is left than cases are about, else ""."""
        fen = sum(fen for account, fen in record.entries if account.startswith("merchant:"))
        key = _sale_of(book, record.key)
        self.left[key] = self.left.get(key, 0) + fen
        return key if fen < 0 and key in self.lost and self.left[key] < self.lost[key] else ""

    def debited(self, record: Posted) -> None:
        """A customer paid."""
        self.payer[record.key] = next((name for name, _ in record.entries if name.startswith(CUSTOMER)), "")

    def open_fen(self, key: str) -> int:
        """What of a sale no case is about yet."""
        return self.left.get(key, 0) - self.lost.get(key, 0)

    def add_lost(self, key: str, fen: int) -> None:
        """A case is about so much more of a sale; less where the merchant won it back."""
        self.lost[key] = self.lost.get(key, 0) + fen


def _sale_of(book: Book, key: str) -> str:
    """The sale that a capture adds to or takes from."""
    transaction = book.transactions.get(key)
    if transaction is None or transaction.what in COMPLETING:
        return key
    return transaction.names or key
