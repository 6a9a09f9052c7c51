"""What a merchant with limits has taken, by calendar day and month, over all its terminals.

The calendar is the host's: a day is that of F13.  What is declined, reversed or voided gives its
sum back, see :mod:`simulator.money.limits`.  A sale made offline counts when its advice comes, and
is not refused for it: the goods are gone.
"""

from __future__ import annotations

from simulator.machines.acquirer.settings import AcquirerSettings, PrefixTable
from simulator.machines.acquirer.transactions import Transaction
from simulator.money.limits import Limit, Spent
from simulator.wire.subfields import is_foreign

DEBIT, FOREIGN, QR = "debit", "foreign", "qr"  # kinds of cards; more stand in the settings
_NEW_YEAR, _LAST_DAY = "01-01", "1231"


def calendar_day(mmdd: str, settlement_date: str) -> str:
    """A day of the calendar: its month and day, and the year of the business day that it is in.

    >>> calendar_day("1231", "2027-01-01"), calendar_day("0310", "2026-03-11")
    ('20261231', '20260310')
    """
    year = int(settlement_date[:4])
    if mmdd == _LAST_DAY and settlement_date[5:] == _NEW_YEAR:
        year -= 1
    return f"{year}{mmdd}"


class CardKinds:
    """What the number of a card says of its kind, as the tables of an acquirer have it."""

    __slots__ = ("_domestic", "_prefixes")

    def __init__(self, settings: AcquirerSettings) -> None:
        self._domestic = settings.domestic_prefixes
        self._prefixes = PrefixTable(settings.card_kinds)

    def of(self, pan: str, qr_code: str) -> str:
        """Debit, credit, foreign or qr."""
        if qr_code:
            return QR
        if is_foreign(pan, self._domestic):
            return FOREIGN
        return self._prefixes.find(pan) or DEBIT


class MerchantSums:
    """The sums of all merchants that have limits."""

    __slots__ = ("_kinds", "_limits", "_spent")

    def __init__(self, settings: AcquirerSettings, kinds: CardKinds) -> None:
        self._kinds = kinds
        self._limits: dict[str, list[tuple[str, Limit]]] = {}
        for each in settings.merchant_limits:
            self._limits.setdefault(each.mid, []).append((each.card_kind, each.limit))
        self._spent: dict[tuple[str, str], Spent] = {}

    def __bool__(self) -> bool:
        """Whether any merchant has a limit."""
        return bool(self._limits)

    def refusal(self, mid: str, pan: str, qr_code: str, amount_fen: int, day: str) -> str:
        """The response code against one sale more, or an empty string."""
        for kind, limit in self._of(mid, pan, qr_code):
            spent = self._spent.get((mid, kind)) or Spent()
            if code := spent.refusal(limit, amount_fen, day):
                return code
        return ""

    def count(self, mid: str, transaction: Transaction, amount_fen: int) -> None:
        """A sum counts on the day of its transaction; a negative one counts no more."""
        if not transaction.taken_on:
            return
        for kind, _ in self._of(mid, transaction.pan, transaction.qr_code):
            spent = self._spent.get((mid, kind))
            if spent is None:
                spent = self._spent[mid, kind] = Spent()
            spent.add(amount_fen, transaction.taken_on)

    def _of(self, mid: str, pan: str, qr_code: str) -> list[tuple[str, Limit]]:
        limits = self._limits.get(mid)
        if not limits:
            return []
        of_card = self._kinds.of(pan, qr_code)
        return [each for each in limits if each[0] in ("", of_card)]
