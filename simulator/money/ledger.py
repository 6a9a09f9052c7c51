"""Double entry in fen: a posting moves money between accounts and creates none.

Knows no bank, merchant or date.  Keeps balances only; the history is the trace's.
"""

from __future__ import annotations

from collections import defaultdict

import msgspec

from simulator.catalogue.money_reasons import PostingReason

Entries = tuple[tuple[str, int], ...]


class LedgerError(Exception):
    """A posting that would create or destroy money: a mistake of the program, raised at once."""


class Posting(msgspec.Struct, frozen=True, gc=False):
    """Movements in fen that belong together; plus arrives at the account, minus leaves it."""

    why: PostingReason
    key: str  # transaction key, payout id or settlement id
    entries: Entries


class Ledger:
    """All accounts of a world.

    >>> ledger = Ledger()
    >>> _ = ledger.post(PostingReason.OPENING, "a", (("outside", -500), ("cardholder:bank.a", 500)))
    >>> ledger.balance("cardholder:bank.a"), ledger.total()
    (500, 0)
    """

    __slots__ = ("_balances",)

    def __init__(self) -> None:
        self._balances: defaultdict[str, int] = defaultdict(int)

    def post(self, why: PostingReason, key: str, entries: Entries) -> Posting:
        """Book a posting whole, or raise :class:`LedgerError` and book nothing of it."""
        total = 0
        for _, fen in entries:
            total += fen
        if total or not entries:
            raise LedgerError(f"{why} {key}: entries sum to {total} fen: {entries}")
        balances = self._balances
        for account, fen in entries:
            balances[account] += fen
        return Posting(why, key, entries)

    def balance(self, account: str) -> int:
        """What an account holds in fen; 0 where nothing was ever posted."""
        return self._balances.get(account, 0)

    def balances(self) -> list[tuple[str, int]]:
        """Every account that was ever posted to, with what it holds, by name."""
        return sorted(self._balances.items())

    def total(self) -> int:
        """The sum of all accounts: 0 as long as money is conserved."""
        return sum(self._balances.values())
