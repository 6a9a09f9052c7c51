"""QR payments over wallet channels: pay, query until known, refund; each booked exactly once.

A payment that the wallet has not decided is answered 09 and stays pending; the terminal's query
and the host's own (every ``wallet_again_ms``) ask the wallet, and whichever hears first that it is
paid books it.  A refund is repeated under the same key until the wallet knows.

A wallet that never answered the payment itself may still get it late, so its "failed" to a query
counts only once the payment was answered or is older than ``wallet_final_ms``.  A payment that is
known to be paid after it was given up (reversed, settled without it) is given back: an AskWallet
``refund`` whose key and original are the payment's own.
"""

from __future__ import annotations

from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.copies import NOT_NOW
from simulator.machines.acquirer.events import (
    AskWallet,
    Reply,
    RequestReceived,
    TransactionKey,
    WalletAnswered,
)
from simulator.machines.acquirer.memory import rrn_of
from simulator.machines.acquirer.reversals import UNDOING, ReversalSteps
from simulator.machines.acquirer.rules import QR_REFUND
from simulator.machines.acquirer.transactions import PENDING_CODE, State, TerminalBook, Transaction
from simulator.machines.acquirer.work import Effects, Waiting, key_of_original
from simulator.wire.kinds import Kind

QUERY = "Q"  # before the RRN in the ref of a query
NO_WALLET = "15"
FAILED = "05"
NO_AMOUNT = 0  # a query does not tell the sum of what it asks about
DONE = {Kind.QR_PAY: "paid", Kind.QR_REFUND: "refunded"}


