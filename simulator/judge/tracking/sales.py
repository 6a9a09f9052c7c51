"""Sales: what a customer meant, what the counter showed, and when a sale is answered for.

A sale leaves memory when its money has arrived, or when it came to nothing and has been quiet for
a while; then, or at the end, rules hear of it and it is written into the whereabouts.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.catalogue.response_codes import Held, response_code
from simulator.judge.book import INSTANT, Book
from simulator.judge.open_items import (
    KNOWN,
    REPLIED,
    SENT,
    STORED,
    UNSETTLED,
    Sale,
    Settlement,
    Transaction,
)
from simulator.judge.tracking import reversals
from simulator.judge.tracking.moments import SaleClosed, WatchedKeyApproved
from simulator.judge.tracking.references import COMPLETING
from simulator.judge.transactions import (
    ADDING,
    HOLDING,
    NOT_REFUSED,
    RETURNING,
    REVERSIBLE,
    TAKING,
)
from simulator.judge.transactions import STORED as STORED_KINDS
from simulator.local_time import HOUR_MS
from simulator.trace.records import Concluded, ReceiptGiven, SaleMeant, SaleUndone, key_of

QUIET_MS = 6 * HOUR_MS
"""A sale that came to nothing may be tried again for so long; then it is forgotten."""


def is_under_way(transaction: Transaction) -> bool:
    """Whether what is repeated until it is answered (a refund, an advice) may still move money."""
    if transaction.what not in RETURNING | STORED_KINDS or transaction.what in REVERSIBLE:
        return False
    code = transaction.code
    if not code:
        return True
    row = response_code(code)
    return code in NOT_REFUSED and not row.approves and row.held is not Held.YES


class Sales:
    """Hears SaleMeant, SaleUndone, Concluded and ReceiptGiven; is told what was paid."""

    __slots__ = ("_book", "_by_actor", "_quiet", "_sales", "_transactions", "_write_down", "early")

    def __init__(self, book: Book, write_down: Callable[[Sale, int], None]) -> None:
        self._book = book
        self._write_down = write_down
        self._by_actor = book.terminal_of_actor
        self.early: dict[str, list[Concluded | ReceiptGiven]] = {}  # by sale, of which nobody has heard yet
        self._quiet = book.quiet
        self._sales = book.sales
        self._transactions = book.transactions

    # ---- people ------------------------------------------------------------------------------

    def meant(self, record: SaleMeant) -> None:
        """A customer meant one sale."""
        at_ms = record.at_ms
        first = self._sales.get(record.of) if record.of else None
        if first is not None:  # a tip: served by the sale that it adds to
            self._sales.setdefault(record.sale, first)
            first.also = (*first.also, record.sale)
        elif record.sale not in self._sales:
            self._sales[record.sale] = Sale(
                record.sale, record.amount_fen, at_ms, record.card, record.what, is_meant=True,
                merchant=record.actor,
            )
        if self._quiet and at_ms - self._quiet[0][0] > QUIET_MS:
            self.forget_quiet(at_ms)

    def undone(self, record: SaleUndone) -> None:
        """Customer and merchant agreed to undo a sale; whether it works is another matter."""
        sale = self._sales.get(record.sale)
        if sale is not None and not sale.undone:
            sale.undone = record.how

    def receipt_given(self, record: ReceiptGiven) -> None:
        """A receipt reached the customer."""
        sale = self._sales.get(record.sale)
        if sale is not None:
            sale.receipt = True
            if len(sale.keys) == 1 and not sale.unknown:
                sale.story = None  # went smoothly: the beginning and the end are told anyway
        elif record.sale in self.early:
            self.early[record.sale].append(record)

    def begun(self, name: str) -> None:
        """A request has left: what the counter had seen of a sale that nobody announced is its."""
        for record in self.early.pop(name, ()):
            if isinstance(record, Concluded):
                self.concluded(record)
            else:
                self.receipt_given(record)

    # ---- the counter -------------------------------------------------------------------------

    def concluded(self, record: Concluded) -> None:
        """What the counter saw."""
        terminal = self._by_actor.get(record.actor)
        transaction = terminal.current if terminal is not None else None
        if (
            transaction is None or transaction.stan != record.stan
            or transaction.batch != record.batch
        ):
            transaction = self._named(record)
        if transaction is None:
            sale = self._sales.get(record.sale)
            if sale is None and record.what in STORED_KINDS and record.result == "approved":
                self.early[record.sale] = [record]
            if sale is None or record.what not in TAKING:
                return
            sale.tid = sale.tid or record.actor.removeprefix("terminal.")
        else:
            sale = transaction.sale
            if not transaction.shown and self._is_observable(record.actor):
                reversals.shown_first(terminal, transaction, record)
            transaction.shown = record.result
        result = record.result
        if result == "approved":
            self._approved(record, transaction, sale)
        else:
            self._not_approved(record, transaction, sale)
        if sale.story is not None:
            sale.story.append(record)

    def _named(self, record: Concluded) -> Transaction | None:
        """The transaction of a conclusion that is not its terminal's last one."""
        if not record.stan:
            return None
        tid = record.actor.removeprefix("terminal.")
        key = key_of(tid, record.batch, record.stan)
        transaction = self._transactions.get(key)
        if transaction is None and record.what in STORED_KINDS and record.result == "approved":
            sale = self._sales.get(record.sale)
            if sale is not None:  # approved at the counter, to be delivered later
                transaction = Transaction(
                    key, sale, record.what, record.batch, record.stan, record.amount_fen, STORED,
                )
                self._transactions[key] = transaction
                sale.keys = (*sale.keys, key)
                sale.tid = sale.tid or tid
        return transaction

    def _approved(
        self, record: Concluded, transaction: Transaction | None, sale: Sale,
    ) -> None:
        amount = record.amount_fen
        if transaction is not None:
            if transaction.state == REPLIED or (
                transaction.state == SENT and self._is_observable(record.actor)
            ):  # at a port, only a genuine reply ends what is owed, whatever was shown
                transaction.state = KNOWN
            if transaction.key in self._book.watched:
                self._book.tell(WatchedKeyApproved(transaction, record))
            amount = amount or transaction.amount_fen
            if transaction.told:
                return  # said once more after a restart
            transaction.told = True
        what = record.what
        if what in TAKING:
            if what in ADDING:
                sale.amount_fen += amount
            else:
                sale.approvals += 1
            if what in COMPLETING and amount:
                sale.amount_fen = amount  # what is meant from now on, and no more what was held
            sale.held = False
            sale.goods_fen += amount or sale.amount_fen
            sale.result = "approved"
            sale.concluded_ms = record.at_ms
        elif what in HOLDING:
            sale.held = True
            sale.result = "approved"
            sale.concluded_ms = record.at_ms
        else:
            if what in RETURNING:
                sale.undone = what
                if sale.held:
                    sale.held = False
                else:
                    sale.undone_fen += amount
            self.rest(sale, record.at_ms)

    def _is_observable(self, actor: str) -> bool:
        terminal = self._by_actor.get(actor)
        return terminal is None or terminal.opened.observable

    def _not_approved(
        self, record: Concluded, transaction: Transaction | None, sale: Sale,
    ) -> None:
        if record.what in TAKING and not sale.approvals:
            sale.result = record.result
            sale.code = record.response_code or record.reason
            sale.concluded_ms = record.at_ms
        if transaction is not None:
            if record.result == "failed" and record.what in REVERSIBLE:
                terminal = self._by_actor[record.actor]
                reversals.owe(self._book, terminal, transaction)
            elif transaction.state in (SENT, REPLIED):
                transaction.state = KNOWN
        self.rest(sale, record.at_ms)

    # ---- the end of a sale -------------------------------------------------------------------

    def rest(self, sale: Sale, at_ms: int) -> None:
        """A sale came to nothing, or was undone: look again when it has been quiet."""
        if not sale.queued:
            sale.queued = True
            self._quiet.append((at_ms, sale))

    def paid(self, settlement: Settlement, at_ms: int) -> None:
        """Everything in a settlement reached the merchant, in its own payout or netted in another."""
        payout = (settlement.into or settlement).payout
        for sale, amount, gives_back, fee_fen in settlement.items:
            sale.captures -= 1
            sale.paid_fen += amount
            sale.paid_fee_fen += fee_fen
            if settlement.netted:
                sale.netted_fen -= amount
                sale.netted_fee_fen -= fee_fen
            if gives_back and sale.settlement is not settlement:
                sale.netted_later_fen += amount
                sale.netted_later_fee_fen += fee_fen
            elif amount > 0 or not sale.payout:
                sale.payout = payout
                sale.arrived_ms = at_ms
            if settlement.name.startswith(INSTANT):
                self.rest(sale, at_ms)  # it may still be reversed or voided
            elif (
                sale.captures == 0 and sale.paid_fen == sale.captured_fen == sale.debited_fen
                and not sale.queued and self._is_settled(sale)
            ):
                if sale.result and len(sale.keys) == 1:
                    self.close(sale, at_ms)
                else:  # paid before the counter has told how it ended, or how the last of its parts did
                    self.rest(sale, at_ms)
        settlement.items.clear()

    def taken_off(self, settlement: Settlement) -> None:
        """Nothing is paid for a settlement: what it gives back the merchant has paid, or owes."""
        kept = []
        for item in settlement.items:
            sale, amount, gives_back, fee_fen = item
            if amount > 0:
                kept.append(item)
                sale.netted_fen += amount
                sale.netted_fee_fen += fee_fen
                continue
            sale.captures -= 1
            sale.paid_fen += amount
            sale.paid_fee_fen += fee_fen
            if gives_back and sale.settlement is not settlement:
                sale.netted_later_fen += amount
                sale.netted_later_fee_fen += fee_fen
        settlement.items[:] = kept

    def close(self, sale: Sale, at_ms: int) -> None:
        """Have a sale judged, and forget it."""
        book = self._book
        if sale.approvals and sale.receipt:
            book.has_sold = True
        book.tell(SaleClosed(sale, at_ms))
        self._write_down(sale, at_ms)
        transactions = self._transactions
        for key in sale.keys:
            transactions.pop(key, None)
        self._sales.pop(sale.sale, None)
        for name in sale.also:
            self._sales.pop(name, None)

    def close_all(self, at_ms: int) -> None:
        """The end: whatever is open is judged as it stands."""
        for sale in {id(sale): sale for sale in self._sales.values()}.values():
            self.close(sale, at_ms)

    def _is_settled(self, sale: Sale) -> bool:
        transactions = self._transactions
        for key in sale.keys:
            transaction = transactions.get(key)
            if transaction is not None and (
                transaction.state in UNSETTLED or is_under_way(transaction)
            ):
                return False
        return True

    def forget_quiet(self, at_ms: int) -> None:
        """What has been quiet for long enough is closed."""
        quiet = self._quiet
        for _ in range(len(quiet)):
            since_ms, sale = quiet[0]
            if at_ms - since_ms <= QUIET_MS:
                return
            quiet.popleft()
            if (
                sale.captures or sale.held or sale.debited_fen != sale.captured_fen
                or (sale.debited_fen and not sale.result)  # paid, and the counter has not been told yet
                or not self._is_settled(sale)
            ):
                quiet.append((at_ms, sale))
            else:
                self.close(sale, at_ms)
