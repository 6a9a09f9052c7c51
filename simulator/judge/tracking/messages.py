"""Messages, journal entries and restarts: which transaction is how far, seen from the wire.

The hot part of the judge.  What is rare is handed on: to the trackers of reversals, numbers and
batches, and as moments to the rules.
"""

from __future__ import annotations

from collections.abc import Callable

from simulator.catalogue.line_reasons import NOT_SENT
from simulator.catalogue.run_reasons import FORGETTING
from simulator.judge.book import Book
from simulator.judge.open_items import (
    KNOWN,
    REPLIED,
    SENT,
    STORED,
    Sale,
    Terminal,
    Transaction,
    is_of_earlier_try,
)
from simulator.judge.tracking import (
    acknowledged,
    batches,
    line_witness,
    numbers,
    returns,
    reversals,
)
from simulator.judge.tracking.moments import ForgeryArrived, ReversalAnswered, WentOnUploading
from simulator.judge.tracking.sales import Sales
from simulator.judge.transactions import (
    ADDING,
    APPROVING,
    HOST,
    INQUIRY,
    NOT_REFUSED,
    RETURNING,
    REVERSIBLE,
    SEALED,
)
from simulator.judge.transactions import STORED as STORED_KINDS
from simulator.trace.records import Arrived, Journaled, Lost, Restarted, Sent, key_of

STORY_KEPT = 64  # records of one sale; of a longer story the middle goes
_Heard = Callable[[Arrived, Terminal, Transaction | None], None]


