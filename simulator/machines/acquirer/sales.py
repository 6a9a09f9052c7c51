"""Transactions that an issuer decides: taken up once, answered once, never left half done.

Order of the effects: what the host must remember is stored before the issuer is asked and before
the terminal is answered.  A request without an answer in time is answered 98 and undone at the
issuer, repeated until that answers; what the issuer says about it later changes nothing.

A 0220 (refund, completion advice, offline sale) is different: the terminal repeats it until it is
answered, so the host does the same towards the issuer and says nothing until it knows.
"""

from __future__ import annotations

from abc import abstractmethod

from simulator.catalogue.response_codes import PARTIAL
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.copies import NOT_NOW, REPEATED_MTI, CopySteps
from simulator.machines.acquirer.events import (
    AcquirerEffect,
    Alarm,
    AskIssuer,
    Capture,
    IssuerAnswered,
    RequestReceived,
    TransactionKey,
)
from simulator.machines.acquirer.memory import rrn_of
from simulator.machines.acquirer.rules import RULES, Rule, pan_of, refusal
from simulator.machines.acquirer.transactions import (
    APPROVED_CODES,
    Stage,
    State,
    TerminalBook,
    Transaction,
)
from simulator.machines.acquirer.work import Effects, Waiting, key_of_original
from simulator.wire.kinds import COUNTS, Kind

NO_ISSUER = "15"
NOT_POSSIBLE = "12"
IN_PART = frozenset({Kind.SALE, Kind.PREAUTH, Kind.COMPLETION})  # may be approved in part (10)


