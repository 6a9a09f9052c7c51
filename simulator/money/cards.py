"""An issuer's cards: whose account a reference names, and what state it is in.

Takes no decision on a sum and books nothing but openings.  A card that nobody opened costs no
memory where the issuer has a pool but what it has spent.
"""

from __future__ import annotations

from enum import Enum

from simulator.catalogue.money_reasons import PostingReason
from simulator.money import accounts
from simulator.money.ledger import Entries, Ledger, Posting

INVALID_CARD = "14"


class CardStatus(str, Enum):
    """What state a card's account is in."""

    NORMAL = "normal"
    FROZEN = "frozen"
    LOST = "lost"
    STOLEN = "stolen"
    CLOSED = "closed"
    DORMANT = "dormant"
    EXPIRED = "expired"


REFUSAL: dict[CardStatus, str] = {
    CardStatus.NORMAL: "",
    CardStatus.FROZEN: "62",
    CardStatus.LOST: "41",
    CardStatus.STOLEN: "43",
    CardStatus.CLOSED: INVALID_CARD,
    CardStatus.DORMANT: "21",
    CardStatus.EXPIRED: "54",
}
# Money may come back to a frozen, lost or expired card's account; a closed one is gone.
TAKES_CREDIT = frozenset(CardStatus) - {CardStatus.CLOSED}


class Card:
    """One card's account, or the pool of all cards that have no state of their own."""

    __slots__ = ("account", "limit_fen", "pooled", "refusal", "status")

    def __init__(self, account: str, status: CardStatus, limit_fen: int, *, pooled: bool) -> None:
        self.account = account
        self.status = status
        self.refusal = REFUSAL[status]
        self.limit_fen = limit_fen
        self.pooled = pooled


class CardFile:
    """The cards of one issuer, by masked number or other reference."""

    __slots__ = ("_cards", "_default_opening_fen", "_ledger", "_moved", "_pool", "bank")

    def __init__(self, bank: str, ledger: Ledger, default_opening_fen: int | None) -> None:
        self.bank = bank
        self._ledger = ledger
        self._default_opening_fen = default_opening_fen
        self._cards: dict[str, Card] = {}
        self._pool: Card | None = None
        self._moved: dict[str, int] = {}  # of each card of the pool: what came less what went, fen

    def open(
        self, ref: str, opening_fen: int, status: CardStatus, limit_fen: int, account: str = "",
    ) -> tuple[Posting, ...]:
        """Open a card's own account; a wallet gives the name of its user's."""
        if ref in self._cards:
            raise ValueError(f"{self.bank}: card {ref} is open already")
        account = account or accounts.cardholder(self.bank, ref)
        self._cards[ref] = Card(account, status, limit_fen, pooled=False)
        return self._fund(account, opening_fen)

    def open_pool(self, opening_fen: int, limit_fen: int, account: str) -> tuple[Posting, ...]:
        """Open the account of all cards that nobody opens; each of them may spend ``limit_fen``."""
        name = account or accounts.cardholder(self.bank)
        self._pool = Card(name, CardStatus.NORMAL, limit_fen, pooled=True)
        return self._fund(name, opening_fen)

    def set_status(self, ref: str, status: CardStatus) -> tuple[Posting, ...]:
        """Change a card's state; a card of the pool gets an account of its own by that.

        It is funded as a default card, else as the pool's limit allows.
        """
        card = self._cards.get(ref)
        if card is not None:
            card.status = status
            card.refusal = REFUSAL[status]
            return ()
        left_fen = 0
        if self._pool is not None and self._pool.limit_fen:
            left_fen = self._pool.limit_fen + self._moved.pop(ref, 0)
        opening_fen = self._default_opening_fen
        return self.open(ref, left_fen if opening_fen is None else opening_fen, status, 0)

    def find(self, ref: str) -> tuple[Card | None, tuple[Posting, ...]]:
        """The card that a reference names, opened by that if need be; none where none is."""
        card = self._cards.get(ref) or self._pool
        if card is not None:
            return card, ()
        if self._default_opening_fen is None:
            return None, ()
        opened = self.open(ref, self._default_opening_fen, CardStatus.NORMAL, 0)
        return self._cards[ref], opened

    def known(self, ref: str) -> Card | None:
        """The card that a reference names, if it is there."""
        return self._cards.get(ref) or self._pool

    def spendable_fen(self, card: Card, ref: str) -> int:
        """What a card may spend now."""
        fen = self._ledger.balance(card.account)
        if card.pooled and card.limit_fen:
            return min(fen, card.limit_fen + self._moved.get(ref, 0))
        return fen

    def note(self, ref: str, entries: Entries) -> None:
        """Remember what a posting moved on a card of the pool."""
        pool = self._pool
        if pool is None or not pool.limit_fen:
            return
        for account, fen in entries:
            if account == pool.account:
                self._moved[ref] = self._moved.get(ref, 0) + fen

    def _fund(self, account: str, opening_fen: int) -> tuple[Posting, ...]:
        if not opening_fen:
            return ()
        entries = ((accounts.OUTSIDE, -opening_fen), (account, opening_fen))
        return (self._ledger.post(PostingReason.OPENING, account, entries),)
