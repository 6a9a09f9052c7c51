"""Clearing and payout: invariant 6, payout exactly once for each settlement date and merchant.

Also carries each sale from its batch into the merchant's account, and checks the fee to the fen.
"""

from __future__ import annotations

from collections import deque

from simulator.judge.book import Book
from simulator.judge.invariants import COMES_TO_REST, PAID_ONCE
from simulator.judge.open_items import OVERDUE_MS, Settlement
from simulator.judge.rules.sales import Sales
from simulator.judge.transactions import fee_fen
from simulator.judge.words.sentences import yuan
from simulator.judge.words.story import local
from simulator.local_time import DAY_MS
from simulator.trace.records import (
    ItemCleared,
    MerchantSettled,
    PayoutPosted,
    PayoutReturned,
    Posted,
    Released,
    Suspended,
)

REMEMBERED_MS = 3 * DAY_MS
"""How long a paid payout is remembered, so that a second posting is told apart from a stray one."""


class Payouts:
    """Hears ItemCleared, MerchantSettled, PayoutPosted, PayoutReturned, Suspended, Released."""

    __slots__ = ("_book", "_paid", "_sales", "_transactions")

    def __init__(self, book: Book, sales: Sales) -> None:
        self._book = book
        self._sales = sales
        self._transactions = book.transactions
        self._paid: deque[Settlement] = deque()

    def item_cleared(self, record: ItemCleared) -> None:
        """An item went into a settlement date."""
        book = self._book
        amount = record.amount_fen
        settlement = book.settlements.get((record.mid, record.settlement_date))
        if settlement is None:
            settlement = book.settlement(record.mid, record.settlement_date)
        settlement.gross_fen += amount
        settlement.fee_fen += record.fee_fen
        settlement.count += 1
        settlement.cleared_ms = record.at_ms
        merchant = book.merchants.get(record.mid)
        if merchant is not None:
            opened = merchant.opened
            right = fee_fen(amount, opened.fee_basis_points, opened.fee_cap_fen)
            if right != record.fee_fen:
                self._wrong_fee(record, right)
        transaction = self._transactions.get(record.key)
        if (
            transaction is None or record.what in transaction.cleared
            or len(transaction.cleared) >= transaction.items
        ):
            book.find(
                "cleared_twice", at_ms=record.at_ms, key=record.key, mid=record.mid,
                tid=record.key.partition("/")[0], what=record.what, amount_fen=amount,
                sale=transaction.sale if transaction else None,
            )
            return
        transaction.cleared = (*transaction.cleared, record.what)
        sale = transaction.sale
        sale.uncleared -= 1
        sale.settlement = settlement
        settlement.items.append((sale, amount, record.fee_fen))

    def _wrong_fee(self, record: ItemCleared, right: int) -> None:
        transaction = self._transactions.get(record.key)
        self._book.find(
            "wrong_fee", at_ms=record.at_ms, key=record.key, mid=record.mid,
            fee=yuan(record.fee_fen), right=yuan(right), amount_fen=record.amount_fen,
            sale=transaction.sale if transaction else None,
        )

    def settled(self, record: MerchantSettled) -> None:
        """A merchant's date is closed; from now on it has a payout and a due time."""
        book = self._book
        settlement = book.settlement(record.mid, record.settlement_date)
        if settlement.payout:
            book.find(
                "settled_twice", at_ms=record.at_ms, mid=record.mid, date=record.settlement_date,
                amount_fen=record.net_fen,
            )
            return
        settlement.payout = record.payout
        settlement.net_fen = record.net_fen
        settlement.due_ms = record.due_ms
        book.payouts[record.payout] = settlement
        self._check_sums(settlement, record)
        settlement.right_fen = self._right_sum(record)
        if settlement.right_fen <= 0:  # nothing to pay: the merchant has it by owing less
            self._arrive(settlement, record.at_ms)

    def _check_sums(self, settlement: Settlement, record: MerchantSettled) -> None:
        find = self._book.find
        items = (settlement.gross_fen, settlement.fee_fen, settlement.count)
        if record.fee_fen != settlement.fee_fen:
            find(
                "wrong_batch_fee", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
                fee=yuan(record.fee_fen), fees=yuan(settlement.fee_fen),
                amount_fen=record.fee_fen - settlement.fee_fen,
            )
        if (
            (record.gross_fen, record.items) != (settlement.gross_fen, settlement.count)
            or record.gross_fen - record.fee_fen != record.net_fen
        ):
            find(
                "settlement_wrong", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
                gross=yuan(record.gross_fen), fee=yuan(record.fee_fen), net=yuan(record.net_fen),
                items=record.items, sum=yuan(items[0]), fees=yuan(items[1]), count=items[2],
                amount_fen=record.net_fen,
            )

    def posted(self, record: PayoutPosted) -> None:
        """The money is in the merchant's account."""
        book = self._book
        settlement = book.payouts.get(record.payout)
        if settlement is None:
            book.find(
                "paid_unsettled", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
                paid=yuan(record.net_fen), amount_fen=record.net_fen,
            )
            return
        settlement.posted += 1
        if settlement.posted > 1:
            book.find(
                "paid_twice", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
                times=settlement.posted, amount_fen=record.net_fen,
                since_ms=settlement.posted_ms,
            )
            return
        book.invariants[PAID_ONCE].exercised += 1
        self._check(settlement, record)
        if settlement.troubled:
            book.invariants[COMES_TO_REST].exercised += 1
        settlement.suspended = ""
        self._arrive(settlement, record.at_ms)

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
            settlement.suspended = record.reason or "no reason given"
            settlement.troubled = True
            self._book.invariants[PAID_ONCE].exercised += 1

    def released(self, record: Released) -> None:
        """The money left suspense, to be paid."""
        settlement = self._book.payouts.get(record.payout)
        if settlement is not None:
            settlement.suspended = ""

    def finish(self, end_ms: int) -> None:
        """Payouts that are long due."""
        for settlement in self._book.payouts.values():
            if is_missing(settlement, end_ms):
                self._book.find(
                    "payout_missing", mid=settlement.mid, payout=settlement.payout,
                    net=yuan(settlement.right_fen), due=local(settlement.due_ms),
                    amount_fen=settlement.right_fen, since_ms=settlement.cleared_ms,
                )

    def paid_out(self, record: Posted) -> None:
        """A posting of a payout's money, or of a chargeback's."""
        settlement = self._book.payouts.get(record.key)
        for account, fen in record.entries:
            if record.why == "chargeback" and account.endswith(":payable"):
                merchant = self._book.merchants.get(account.split(":")[1])
                if merchant is not None:
                    merchant.owed_fen -= fen
            elif settlement is not None and account.startswith("account:"):
                merchant = self._book.merchants.get(settlement.mid)
                if merchant and merchant.accounts and account not in merchant.accounts:
                    self._book.find(
                        "paid_to_stranger", at_ms=record.at_ms, mid=settlement.mid,
                        payout=record.key, account=account, amount_fen=fen, story=[record],
                    )

    def _right_sum(self, record: MerchantSettled) -> int:
        merchant = self._book.merchants.get(record.mid)
        if merchant is None:
            return record.net_fen
        right = record.net_fen - merchant.owed_fen
        merchant.owed_fen = max(0, -right)
        return right

    def _check(self, settlement: Settlement, record: PayoutPosted) -> None:
        find = self._book.find
        if record.net_fen != settlement.right_fen:
            find("paid_wrong_sum", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
                 right=yuan(settlement.right_fen), paid=yuan(record.net_fen),
                 amount_fen=record.net_fen)
        if record.mid != settlement.mid:
            find("paid_to_another", at_ms=record.at_ms, mid=settlement.mid, payout=record.payout,
                 other=record.mid, amount_fen=record.net_fen)
        if settlement.suspended:
            find("paid_from_suspense", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
                 amount_fen=record.net_fen)

    def _arrive(self, settlement: Settlement, at_ms: int) -> None:
        settlement.posted_ms = at_ms
        self._sales.paid(settlement, at_ms)
        paid = self._paid
        paid.append(settlement)
        while at_ms - paid[0].posted_ms > REMEMBERED_MS:
            old = paid.popleft()
            self._book.payouts.pop(old.payout, None)
            self._book.settlements.pop((old.mid, old.date), None)


def is_missing(settlement: Settlement, end_ms: int) -> bool:
    """Whether a payout is so long due that it will not come by itself."""
    return (
        not settlement.posted and not settlement.suspended and settlement.right_fen > 0
        and end_ms > settlement.due_ms + OVERDUE_MS
    )
