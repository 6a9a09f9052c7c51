"""Clearing and payout: each sale on its way from its batch into the merchant's account."""

from __future__ import annotations

from collections import deque

from simulator.catalogue.disputes import ITEMS as DISPUTE_ITEMS
from simulator.judge.book import INSTANT, Book
from simulator.judge.fees import DENOMINATOR, HALF
from simulator.judge.open_items import Settlement
from simulator.judge.tracking.moments import MerchantPaid, StrangeItemCleared, TakenOffOtherwise
from simulator.judge.tracking.payout_rows import SALES_NAMED, PayoutRows
from simulator.judge.tracking.sales import Sales
from simulator.judge.transactions import RETURNING
from simulator.judge.verdict import OwedFor
from simulator.local_time import DAY_MS
from simulator.trace.records import (
    Disputed,
    ItemCleared,
    MerchantSettled,
    PayoutDiverted,
    PayoutPosted,
    PayoutReturned,
    Posted,
    Released,
    Suspended,
)

REVERSAL = "reversal"  # what an item is that undoes another of the same key
REMEMBERED_MS = 3 * DAY_MS
DISPUTED_KEPT = 1_000
TAKING_KEPT = 20  # items for which one merchant owes
"""How long a paid payout is remembered, so that a second posting is told apart from a stray one."""