class SaleSteps(CopySteps):
    """The steps of everything that an issuer decides."""

    # ---- a request ---------------------------------------------------------------------------

    def take_up(
        self, event: RequestReceived, kind: Kind, terminal: TerminalBook, key: TransactionKey,
        now_ms: int,
    ) -> Effects:
        """Ask the issuer about a new transaction, or decline it."""
        message = event.message
        rule = RULES[kind]
        pan = message.pan or pan_of(message)
        bank = self.routing.find(pan)
        code = self.refusal_of(rule, event, terminal)
        if not bank and not code:
            code = NO_ISSUER
        if code:
            return self.decline(event, kind, terminal, key, code, now_ms)
        books = self.books
        number = books.number + 1
        original = key_of_original(key.tid, message.original) if rule.originals else None
        amount_fen = message.amount_fen or 0
        record = journal.Asked(
            key, kind, amount_fen, pan, bank, number, self.clock(now_ms)[1], original,
        )
        stored = self.store(record)
        rrn = rrn_of(number)
        self.waiting[rrn] = Waiting(
            event.link, message, kind, terminal, books.unanswered[rrn],
        )
        self.deadlines.arm(rrn, now_ms, self.settings.issuer_timeout_ms)
        return [stored, AskIssuer(
            ref=rrn, bank=bank, request=rule.request, pan=pan, amount_fen=amount_fen, key=key,
            original=original, pin_block=message.pin_block, expiry=message.expiry,
        )]

    def refusal_of(self, rule: Rule, event: RequestReceived, terminal: TerminalBook) -> str:
        """Why the host itself declines, as a response code, or an empty string."""
        message = event.message
        if not rule.originals:
            return "" if message.amount_fen and message.amount_fen > 0 else "13"
        named = message.original
        batch = terminal.find_batch(named.batch) if named is not None else None
        original = None
        if batch is not None and named is not None:
            original = batch.transactions.get(named.stan)
        settled = batch is not None and batch.stage is Stage.SETTLED
        return refusal(
            rule, message, original, settled=settled, percent=self.settings.completion_percent,
        )

    def decline(
        self, event: RequestReceived, kind: Kind, terminal: TerminalBook, key: TransactionKey,
        code: str, now_ms: int,
    ) -> Effects:
        """Say no without asking anybody."""
        message = event.message
        if message.mti == REPEATED_MTI and code in NOT_NOW:
            return [self.reply(event, kind, terminal, code, now_ms)]
        number = self.books.number + 1
        stored = self.store(journal.Refused(
            key, kind, message.amount_fen or 0, pan_of(message), number, code,
            key_of_original(key.tid, message.original),
        ))
        return [stored, self.reply(event, kind, terminal, code, now_ms, rrn=rrn_of(number))]

    # ---- the issuer's answer -----------------------------------------------------------------

    def issuer_answered(self, event: IssuerAnswered, now_ms: int) -> Effects:
        """Book and answer; an answer that nobody waits for any more is passed over."""
        waiting = self.waiting.pop(event.ref, None)
        if waiting is None:
            return self.undoing_answered(event, now_ms)
        self.deadlines.disarm(event.ref)
        transaction = waiting.transaction
        if transaction is None:
            return self.balance_answered(waiting, event, now_ms)
        if transaction.state is not State.ASKED:
            return []
        code = event.response_code
        if waiting.attempt and code in NOT_NOW:
            # The first of these asks may still be taken up: this one decides nothing.
            self.waiting[event.ref] = waiting
            self.deadlines.arm(event.ref, now_ms, self.settings.issuer_timeout_ms)
            return []
        if event.icc_data is not None:
            waiting.icc_data = event.icc_data
        if code in APPROVED_CODES:
            if code == PARTIAL:
                return self.approve_part(waiting, transaction, event, now_ms)
            return self.approve(waiting, transaction, code, event.auth_code, now_ms)
        stored = self.store(journal.Decided(
            transaction.key, code, self.books.settlement_date,
        ))
        if not waiting.link:
            return [stored]
        return [stored, self.sale_reply(waiting, code, now_ms, transaction.rrn)]

    @abstractmethod
    def balance_answered(self, waiting: Waiting, event: IssuerAnswered, now_ms: int) -> Effects:
        """A balance inquiry was answered; the balance steps say what follows."""

    @abstractmethod
    def undoing_answered(self, event: IssuerAnswered, now_ms: int) -> Effects:
        """The issuer heard of an undone transaction; the reversal steps say what follows."""

    @abstractmethod
    def tell_channel(self, transaction: Transaction, now_ms: int) -> AcquirerEffect:
        """Tell issuer or wallet that a transaction is undone; the reversal steps say how."""

    def approve(
        self, waiting: Waiting | None, transaction: Transaction, code: str, auth_code: str,
        now_ms: int, part_fen: int = 0,
    ) -> Effects:
        """Store, book, answer: in this order."""
        key = transaction.key
        effects: Effects = [self.store(journal.Decided(
            key, code, self.books.settlement_date, auth_code, self.clock(now_ms)[1], part_fen,
        ))]
        counts = COUNTS[transaction.kind]
        if counts:
            effects.append(self.capture(transaction, counts, transaction.kind.value))
        if waiting is not None and waiting.link:
            effects.append(self.sale_reply(waiting, code, now_ms, transaction.rrn, auth_code))
        return effects

    def approve_part(
        self, waiting: Waiting, transaction: Transaction, event: IssuerAnswered, now_ms: int,
    ) -> Effects:
        """The issuer gives less than was asked; where that cannot be, nothing is taken."""
        if transaction.kind in IN_PART and 0 < event.part_fen < transaction.amount_fen:
            return self.approve(
                waiting, transaction, PARTIAL, event.auth_code, now_ms, event.part_fen,
            )
        key = transaction.key
        alarm = Alarm("no_such_part", key.tid, f"STAN {key.stan:06} of batch {key.batch:06}")
        return [*self.give_up(waiting, transaction, "part", NOT_POSSIBLE, now_ms), alarm]

    def capture(
        self, transaction: Transaction, sign: int, what: str, kind: Kind | None = None,
    ) -> Capture:
        """Money moved for a merchant, on the business day that now is."""
        key = transaction.key
        return Capture(
            posting=f"{key.tid}/{key.batch:06}/{key.stan:06} {what}",
            mid=self.books.terminals[key.tid].entry.mid, key=key, kind=kind or transaction.kind,
            amount_fen=sign * transaction.amount_fen,
            settlement_date=self.books.settlement_date, channel=transaction.channel,
        )

    # ---- no answer ---------------------------------------------------------------------------

    def issuer_silent(self, ref: str, now_ms: int) -> Effects:
        """No answer in time."""
        waiting = self.waiting[ref]
        transaction = waiting.transaction
        if transaction is None:
            del self.waiting[ref]
            code = self.settings.issuer_timeout_answer
            return [self.sale_reply(waiting, code, now_ms, self.volatile_rrn())]
        if waiting.message.mti == REPEATED_MTI:
            return [self.ask_again(waiting, transaction, now_ms)]
        del self.waiting[ref]
        code = self.settings.issuer_timeout_answer
        return self.give_up(waiting, transaction, "timeout", code, now_ms)

    def give_up(
        self, waiting: Waiting, transaction: Transaction, why: str, code: str, now_ms: int,
    ) -> Effects:
        """Nothing shall come of it: the terminal is told ``code``, the issuer to undo."""
        effects: Effects = [self.store(journal.Undone(
            transaction.key, why, code, self.books.settlement_date, owed=True,
        ))]
        if waiting.link:
            effects.append(self.sale_reply(waiting, code, now_ms, transaction.rrn))
        effects.append(self.tell_channel(transaction, now_ms))
        return effects

    def ask_again(self, waiting: Waiting, transaction: Transaction, now_ms: int) -> AskIssuer:
        """Repeat the very same request: issuers answer a known key as before."""
        waiting.attempt += 1
        self.deadlines.arm(transaction.rrn, now_ms, self.settings.issuer_timeout_ms)
        return AskIssuer(
            ref=transaction.rrn, bank=transaction.channel,
            request=RULES[transaction.kind].request, pan=transaction.pan,
            amount_fen=transaction.amount_fen, key=transaction.key,
            original=transaction.original, attempt=waiting.attempt,
        )
