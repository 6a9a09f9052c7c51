"""Acquirer hosts built wrong on purpose, each in one way; the right one knows nothing of them.

``caught_by`` names the invariants that such a host violates once its case comes up.
"""

from __future__ import annotations

from msgspec.structs import replace

from simulator.defect import Defect
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import (
    AcquirerEffect,
    AcquirerEvent,
    AskIssuer,
    Capture,
    HostRecord,
    IssuerAnswered,
    IssuerRequest,
    Reply,
    RequestReceived,
    SettleBatch,
    StoreHost,
    TransactionKey,
)
from simulator.machines.acquirer.machine import Acquirer
from simulator.machines.acquirer.reversals import UNDOING
from simulator.machines.acquirer.transactions import State, TerminalBook, Transaction
from simulator.machines.acquirer.work import Effects, Waiting
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

_OWN_NUMBERS = 500_000  # where a host without duplicate check puts what it takes for new


class NoDuplicateCheck(Acquirer):
    """Takes a copy of a request for a new transaction, under a number of its own."""

    def known_again(
        self, event: RequestReceived, kind: Kind, terminal: TerminalBook,
        transaction: Transaction, now_ms: int,
    ) -> Effects:
        """Ask for it once more."""
        key = transaction.key
        own = TransactionKey(key.tid, key.batch, (key.stan + _OWN_NUMBERS) % 1_000_000)
        if self.books.find(own) is not None:
            return super().known_again(event, kind, terminal, transaction, now_ms)
        return self.new_transaction(event, kind, terminal, own, now_ms)


class IgnoresMac(Acquirer):
    """Believes every request of a terminal that has signed on."""

    def is_authentic(self, message: Message, terminal: TerminalBook) -> bool:
        """Whether there are keys at all."""
        del message
        return terminal.keys is not None


class RepliesBeforeStore(Acquirer):
    """Answers the terminal first and writes it down later."""

    def handle(self, event: AcquirerEvent, now_ms: int) -> list[AcquirerEffect]:
        """The replies in front."""
        effects = super().handle(event, now_ms)
        replies = [effect for effect in effects if isinstance(effect, Reply)]
        return replies + [effect for effect in effects if not isinstance(effect, Reply)]


class CapturesCopies(Acquirer):
    """Answers a copy as it should, and books the sale again."""

    def known_again(
        self, event: RequestReceived, kind: Kind, terminal: TerminalBook,
        transaction: Transaction, now_ms: int,
    ) -> Effects:
        """The answer to a copy, with a second booking."""
        effects = super().known_again(event, kind, terminal, transaction, now_ms)
        if transaction.state is State.APPROVED and kind is Kind.SALE:
            effects.insert(0, self.capture(transaction, 1, "sale again"))
        return effects


class NoIssuerReversal(Acquirer):
    """Gives up on an issuer that does not answer without ever telling it."""

    def store(self, record: HostRecord) -> StoreHost:
        """Owe nothing to anybody."""
        if isinstance(record, journal.Undone):
            record = replace(record, owed=False)
        return super().store(record)

    def handle(self, event: AcquirerEvent, now_ms: int) -> list[AcquirerEffect]:
        """Everything but reversals to issuers."""
        return [
            effect for effect in super().handle(event, now_ms)
            if not (isinstance(effect, AskIssuer) and effect.request is IssuerRequest.REVERSE)
        ]


class TellsIssuerOnce(Acquirer):
    """Tells an issuer once that a sale is undone, whether it has heard or not."""

    def due(self, name: str, now_ms: int) -> Effects:
        """Everything but another try."""
        return [] if name.endswith(UNDOING) else super().due(name, now_ms)


class BelievesLateAnswers(Acquirer):
    """Answers 98 in time, and still books the sale when the issuer's approval comes later."""

    def issuer_silent(self, ref: str, now_ms: int) -> Effects:
        """Say 98, go on waiting."""
        waiting = self.waiting[ref]
        transaction = waiting.transaction
        if transaction is None or transaction.kind is not Kind.SALE:
            return super().issuer_silent(ref, now_ms)
        return [self.sale_reply(
            waiting, self.settings.issuer_timeout_answer, now_ms, transaction.rrn,
        )]


class ForgetsEarlyReversals(Acquirer):
    """Acknowledges a reversal whose original has not come, and then takes the original."""

    def reverse_ahead(
        self, event: RequestReceived, terminal: TerminalBook, key: TransactionKey, now_ms: int,
    ) -> Effects:
        """Say 00 and note nothing."""
        del key
        return [self.reversal_reply(event, terminal, "", now_ms)]