class WalletSteps(ReversalSteps):
    """The steps of QR payments."""

    # ---- requests ----------------------------------------------------------------------------

    def qr_pay(
        self, event: RequestReceived, terminal: TerminalBook, key: TransactionKey, now_ms: int,
    ) -> Effects:
        """Ask the wallet of a customer's code for the sum."""
        message = event.message
        qr_code = (message.private or b"").decode("ascii", "replace")
        channel = self.wallets.find(qr_code)
        if not message.amount_fen or message.amount_fen < 0:
            return self.decline(event, Kind.QR_PAY, terminal, key, "13", now_ms)
        if not channel:
            return self.decline(event, Kind.QR_PAY, terminal, key, NO_WALLET, now_ms)
        return self.ask_wallet(event, Kind.QR_PAY, terminal, key, channel, qr_code, None, now_ms)

    def qr_refund(
        self, event: RequestReceived, terminal: TerminalBook, key: TransactionKey, now_ms: int,
    ) -> Effects:
        """Ask the wallet of the payment to give money back."""
        code = self.refusal_of(QR_REFUND, event, terminal)
        if code:
            return self.decline(event, Kind.QR_REFUND, terminal, key, code, now_ms)
        original_key = key_of_original(key.tid, event.message.original)
        original = self.books.find(original_key) if original_key is not None else None
        assert original is not None
        return self.ask_wallet(
            event, Kind.QR_REFUND, terminal, key, original.channel, original.qr_code,
            original_key, now_ms,
        )

    def ask_wallet(
        self, event: RequestReceived, kind: Kind, terminal: TerminalBook, key: TransactionKey,
        channel: str, qr_code: str, original: TransactionKey | None, now_ms: int,
    ) -> Effects:
        """Take a payment or refund up."""
        message = event.message
        number = self.books.number + 1
        stored = self.store(journal.Asked(
            key, kind, message.amount_fen or 0, "", channel, number, self.clock(now_ms)[1],
            original, qr_code,
        ))
        rrn = rrn_of(number)
        transaction = self.books.unanswered[rrn]
        self.waiting[rrn] = Waiting(event.link, message, kind, terminal, transaction)
        self.first_asked_ms[rrn] = now_ms
        self.deadlines.arm(rrn, now_ms, self.settings.wallet_timeout_ms)
        return [stored, self.wallet_request(transaction, rrn)]

    def wallet_request(self, transaction: Transaction, ref: str) -> AskWallet:
        """Pay or refund, the first time or again."""
        return AskWallet(
            ref=ref, request="pay" if transaction.kind is Kind.QR_PAY else "refund",
            qr_code=transaction.qr_code, amount_fen=transaction.amount_fen, key=transaction.key,
            original=transaction.original,
        )

    def wallet_query(self, transaction: Transaction, ref: str) -> AskWallet:
        """What became of a payment."""
        return AskWallet(
            ref=ref, request="query", qr_code=transaction.qr_code,
            amount_fen=transaction.amount_fen, key=transaction.key, original=transaction.key,
        )

    def qr_query(
        self, event: RequestReceived, terminal: TerminalBook, key: TransactionKey, now_ms: int,
    ) -> Effects:
        """Tell what became of a payment or refund, asking the wallet where nobody knows yet."""
        original_key = key_of_original(key.tid, event.message.original)
        transaction = self.books.find(original_key) if original_key is not None else None
        if transaction is None or transaction.kind not in DONE:
            effects: Effects = []
            if transaction is None and original_key and original_key.batch == terminal.batch:
                # 25 is a promise: the payment may still be on its way, and comes too late now.
                effects.append(self.store(journal.ReversedAhead(
                    original_key, Kind.QR_PAY, NO_AMOUNT, "",
                )))
            return [*effects, self.reply(event, Kind.QR_QUERY, terminal, "25", now_ms)]
        waiting = Waiting(event.link, event.message, Kind.QR_QUERY, terminal, transaction)
        if transaction.state not in (State.ASKED, State.PENDING):
            return [self.query_reply(waiting, transaction, now_ms)]
        asked = transaction.rrn in self.queries
        self.queries[transaction.rrn] = waiting
        if asked:
            return []
        self.deadlines.arm(QUERY + transaction.rrn, now_ms, self.settings.wallet_timeout_ms)
        return [self.ask_about(transaction)]

    def ask_about(self, transaction: Transaction) -> AskWallet:
        """Ask a wallet what became of a payment; a refund is simply asked for again."""
        ref = QUERY + transaction.rrn
        if transaction.kind is Kind.QR_REFUND:
            return self.wallet_request(transaction, ref)
        return self.wallet_query(transaction, ref)

    def query_reply(self, waiting: Waiting, transaction: Transaction, now_ms: int) -> Reply:
        """The answer to a query: that of the payment, as far as it is known."""
        code = PENDING_CODE if transaction.state is State.ASKED else transaction.code
        if code in NOT_NOW:  # what was refused for then is refused for good: not "ask again"
            code = FAILED
        return self.sale_reply(waiting, code, now_ms, transaction.rrn, transaction.auth_code)

    # ---- answers -----------------------------------------------------------------------------

    def wallet_answered(self, event: WalletAnswered, now_ms: int) -> Effects:
        """Book what is known now and answer all who wait for it."""
        ref = event.ref
        if UNDOING in ref:
            return self.undoing_answered_by_wallet(event)
        query = ref.startswith(QUERY)
        transaction = self.books.unanswered.get(ref.removeprefix(QUERY))
        if transaction is None:
            return []
        if event.state == DONE[transaction.kind]:
            return self.wallet_done(transaction, now_ms)
        if not query:
            self.first_asked_ms.pop(transaction.rrn, None)
        if event.state == "failed" and self.failure_is_final(transaction, now_ms):
            return self.wallet_failed(transaction, now_ms)
        return self.wallet_undecided(transaction, now_ms)

    def undoing_answered_by_wallet(self, event: WalletAnswered) -> Effects:
        """The wallet has heard that a payment is undone, or does not know just now."""
        if event.state in ("unknown", "pending"):
            return []
        return self.undoing_heard(event.ref, done=event.state == "refunded")

    def failure_is_final(self, transaction: Transaction, now_ms: int) -> bool:
        """Whether the payment itself can no longer reach the wallet."""
        asked_ms = self.first_asked_ms.get(transaction.rrn)
        return asked_ms is None or now_ms - asked_ms >= self.settings.wallet_final_ms

    def wallet_done(self, transaction: Transaction, now_ms: int) -> Effects:
        """Paid or refunded: once, whoever heard of it."""
        waiting, query = self.no_longer_waiting(transaction)
        effects = self.approve(waiting, transaction, "00", "", now_ms)
        if query is not None:
            effects.append(self.query_reply(query, transaction, now_ms))
        return effects

    def wallet_failed(self, transaction: Transaction, now_ms: int) -> Effects:
        """Nothing was paid, and nothing will be."""
        waiting, query = self.no_longer_waiting(transaction)
        effects: Effects = [self.store(journal.Decided(
            transaction.key, FAILED, self.books.settlement_date,
        ))]
        if waiting is not None:
            effects.append(self.sale_reply(waiting, FAILED, now_ms, transaction.rrn))
        if query is not None:
            effects.append(self.query_reply(query, transaction, now_ms))
        return effects

    def wallet_undecided(self, transaction: Transaction, now_ms: int) -> Effects:
        """Not known yet: 09, and ask again later."""
        waiting, query = self.no_longer_waiting(transaction)
        effects: Effects = []
        if transaction.state is State.ASKED:
            effects.append(self.store(journal.Decided(
                transaction.key, PENDING_CODE, self.books.settlement_date,
            )))
        if waiting is not None:
            effects.append(self.sale_reply(waiting, PENDING_CODE, now_ms, transaction.rrn))
        if query is not None:
            effects.append(self.query_reply(query, transaction, now_ms))
        self.deadlines.arm(transaction.rrn, now_ms, self.settings.wallet_again_ms)
        return effects

    def no_longer_waiting(self, transaction: Transaction) -> tuple[Waiting | None, Waiting | None]:
        """Who waits for the payment's answer and who for a query's; nobody does any more."""
        rrn = transaction.rrn
        self.deadlines.disarm(rrn)
        self.deadlines.disarm(QUERY + rrn)
        return self.waiting.pop(rrn, None), self.queries.pop(rrn, None)

    # ---- no answer ---------------------------------------------------------------------------

    def wallet_silent(self, transaction: Transaction, now_ms: int) -> Effects:
        """No answer in time, or time to ask again."""
        effects = self.wallet_undecided(transaction, now_ms)
        effects.append(self.ask_about(transaction))
        return effects

    def recover_wallet(self, transaction: Transaction, now_ms: int) -> Effects:
        """After a restart nothing is given up: the wallet is asked."""
        if transaction.state is State.ASKED:
            self.first_asked_ms[transaction.rrn] = now_ms
        return self.wallet_silent(transaction, now_ms)
