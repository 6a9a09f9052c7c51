"""What a merchant with limits has taken, by calendar day and month, over all its terminals.

The calendar is the host's: a day is that of F13.  What is declined, reversed or voided gives its
sum back, see :mod:`simulator.money.limits`.  A sale made offline counts when its advice comes, and
is not refused for it: the goods are gone.
"""

from __future__ import annotations

import msgspec

from simulator.machines.acquirer.events import TransactionKey
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


class CardKinds(msgspec.Struct, frozen=True):
    """What the number of a card says of its kind, as the tables of an acquirer have it."""

    domestic: tuple[str, ...]
    prefixes: PrefixTable

    def of(self, pan: str, qr_code: str) -> str:
        """Debit, credit, foreign or qr."""
        if qr_code:
            return QR
        if is_foreign(pan, self.domestic):
            return FOREIGN
        return self.prefixes.find(pan) or DEBIT


def card_kinds(settings: AcquirerSettings) -> CardKinds:
    """Those of a host."""
    return CardKinds(settings.domestic_prefixes, PrefixTable(settings.card_kinds))


class MerchantSums(msgspec.Struct):
    """The sums of all merchants that have limits."""

    kinds: CardKinds
    limits: dict[str, list[tuple[str, Limit]]]  # of a MID: by kind of card, "" of all
    spent: dict[tuple[str, str], Spent] = {}
    days: dict[TransactionKey, str] = {}  # on which a transaction of this month counts
    month: str = ""

    def __bool__(self) -> bool:
        """Whether any merchant has a limit."""
        return bool(self.limits)

    def refusal(self, mid: str, pan: str, qr_code: str, amount_fen: int, day: str) -> str:
        """The response code against one sale more, or an empty string."""
        for kind, limit in self._of(mid, pan, qr_code):
            spent = self.spent.get((mid, kind)) or Spent()
            if code := spent.refusal(limit, amount_fen, day):
                return code
        return ""

    def begin(self, transaction: Transaction, day: str) -> None:
        """From now on a transaction counts on this day."""
        if day[:-2] != self.month:  # of a month that is over nothing comes back
            self.month = day[:-2]
            self.days.clear()
        self.days[transaction.key] = day

    def count(self, mid: str, transaction: Transaction, amount_fen: int) -> None:
        """A sum counts on the day of its transaction; a negative one counts no more."""
        day = self.days.get(transaction.key) if self.days else None
        if day is None:
            return
        for kind, _ in self._of(mid, transaction.pan, transaction.qr_code):
            spent = self.spent.get((mid, kind))
            if spent is None:
                spent = self.spent[mid, kind] = Spent()
            spent.add(amount_fen, day)

    def _of(self, mid: str, pan: str, qr_code: str) -> list[tuple[str, Limit]]:
        limits = self.limits.get(mid)
        if not limits:
            return []
        of_card = self.kinds.of(pan, qr_code)
        return [each for each in limits if each[0] in ("", of_card)]


def merchant_sums(settings: AcquirerSettings, kinds: CardKinds) -> MerchantSums:
    """Those of a host, before anything was sold."""
    limits: dict[str, list[tuple[str, Limit]]] = {}
    for each in settings.merchant_limits:
        limits.setdefault(each.mid, []).append((each.card_kind, each.limit))
    return MerchantSums(kinds, limits)