class ApprovesAfterReversal(Acquirer):
    """Acknowledges a reversal while the issuer is busy, and books the sale when it answers."""

    def reverse(
        self, event: RequestReceived, terminal: TerminalBook, key: TransactionKey, now_ms: int,
    ) -> Effects:
        """Say 00 to what still waits, and let it wait."""
        transaction = self.books.find(key)
        if transaction is not None and transaction.state is State.ASKED:
            return [self.reversal_reply(event, terminal, transaction.rrn, now_ms)]
        return super().reverse(event, terminal, key, now_ms)


class DropsItemsAtCutOver(Acquirer):
    """Settles a batch that a cut-over went through with its terminal, and with nobody else."""

    def close(
        self, terminal: TerminalBook, number: int, result: str, held: tuple[int, ...] = (),
    ) -> Effects:
        """Clearing hears of batches of one business day only."""
        batch = terminal.find_batch(number)
        effects = super().close(terminal, number, result, held)
        if batch is None or batch.opened == self.books.settlement_date:
            return effects
        return [effect for effect in effects if not isinstance(effect, SettleBatch)]


class SettlesWithoutLooking(Acquirer):
    """Says balanced to any totals."""

    def is_balanced(
        self, claimed: tuple[int, ...], held: tuple[int, ...],
    ) -> bool:
        """Always."""
        del claimed, held
        return True


class AcceptsReusedStan(Acquirer):
    """Knows a transaction by its number alone, and answers another sale with its approval."""

    def is_copy(self, message: Message, kind: Kind, transaction: Transaction) -> bool:
        """Whatever the content."""
        del message, transaction
        return kind is not None


class BooksDeclines(Acquirer):
    """Books a sale as soon as the issuer answers, whatever it answers."""

    def issuer_answered(self, event: IssuerAnswered, now_ms: int) -> Effects:
        """A decline is told to the terminal, and captured."""
        waiting: Waiting | None = self.waiting.get(event.ref)
        effects = super().issuer_answered(event, now_ms)
        transaction = waiting.transaction if waiting is not None else None
        booked = any(isinstance(effect, Capture) for effect in effects)
        if transaction is not None and transaction.kind is Kind.SALE and not booked:
            effects.insert(1, self.capture(transaction, 1, "sale"))
        return effects


_DEFECTS = (
    Defect("acquirer.no_duplicate_check", "a copy of a request is taken for a new transaction",
           (4,), built=NoDuplicateCheck, shown_by="defects/repeated-requests"),
    Defect("acquirer.ignores_mac", "requests are believed whatever their MAC",
           (9,), built=IgnoresMac, shown_by="defects/forged-sale"),
    Defect("acquirer.replies_before_store",
           "an approval is told before it is written down, and lost in a crash",
           (3,), built=RepliesBeforeStore, shown_by="defects/host-crash-before-reply"),
    Defect("acquirer.captures_copies", "a sale is booked again for each copy of its request",
           (4,), built=CapturesCopies, shown_by="defects/repeated-requests"),
    Defect("acquirer.no_issuer_reversal",
           "an issuer that did not answer in time is never told to undo",
           (4,), built=NoIssuerReversal, shown_by="defects/given-up-sale"),
    Defect("acquirer.tells_issuer_once",
           "an issuer that did not hear of a reversal is not told again",
           (10,), built=TellsIssuerOnce, shown_by="defects/issuer-silent-for-a-while"),
    Defect("acquirer.believes_late_answers", "an issuer's approval after the time-out is booked",
           (4,), built=BelievesLateAnswers, shown_by="defects/issuer-answers-late"),
    Defect("acquirer.forgets_early_reversals",
           "a request that comes after its own reversal is taken",
           (4,), built=ForgetsEarlyReversals, shown_by="defects/request-overtaken-by-reversal"),
    Defect("acquirer.approves_after_reversal",
           "a sale that was reversed while the issuer was busy is booked",
           (4,), built=ApprovesAfterReversal, shown_by="defects/reply-overtaken-by-timeout"),
    Defect("acquirer.drops_items_at_cut_over",
           "a batch that a cut-over went through never reaches clearing",
           (3, 5), built=DropsItemsAtCutOver, shown_by="defects/settled-after-cut-over"),
    Defect("acquirer.settles_without_looking",
           "any totals are called balanced, details are never asked for",
           (5,), built=SettlesWithoutLooking, shown_by="defects/unbalanced-batch"),
    Defect("acquirer.accepts_reused_stan",
           "another sale under a known number gets the old one's approval",
           (8,), built=AcceptsReusedStan,
           shown_by="defects/stan-reused", beside=("terminal.reuses_stan",)),
    Defect("acquirer.books_declines", "a sale that the issuer declined is booked for the merchant",
           (4,), built=BooksDeclines, shown_by="defects/declined-sale"),
)
DEFECTS: dict[str, Defect] = {defect.name: defect for defect in _DEFECTS}
