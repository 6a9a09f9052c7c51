"""The plain way of a sale: finds stretches among records, and keeps the book of them as of their records.

What is compared here once is all that makes a stretch; whoever hears one may rely on it.  What the
trackers would do with each record is done here in one go, and comes to the same
(``tests/judge/test_stretches.py`` holds book and memories of all rules against those of a judge that
hears every record).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.book import Book
from simulator.judge.oldest import forget_oldest
from simulator.judge.open_items import KNOWN, SENT, Sale, Transaction
from simulator.judge.tracking import acknowledged
from simulator.judge.tracking.host_side import KEPT
from simulator.judge.tracking.sales import QUIET_MS, Sales
from simulator.judge.tracking.stretches import (
    SaleAsked,
    SaleDecided,
    SaleReached,
    SaleShown,
    Stretch,
)
from simulator.judge.transactions import HOST
from simulator.judge.wishes import KEPT as WISHES_KEPT
from simulator.judge.wishes import MOST as WISHES_MOST
from simulator.judge.wishes import Wish
from simulator.trace.records import (
    Arrived,
    ChannelAnswered,
    Concluded,
    Journaled,
    Posted,
    ReceiptGiven,
    Record,
    SaleMeant,
    Sent,
)

Take = Callable[[Sequence[Any], int], int]
"""Takes records and the place of one; tells how many from there on were heard as a stretch, or 0."""
SALE, REQUEST, REPLY = "sale", "0200", "0210"
APPROVED, DEBIT = "00", "debit"
ARMED, ASKED, DECIDED, BOOKED, RECEIPTED = "armed", "asked", "decided", "booked", "receipted"
OWED, SCHEME, MERCHANT, PENDING = "due:", "scheme:receivable", "merchant:", ":pending"
_DEBIT, _CAPTURE = PostingReason.DEBIT, PostingReason.CAPTURE  # found more slowly by their set
STAN_DIGITS = 6
STRETCHES: tuple[type[Stretch], ...] = (SaleAsked, SaleReached, SaleDecided, SaleShown)
_ASKED, _REACHED, _DECIDED, _SHOWN = range(len(STRETCHES))


class PlainWay:
    """``told``: by stretch, how all rules hear it.  ``taken``: how many of each of :data:`STRETCHES` were heard so far."""

    __slots__ = ("_book", "_sales", "_told", "begins", "taken")

    def __init__(
        self, book: Book, sales: Sales, told: Mapping[type[Stretch], Callable[[Stretch], None]],
    ) -> None:
        self._book = book
        self._sales = sales
        self._told = told
        self.taken = [0] * len(STRETCHES)
        self.begins: dict[type[Record], Take] = {
            SaleMeant: self._asked(), Posted: self._decided(), Arrived: self._arrived()}
        """By the type of a stretch's first record."""

    def _asked(self) -> Take:
        """How :class:`SaleAsked` is found and tracked."""
        book, tracker, tell, taken = self._book, self._sales, self._told[SaleAsked], self.taken
        terminals, sales, transactions = book.terminals, book.sales, book.transactions
        quiet, wishes, early = book.quiet, book.wishes.open, tracker.early

        def take(records: Sequence[Any], at: int) -> int:
            if at + 3 > len(records):
                return 0
            meant, armed, sent = records[at], records[at + 1], records[at + 2]
            if type(armed) is not Journaled or type(sent) is not Sent:
                return 0
            tid, batch, stan, name, fen = sent.tid, sent.batch, sent.stan, sent.sale, sent.amount_fen
            terminal = terminals.get(tid)
            if (
                terminal is None or fen is None or sent.mti != REQUEST or sent.what != SALE
                or meant.what != SALE or meant.of or meant.instead or meant.sale != name
                or meant.amount_fen != fen or meant.card != sent.card or sent.attempt or sent.original
                or sent.actor != terminal.opened.actor or armed.entry != ARMED or armed.tid != tid
                or batch != terminal.batch or stan <= terminal.last_stan or terminal.wrapped
                or terminal.owed or terminal.uploading is not None or not terminal.opened.observable
                or name in sales or early
            ):
                return 0
            current = terminal.current
            if current is not None and current.state < KNOWN:
                return 0
            key = "%s/%06d/%06d" % (tid, batch, stan)  # noqa: UP031 - the quickest way
            if key in transactions:
                return 0
            at_ms, card = meant.at_ms, sent.card
            sale = sales[name] = Sale(name, fen, at_ms, card, is_meant=True, merchant=meant.actor)
            if quiet and at_ms - quiet[0][0] > QUIET_MS:
                tracker.forget_quiet(at_ms)
            wishes[name, SALE] = Wish(fen, "", card)
            if len(wishes) > WISHES_MOST:
                forget_oldest(wishes, WISHES_KEPT)
            taken[_ASKED] += 1
            tell(SaleAsked(meant, sent, terminal))
            terminal.last_stan = stan
            transaction = transactions[key] = Transaction(
                key, sale, SALE, batch, stan, fen, SENT, sent.at_ms, card=card)
            book.transactions_begun += 1
            sale.keys = (key,)
            sale.tid = tid
            terminal.current = transaction
            sale.story = [sent]
            return 3

        return take

    def _arrived(self) -> Take:
        """How :class:`SaleReached` is found and tracked; a reply may begin :class:`SaleShown`.

        That the host writes down what reached it changes nothing.
        """
        terminals, tell, taken, shown = self._book.terminals, self._told[SaleReached], self.taken, self._shown()

        def take(records: Sequence[Any], at: int) -> int:
            record = records[at]
            if record.mti == REPLY:
                return shown(records, at)
            terminal = terminals.get(record.tid)
            transaction = terminal.current if terminal is not None else None
            if (
                terminal is None or transaction is None or transaction.stan != record.stan
                or transaction.batch != record.batch or transaction.what != SALE
                or record.mti != REQUEST or record.actor != HOST or record.what != SALE or not record.genuine or record.copy
            ):
                return 0
            taken[_REACHED] += 1
            tell(SaleReached(record))
            terminal.used = record.batch
            transaction.request_genuine = True
            story = transaction.sale.story
            if story is not None:
                story.append(record)
            came = terminal.at_host
            if came is None:
                terminal.at_host = [record]
            else:
                came.append(record)
                if len(came) > KEPT:
                    del came[0]
            if at + 1 < len(records):
                after = records[at + 1]
                if type(after) is Journaled and after.entry == ASKED and after.actor == HOST:
                    return 2
            return 1

        return take

    def _decided(self) -> Take:
        """How :class:`SaleDecided` is found and tracked."""
        book, tell, taken = self._book, self._told[SaleDecided], self.taken
        terminals, transactions, watched = book.terminals, book.transactions, book.watched
        pending_of: dict[str, str] = {}  # account, by MID

        def take(records: Sequence[Any], at: int) -> int:
            debit = records[at]
            if debit.why != _DEBIT or at + 5 > len(records):
                return 0
            answer, decided, capture, reply = records[at + 1:at + 5]
            if (
                type(reply) is not Sent or type(capture) is not Posted
                or type(decided) is not Journaled or type(answer) is not ChannelAnswered
            ):
                return 0
            key, tid, stan, batch = debit.key, reply.tid, reply.stan, reply.batch
            transaction, terminal = transactions.get(key), terminals.get(tid)
            if transaction is None or terminal is None or terminal.current is not transaction:
                return 0
            came = terminal.at_host
            if came is None or len(came) != 1 or len(debit.entries) != 2 or len(capture.entries) != 2:
                return 0
            request, fen, mid = came[0], transaction.amount_fen, terminal.opened.mid
            (customer, paid), (owed, due) = debit.entries
            (scheme, given), (merchant, pending) = capture.entries
            if (
                capture.why != _CAPTURE or capture.key != key or answer.key != key
                or answer.asked != DEBIT or answer.response_code != APPROVED
                or answer.auth_code != reply.auth_code
                or decided.entry != DECIDED or decided.actor != HOST or decided.tid != tid
                or decided.stan != stan or decided.batch != batch
                or reply.actor != HOST or reply.mti != REPLY or reply.what != SALE
                or reply.response_code != APPROVED or not reply.rrn.isdecimal()
                or reply.amount_fen != fen or transaction.stan != stan or transaction.batch != batch
                or fen <= 0 or paid != -fen or due != fen or given != -fen or pending != fen
                or customer[0] not in "cw" or not owed.startswith(OWED)
                or scheme != SCHEME or merchant != (pending_of.get(mid) or pending_of.setdefault(
                    mid, f"{MERCHANT}{mid}{PENDING}"))
                or transaction.what != SALE or transaction.state != SENT or transaction.moved
                or transaction.items or transaction.heard or transaction.given or transaction.names
                or transaction.undone or transaction.reversals or not transaction.request_genuine
                or request.stan != stan or request.mti != REQUEST or not request.genuine or request.copy
                or key in watched
            ):
                return 0
            came.clear()
            taken[_DECIDED] += 1
            tell(SaleDecided(
                debit, answer, capture, reply, transaction, terminal,
                key[:-STAN_DIGITS - 1], key[-STAN_DIGITS:]))
            sale = transaction.sale
            book.has_postings = True
            sale.debited_fen += fen
            sale.debited_ms = sale.debited_ms or debit.at_ms
            sale.captured_fen += fen
            sale.captures += 1
            sale.uncleared += 1
            transaction.debited_fen += fen
            transaction.moved = True
            transaction.moved_ms = debit.at_ms
            transaction.debits += 1
            transaction.payer = customer
            transaction.items = 1
            transaction.heard = transaction.given = APPROVED
            transaction.heard_code = answer.auth_code
            transaction.decided = True
            transaction.given_rrn = reply.rrn
            book.reference(reply.rrn, transaction.key)
            if reply.auth_code:
                transaction.given_code = reply.auth_code
            return 5

        return take

    def _shown(self) -> Take:
        """How :class:`SaleShown` is found and tracked."""
        book, tell, taken = self._book, self._told[SaleShown], self.taken
        by_actor, transactions, watched, wishes = (
            book.terminal_of_actor, book.transactions, book.watched, book.wishes.open)

        def take(records: Sequence[Any], at: int) -> int:
            arrived = records[at]
            if at + 5 > len(records):
                return 0
            booked, concluded, receipt, receipted = records[at + 1:at + 5]
            if (
                type(concluded) is not Concluded or type(receipt) is not ReceiptGiven
                or type(booked) is not Journaled or type(receipted) is not Journaled
            ):
                return 0
            actor, stan, batch = arrived.actor, arrived.stan, arrived.batch
            terminal = by_actor.get(actor)
            if terminal is None or terminal.current is None:
                return 0
            transaction, tid = terminal.current, terminal.opened.tid
            sale, fen, key = transaction.sale, transaction.amount_fen, transaction.key
            if (
                arrived.what != SALE or arrived.response_code != APPROVED or not arrived.genuine
                or arrived.copy or arrived.asks or arrived.tid != tid or arrived.amount_fen != fen
                or transaction.stan != stan or transaction.batch != batch
                or transaction.what != SALE or transaction.state != SENT or transaction.code
                or transaction.reversals or transaction.told or transaction.shown
                or transaction.part_fen is not None or transaction.original is not None
                or booked.entry != BOOKED or booked.tid != tid
                or concluded.actor != actor or concluded.what != SALE
                or concluded.result != "approved" or concluded.response_code != APPROVED
                or concluded.sale != sale.sale
                or concluded.stan != stan or concluded.batch != batch or concluded.amount_fen != fen
                or (concluded.rrn and concluded.rrn != transaction.given_rrn)
                or receipt.actor != actor or receipt.sale != sale.sale or receipt.amount_fen != fen
                or receipted.entry != RECEIPTED or receipted.tid != tid
                or terminal.owed or not terminal.opened.observable or sale.receipt
                or len(sale.keys) != 1 or key in watched or transactions.get(key) is not transaction
            ):
                return 0
            transaction.reply_genuine = True
            transaction.code = APPROVED
            known = terminal.acknowledged
            if known is not None and batch in known:
                known[batch][stan] = fen
            else:
                acknowledged.replied(terminal, transaction, arrived)
            transaction.state = KNOWN
            story = sale.story
            if story is not None:
                story.append(arrived)
            taken[_SHOWN] += 1
            tell(SaleShown(arrived, concluded, receipt, transaction, terminal))
            transaction.shown = "approved"
            transaction.told = True
            sale.approvals += 1
            sale.held = False
            sale.goods_fen += fen
            sale.result = "approved"
            sale.concluded_ms = concluded.at_ms
            wishes.pop((concluded.sale, SALE), None)
            sale.receipt = True
            if not sale.unknown:
                sale.story = None
            elif story is not None:
                story.append(concluded)
            return 5

        return take