class Payouts:
    """Hears ItemCleared, MerchantSettled, PayoutPosted, PayoutReturned, Suspended, Released."""

    __slots__ = ("_book", "_disputed", "_paid", "_sales", "_transactions", "rows")

    def __init__(self, book: Book, sales: Sales, rows: PayoutRows) -> None:
        self.rows = rows
        self._book = book
        self._sales = sales
        self._transactions = book.transactions
        self._paid: deque[Settlement] = deque()
        self._disputed: dict[str, str] = {}  # names of sales by key

    def item_cleared(self, record: ItemCleared) -> None:
        """An item went into a settlement date."""
        amount = record.amount_fen
        settlement = self._book.settlements.get((record.mid, record.payout or record.settlement_date))
        if settlement is None:
            settlement = self._book.settlement(record.mid, record.settlement_date, record.payout)
        settlement.gross_fen += amount
        settlement.fee_fen += record.fee_fen
        fees = self._book.fees_cleared
        fees.fee_fen += record.fee_fen
        fees.issuer_fen += record.issuer_fen
        fees.scheme_fen += record.scheme_fen
        settlement.count += 1
        if amount < 0:
            self._takes(settlement, record)
        settlement.cleared_ms = record.at_ms
        if record.what in DISPUTE_ITEMS:
            settlement.disputed_fen += amount
            settlement.dispute_fee_fen += record.fee_fen
            if len(settlement.disputes) < TAKING_KEPT:
                settlement.disputes = (*settlement.disputes, self._named(record))
            return  # of the settlement, and of no batch: its sale went its own way
        transaction = self._transactions.get(record.key)
        if (
            transaction is None or record.what in transaction.cleared
            or len(transaction.cleared) >= transaction.items
        ):
            self._book.tell(StrangeItemCleared(transaction, record))
            return
        transaction.cleared = (*transaction.cleared, record.what)
        transaction.of = record.of
        sale = transaction.sale
        sale.uncleared -= 1
        gives_back = transaction.what in RETURNING and record.what != REVERSAL
        if gives_back:
            sale.returned = (*sale.returned, (settlement, amount, record.fee_fen))
        else:
            sale.fee_fen += record.fee_fen
        if sale.settlement is None:
            sale.settlement = settlement
        elif amount > 0 and sale.settlement is not settlement:
            if not sale.settlement.posted:
                sale.before = sale.settlement
            sale.settlement = settlement
        if amount < 0 and len(settlement.items) < SALES_NAMED:
            settlement.returns = (*settlement.returns, self._named(record))
        settlement.items.append((sale, amount, gives_back, record.fee_fen))

    def _takes(self, settlement: Settlement, record: ItemCleared) -> None:
        settlement.taking = (*settlement.taking[-TAKING_KEPT:], self._named(record))

    def _named(self, record: ItemCleared) -> OwedFor:
        transaction = self._transactions.get(record.key)
        sale = (
            transaction.sale.undoes or transaction.sale.sale if transaction is not None
            else self._disputed.get(record.key, ""))
        return OwedFor(
            record.what, record.key, sale, record.settlement_date, record.amount_fen, record.fee_fen)

    def disputed(self, record: Disputed) -> None:
        """A case names its sale, which may be forgotten when its money is cleared."""
        self._disputed[record.key] = record.sale
        if len(self._disputed) > DISPUTED_KEPT:
            del self._disputed[next(iter(self._disputed))]

    def settled(self, record: MerchantSettled) -> None:
        """A merchant's date is closed; from now on it has a payout and a due time."""
        settlement = self._book.settlement(record.mid, record.settlement_date, record.payout)
        if settlement.payout:
            return
        settlement.payout = record.payout
        settlement.net_fen = record.net_fen
        settlement.due_ms = record.due_ms
        self._book.payouts[record.payout] = settlement
        settlement.right_fen, taken_off = self._right_sum(record)
        if taken_off is not None and taken_off != (
            record.netted_fen, record.withheld_fen, record.payout_fee_fen,
        ):
            self._book.tell(TakenOffOtherwise(record, taken_off))
        merchant = self._book.merchants.get(record.mid)
        if merchant is not None:
            merchant.owed_for = (
                (*merchant.owed_for, *settlement.taking)[-TAKING_KEPT:] if merchant.owed_fen else ())
        settlement.taking = ()
        settlement.netted = merchant is not None and settlement.right_fen <= 0
        settlement.withheld = settlement.netted and record.withheld_fen > 0
        self.rows.settled(record, settlement)
        if merchant is None:
            return
        if settlement.netted:
            self._sales.taken_off(settlement)
            merchant.netted = (*merchant.netted, settlement)
        elif merchant.netted:
            settlement.carried, merchant.netted = merchant.netted, ()
            for earlier in settlement.carried:
                earlier.into = settlement

    def posted(self, record: PayoutPosted) -> None:
        """The money is in the merchant's account."""
        settlement = self._book.payouts.get(record.payout)
        if settlement is None:
            return
        if settlement.diverted_ms and record.net_fen < settlement.right_fen:
            settlement.kept_fen = settlement.right_fen - record.net_fen
            return  # that did not arrive
        settlement.posted += 1
        self.rows.posted(settlement, record.net_fen, record.at_ms)
        if settlement.posted == 1:
            settlement.suspended = ""
            self._arrive(settlement, record.at_ms)

    def diverted(self, record: PayoutDiverted) -> None:
        """An intermediary has the money, and the merchant's bank says nothing."""
        settlement = self._book.payouts.get(record.payout)
        if settlement is not None:
            settlement.diverted_ms = record.at_ms
            settlement.troubled = True

    def returned(self, record: PayoutReturned) -> None:
        """The bank refused a payout, for now or for good."""
        settlement = self._book.payouts.get(record.payout)
        if settlement is not None:
            settlement.returned = record.reason
            settlement.troubled = True

    def suspended(self, record: Suspended) -> None:
        """The money stands in suspense with a reason."""
        settlement = self._book.payouts.get(record.payout)
        if settlement is not None and record.net_fen > 0:
            settlement.suspended = record.reason
            settlement.suspended_ms = record.at_ms
            settlement.troubled = True

    def released(self, record: Released) -> None:
        """The money left suspense, to be paid."""
        settlement = self._book.payouts.get(record.payout)
        if settlement is not None:
            settlement.suspended = ""

    def paid_out(self, record: Posted) -> None:
        """A posting of a payout's money."""
        self._book.tell(MerchantPaid(record))

    def _right_sum(self, record: MerchantSettled) -> tuple[int, tuple[int, int, int] | None]:
        """What is to be paid, and what is taken off net before: what is owed, charges, the payout's fee."""
        merchant = self._book.merchants.get(record.mid)
        if merchant is None:
            return record.net_fen, None
        right = record.net_fen - merchant.owed_fen
        netted = max(0, min(merchant.owed_fen, record.net_fen))
        merchant.owed_fen = max(0, -right)
        if right <= 0:
            return right, (netted, 0, 0)
        opened = merchant.opened
        if merchant.uncharged_fen is None:
            merchant.uncharged_fen = sum(charge.fen for charge in opened.charges)
        charged = min(merchant.uncharged_fen, right)
        merchant.uncharged_fen -= charged
        right -= charged
        if opened.instant is not None and not record.payout.startswith(INSTANT):
            return right, (netted, charged, 0)
        share = (right * opened.payout_fee_basis_points + HALF) // DENOMINATOR
        fee = min(right, share + opened.payout_fee_plus_fen)
        return right - fee, (netted, charged, fee)

    def _arrive(self, settlement: Settlement, at_ms: int) -> None:
        settlement.posted_ms = at_ms
        self._sales.paid(settlement, at_ms)
        paid = self._paid
        for earlier in settlement.carried:  # what was owed is paid off with it
            earlier.posted_ms = at_ms
            self._sales.paid(earlier, at_ms)
            paid.append(earlier)
        settlement.carried = ()
        paid.append(settlement)
        while at_ms - paid[0].posted_ms > REMEMBERED_MS:
            old = paid.popleft()
            self._book.payouts.pop(old.payout, None)
            self._book.settlements.pop((old.mid, old.name), None)