class Messages:
    """Hears Sent, Arrived, Lost, Journaled and Restarted."""

    __slots__ = (
        "_arrived_by_mti", "_book", "_rest", "_sales", "_sent_by_mti", "_terminals", "_transactions",
    )

    def __init__(self, book: Book, sales: Sales) -> None:
        self._book = book
        self._rest = sales.rest
        self._sales = sales
        self._terminals = book.terminals
        self._transactions = book.transactions
        self._sent_by_mti: dict[str, Callable[[Sent], None]] = {
            "0200": self._request_sent, "0100": self._request_sent, "0220": self._request_sent,
            "0400": self._reversal_sent, "0500": self._batch_sent, "0320": self._batch_sent,
        }
        self._arrived_by_mti: dict[str, _Heard] = {
            "0200": self._request_arrived, "0100": self._request_arrived,
            "0220": self._request_arrived, "0210": self._reply_arrived,
            "0110": self._reply_arrived, "0230": self._reply_arrived,
            "0400": self._reversal_arrived, "0410": self._reversal_answered,
            "0510": self._batch_answered,
        }

    # ---- sent --------------------------------------------------------------------------------

    def sent(self, record: Sent) -> None:
        """A message left; replies are looked at when they arrive."""
        hear = self._sent_by_mti.get(record.mti)
        if hear is not None:
            hear(record)

    def _request_sent(self, record: Sent) -> None:
        tid = record.tid
        terminal = self._terminals.get(tid) or self._book.terminal(tid)
        stan = record.stan
        batch = record.batch
        key = f"{tid}/{batch:06}/{stan:06}"
        transaction = self._transactions.get(key)
        current = terminal.current
        if current is not None and not terminal.opened.observable:
            line_witness.went_on(self._sales, terminal, key)
        if terminal.owed or (current is not None and current.state < KNOWN):
            reversals.next_request(self._book, terminal, key, record)
        if transaction is None:
            if batch != terminal.batch or stan <= terminal.last_stan or terminal.wrapped:
                numbers.counted_anew(self._book, terminal, record, key)
                terminal.heard = True
            elif stan > terminal.last_stan:
                terminal.last_stan = stan
            transaction = self._begin(record, key)
            self._sales.begun(record.sale)
            if terminal.uploading is not None:
                self._book.tell(WentOnUploading(terminal.uploading, record))
                terminal.uploading = None
        else:
            numbers.same_key(self._book, transaction, record)
            transaction.sent_ms = record.at_ms
            transaction.attempt = record.attempt
            transaction.left = transaction.left or not transaction.not_sent
            transaction.not_sent = False
            if transaction.state == STORED:
                transaction.state = KNOWN  # on its way, and repeated until it is delivered
                if record.original and not transaction.names:  # the counter did not say what it adds to
                    transaction.names = self._book.named_by(record)
                    transaction.original = self._transactions.get(transaction.names)
        terminal.current = transaction
        sale = transaction.sale
        if sale.story is None:
            sale.story = [record]
        else:
            sale.story.append(record)
            if len(sale.story) > STORY_KEPT:
                del sale.story[STORY_KEPT // 2 : -STORY_KEPT // 4]

    def _begin(self, record: Sent | Arrived, key: str) -> Transaction:
        book = self._book
        name = record.sale if isinstance(record, Sent) else ""
        sale = book.sales.get(name) if name else None
        named = book.named_by(record) if record.original else ""
        original = self._transactions.get(named) if named else None
        if original is not None:
            sale = _one_sale(book, original.sale, sale, name)
        if sale is None:
            sale = unmeant(book, record, name or key)
        amount = record.amount_fen or 0
        transaction = Transaction(
            key, sale, record.what, record.batch, record.stan, amount, SENT, record.at_ms,
        )
        transaction.original = original
        transaction.names = named
        if isinstance(record, Sent):
            transaction.card = record.card
        if record.what not in REVERSIBLE:
            acknowledged.sent(book.terminal(record.tid), transaction)
            transaction.state = KNOWN  # nothing is owed for it, whatever becomes of it
        book.transactions_begun += 1
        self._transactions[key] = transaction
        if sale.keys:
            sale.keys = (*sale.keys, key)
        else:
            sale.keys = (key,)
            sale.tid = record.tid
        return transaction

    def _reversal_sent(self, record: Sent) -> None:
        terminal = self._book.terminal(record.tid)
        key = key_of(record.tid, record.batch, record.stan)
        transaction = self._transactions.get(key)
        if transaction is None and record.sale in self._book.sales:
            # The power went between the stored reversal and the request: it was never sent.
            transaction = self._begin(record, key)
            if record.batch == terminal.batch:
                terminal.last_stan = max(terminal.last_stan, record.stan)
        if transaction is not None:
            returns.taken_back(transaction)
            acknowledged.reversed_(terminal, transaction)
            reversals.sent(self._book, terminal, transaction, record)
            _tell(transaction.sale, record)
        else:
            reversals.strange(self._book, terminal, record)

    def _batch_sent(self, record: Sent) -> None:
        terminal = self._book.terminal(record.tid)
        line_witness.went_on(self._sales, terminal)
        if record.mti == "0500":
            reversals.next_request(self._book, terminal, "", record)
        batches.sent(self._book, record)

    # ---- arrived -----------------------------------------------------------------------------

    def arrived(self, record: Arrived) -> None:
        """A message reached the host or a terminal."""
        hear = self._arrived_by_mti.get(record.mti)
        if hear is None:
            if record.mti == "0500":
                line_witness.went_on(self._sales, self._book.terminal(record.tid))
                batches.told(self._book, record)
            return
        terminal = self._terminals.get(record.tid) or self._book.terminal(record.tid)
        transaction = terminal.current
        if (
            transaction is None or transaction.stan != record.stan
            or transaction.batch != record.batch
        ):
            transaction = self._transactions.get(
                f"{record.tid}/{record.batch:06}/{record.stan:06}",
            )
        if not record.genuine:
            self._forgery_arrived(record, transaction)
            return
        hear(record, terminal, transaction)

    def _forgery_arrived(self, record: Arrived, transaction: Transaction | None) -> None:
        if record.what in SEALED:
            if record.actor != HOST and transaction is not None:
                transaction.fake_reply = True
                self._refusal_spoiled(record, transaction)
            self._book.tell(ForgeryArrived(transaction, record))
        if transaction is not None:
            _tell(transaction.sale, record)

    def _refusal_spoiled(self, record: Arrived, transaction: Transaction) -> None:
        """A refusal whose seal the line spoiled may be believed: it is what the host had said."""
        code = transaction.given
        if transaction.what in STORED_KINDS and code == record.response_code and code not in NOT_REFUSED:
            _refused_later(transaction, code)

    def _request_arrived(
        self, record: Arrived, terminal: Terminal, transaction: Transaction | None,
    ) -> None:
        if record.what != INQUIRY:
            terminal.used = record.batch
        if transaction is None:
            if record.copy or terminal.heard:
                return  # of a sale that is answered for, or a query
            # A terminal whose own sending nobody saw (a real one): the line is the witness.
            key = key_of(record.tid, record.batch, record.stan)
            numbers.counted_anew(self._book, terminal, record, key)
            line_witness.went_on(self._sales, terminal, key)
            reversals.next_request(self._book, terminal, key, record)
            transaction = self._begin(record, key)
            terminal.current = transaction
        transaction.request_genuine = True
        sale = transaction.sale
        if sale.story is not None:
            sale.story.append(record)

    def _reply_arrived(
        self, record: Arrived, terminal: Terminal, transaction: Transaction | None,
    ) -> None:
        if transaction is None:
            return
        transaction.reply_genuine = True
        returns.given_back(transaction, record)
        # A number that comes again says nothing of its first use: the answer to a copy that was held
        # on the line may come when the batch is closed already.
        if transaction.code not in APPROVING:
            transaction.code = record.response_code
            acknowledged.replied(terminal, transaction, record)
        line_witness.replied(terminal, transaction, record)
        if transaction.what in STORED_KINDS and record.response_code not in NOT_REFUSED:
            _refused_later(transaction, record.response_code)
        if transaction.state == SENT:
            transaction.state = REPLIED
        story = transaction.sale.story
        if story is not None:
            story.append(record)

    def _reversal_arrived(
        self, record: Arrived, terminal: Terminal, transaction: Transaction | None,
    ) -> None:
        terminal.used = record.batch
        if transaction is not None:
            if not terminal.heard and not record.copy:
                reversals.sent(self._book, terminal, transaction)
            transaction.reversal_genuine = True
            _tell(transaction.sale, record)

    def _reversal_answered(
        self, record: Arrived, terminal: Terminal, transaction: Transaction | None,
    ) -> None:
        if transaction is not None:
            self._book.tell(ReversalAnswered(transaction, record))
            reversals.answered(self._book, terminal, transaction, record)
            _tell(transaction.sale, record)
            self._rest(transaction.sale, record.at_ms)

    def _batch_answered(
        self, record: Arrived, _terminal: Terminal, _transaction: Transaction | None,
    ) -> None:
        batches.answered(self._book, record)

    # ---- the rest ----------------------------------------------------------------------------

    def lost(self, record: Lost) -> None:
        """A message will not arrive."""
        if record.mti in ("0500", "0510", "0320", "0330"):
            batches.lost(self._book, record)
            return
        transaction = self._transactions.get(key_of(record.tid, record.batch, record.stan))
        if transaction is None:
            return
        transaction.sale.unknown = True
        _tell(transaction.sale, record)
        if (
            record.sender != HOST and record.mti != "0400" and record.why in NOT_SENT
            and not is_of_earlier_try(record.attempt, transaction.attempt)
        ):
            transaction.not_sent = True

    def journaled(self, record: Journaled) -> None:
        """A terminal that stores something after a genuine reply knows the outcome."""
        if record.actor == HOST:
            return
        terminal = self._terminals.get(record.tid)
        if terminal is None:
            return
        transaction = terminal.current
        if (
            transaction is not None and transaction.state == REPLIED
            and transaction.stan == record.stan and transaction.batch == record.batch
        ):
            transaction.state = KNOWN

    def restarted(self, record: Restarted) -> None:
        """What a terminal had not stored is unknown to it."""
        terminal = self._book.terminal_of_actor.get(record.actor)
        if terminal is not None and record.why in FORGETTING:
            acknowledged.forgotten(terminal)
            numbers.forgotten(self._book, terminal)
        if terminal is None or terminal.current is None:
            return
        transaction = terminal.current
        _tell(transaction.sale, record)
        if transaction.state in (SENT, REPLIED):
            reversals.owe(self._book, terminal, transaction)


def _one_sale(book: Book, first: Sale, second: Sale | None, name: str) -> Sale:
    """The sale that a void, refund or completion belongs to: that of its original."""
    if second is not None and second is not first and not second.keys:
        book.sales[name] = first
        first.also = (*first.also, name)
    return first


def unmeant(book: Book, record: Sent | Arrived, name: str) -> Sale:
    """A sale that nobody announced: known by its order, or by its key."""
    sale = book.sales.get(name)
    if sale is None:
        sale = Sale(
            name, record.amount_fen or 0, record.at_ms, getattr(record, "card", ""), record.what,
            record.tid,
        )
        if record.what in RETURNING:
            wish = book.wishes.of(name, record.what)
            sale.undoes = wish.sale if wish is not None else ""
        book.sales[name] = sale
    return sale


def _tell(sale: Sale, record: Sent | Arrived | Lost | Restarted) -> None:
    if sale.story is None:
        sale.story = [record]
    else:
        sale.story.append(record)


def _refused_later(transaction: Transaction, code: str) -> None:
    """The host refuses for good what the counter had approved; what was to be added is not."""
    sale = transaction.sale
    sale.refused_later = code
    if transaction.what in ADDING and transaction.told and not transaction.refused:
        sale.goods_fen -= transaction.amount_fen
        sale.amount_fen -= transaction.amount_fen
    transaction.refused = code
