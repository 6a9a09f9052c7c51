"""Undoing: reversals of terminals, what an issuer must hear, and what a restart finds half done.

What a 0400 does, by what the host knows of the original (same TID, batch and STAN):

===========================  ======  ==========================================================
original                     answer  effect
===========================  ======  ==========================================================
approved                     00      undone: issuer told, counter-posting, taken out of totals
waiting for the issuer       00      undone: issuer told; its answer changes nothing any more
pending at a wallet          00      undone: wallet told
declined or undone already   00      none
unknown, batch open          00      remembered: the original is refused (12) if it comes later
unknown, batch not open      00      none: the original would be refused (77)
other content                25      none: the STAN was used twice, and what it means was refused
used up (void, refund)       25      none, alarm: the money went back another way
approved, batch settled      25      none, alarm: settled money moves by refund; a terminal must
                                     not settle while it has a reversal pending
===========================  ======  ==========================================================
"""

from __future__ import annotations

from abc import abstractmethod

from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.copies import NOT_NOW, REPEATED_MTI
from simulator.machines.acquirer.events import (
    AcquirerEffect,
    Alarm,
    AskIssuer,
    AskWallet,
    IssuerAnswered,
    IssuerRequest,
    Reply,
    RequestReceived,
    SaleHeld,
    TransactionKey,
)
from simulator.machines.acquirer.rules import pan_of
from simulator.machines.acquirer.sales import SaleSteps
from simulator.machines.acquirer.transactions import Stage, State, TerminalBook, Transaction
from simulator.machines.acquirer.work import Effects, Waiting
from simulator.wire.dialect import Dialect
from simulator.wire.kinds import COUNTS, MTI, Kind
from simulator.wire.message import Message

NOT_FOUND = "25"
TOO_LATE = "12"  # to a request that comes after its own reversal
UNDOING = "R"  # between RRN and attempt in the ref of what tells a channel
UNDOING_DONE = frozenset({"00", "11", "25"})
NO_REQUEST = Message(mti=REPEATED_MTI)  # after a restart nobody waits; the terminal asks again
RISK = "59"

_REQUEST_MTI = ("0200", "0100", "0220")


def reversed_kind(message: Message, dialect: Dialect) -> Kind | None:
    """The kind of what a 0400 undoes: its F3, F25 and F60 are the original's."""
    for mti in _REQUEST_MTI:
        kind = dialect.kind_of(
            mti, message.processing_code, message.condition_code, message.type_code,
            message.network_code,
        )
        if kind is not None:
            return kind
    return None


class ReversalSteps(SaleSteps):
    """The steps that undo."""

    def reverse(
        self, event: RequestReceived, terminal: TerminalBook, key: TransactionKey, now_ms: int,
    ) -> Effects:
        """Answer a 0400; see the table at the head of this module."""
        message = event.message
        batch = terminal.find_batch(key.batch)
        transaction = batch.transactions.get(key.stan) if batch is not None else None
        if transaction is None:
            return self.reverse_ahead(event, terminal, key, now_ms)
        if not self.is_reversal_of(message, transaction):
            return self.reversal_refused(
                event, terminal, now_ms, "reversal_of_other",
                f"STAN {key.stan:06} of batch {key.batch:06} names something else",
            )
        if transaction.state in (State.DECLINED, State.UNDONE):
            return [self.reversal_reply(event, terminal, transaction.rrn, now_ms)]
        if transaction.spent or transaction.refunded_fen:
            return self.reversal_refused(
                event, terminal, now_ms, "reversal_of_used",
                f"STAN {key.stan:06} of batch {key.batch:06} went back another way",
            )
        if batch is not None and batch.stage is Stage.SETTLED:
            return self.reversal_refused(
                event, terminal, now_ms, "reversal_after_settlement",
                f"STAN {key.stan:06} of batch {key.batch:06} is settled",
            )
        effects = self.undo(transaction, "reversal", TOO_LATE, now_ms)
        effects.append(self.reversal_reply(event, terminal, transaction.rrn, now_ms))
        return effects

    def is_reversal_of(self, message: Message, transaction: Transaction) -> bool:
        """Whether a 0400 describes the transaction that its STAN names."""
        pan = pan_of(message)
        return (
            reversed_kind(message, self.sealer.dialect) is transaction.kind
            and (message.amount_fen or 0) == transaction.asked_fen
            and (not pan or pan == transaction.pan)
        )

    def reverse_ahead(
        self, event: RequestReceived, terminal: TerminalBook, key: TransactionKey, now_ms: int,
    ) -> Effects:
        """A reversal whose original never came, or comes later."""
        message = event.message
        kind = reversed_kind(message, self.sealer.dialect)
        answer = self.reversal_reply(event, terminal, "", now_ms)
        if key.batch != terminal.batch or kind is None:
            return [answer]
        return [
            self.store(journal.ReversedAhead(
                key, kind, message.amount_fen or 0, pan_of(message),
            )),
            answer,
        ]

    def reversal_reply(
        self, event: RequestReceived, terminal: TerminalBook, rrn: str, now_ms: int,
    ) -> Reply:
        """The terminal may forget its reversal."""
        return self.reply(event, Kind.REVERSAL, terminal, "00", now_ms, rrn=rrn)

    def reversal_refused(
        self, event: RequestReceived, terminal: TerminalBook, now_ms: int, alarm: str, text: str,
    ) -> Effects:
        """Nothing that could be reversed; somebody should look."""
        return [
            Alarm(alarm, terminal.entry.tid, text),
            self.reply(event, Kind.REVERSAL, terminal, NOT_FOUND, now_ms),
        ]

    # ---- taking back -------------------------------------------------------------------------

    def undo(self, transaction: Transaction, why: str, code: str, now_ms: int) -> Effects:
        """Take a transaction back: store, counter-posting where it was booked, tell the issuer."""
        self.waiting.pop(transaction.rrn, None)
        self.deadlines.disarm(transaction.rrn)
        booked = transaction.state is State.APPROVED and COUNTS[transaction.kind]
        effects: Effects = [self.store(journal.Undone(
            transaction.key, why, code, self.books.settlement_date, owed=True,
        ))]
        if booked:
            effects.append(self.capture(transaction, -booked, why, Kind.REVERSAL))
        effects.append(self.tell_channel(transaction, now_ms))
        return effects

    def tell_channel(self, transaction: Transaction, now_ms: int) -> AcquirerEffect:
        """Tell issuer or wallet that a transaction is undone; repeated until it answers."""
        rrn = transaction.rrn
        attempt = self.attempts.get(rrn, -1) + 1
        self.attempts[rrn] = attempt
        self.deadlines.arm(rrn + UNDOING, now_ms, self.settings.reverse_again_ms)
        ref = f"{rrn}{UNDOING}{attempt}"
        key = transaction.key
        if transaction.qr_code:
            return AskWallet(
                ref=ref, request="refund", qr_code=transaction.qr_code,
                amount_fen=transaction.amount_fen, key=key, original=key,
            )
        return AskIssuer(
            ref=ref, bank=transaction.channel, request=IssuerRequest.REVERSE, pan=transaction.pan,
            amount_fen=transaction.amount_fen, key=key, original=key, attempt=attempt,
        )

    def undoing_answered(self, event: IssuerAnswered, now_ms: int) -> Effects:
        """The issuer has heard of it, or could not just now."""
        del now_ms
        if event.response_code in NOT_NOW:
            return []
        return self.undoing_heard(event.ref, done=event.response_code in UNDOING_DONE)

    def undoing_heard(self, ref: str, *, done: bool) -> Effects:
        """Strike an undone transaction off the list of what is owed."""
        rrn = ref.partition(UNDOING)[0]
        transaction = self.books.owed.get(rrn)
        if UNDOING not in ref or transaction is None:
            return []
        self.deadlines.disarm(rrn + UNDOING)
        self.attempts.pop(rrn, None)
        key = transaction.key
        effects: Effects = [self.store(journal.IssuerUndid(key))]
        if not done:
            effects.append(Alarm(
                "undoing_refused", key.tid,
                f"{transaction.channel} will not undo STAN {key.stan:06} of batch {key.batch:06}",
            ))
        return effects

    # ---- risk control ------------------------------------------------------------------------

    def hold_sale(self, event: SaleHeld, now_ms: int) -> Effects:
        """Risk control takes a transaction back; the terminal learns of it at settlement."""
        key = event.key
        transaction = self.books.find(key)
        if transaction is None:
            return [Alarm("risk_unknown", key.tid, f"no STAN {key.stan:06} in batch {key.batch:06}")]
        batch = self.books.batch_of(key)
        if batch.stage is Stage.SETTLED or transaction.spent or transaction.refunded_fen:
            return [Alarm("risk_too_late", key.tid, f"STAN {key.stan:06} of batch {key.batch:06}")]
        if transaction.state in (State.DECLINED, State.UNDONE):
            return []
        waiting = self.waiting.get(transaction.rrn)
        effects = self.undo(transaction, "risk", RISK, now_ms)
        if waiting is not None:
            effects.insert(1, self.sale_reply(waiting, RISK, now_ms, transaction.rrn))
        effects.append(Alarm("risk_void", key.tid, f"STAN {key.stan:06} of batch {key.batch:06}"))
        return effects

    # ---- after a restart ---------------------------------------------------------------------

    def recover(self, now_ms: int) -> Effects:
        """Take up what the last life left: ask again, query again, or undo what is unknown."""
        effects: Effects = []
        for transaction in list(self.books.unanswered.values()):
            effects += self.recover_one(transaction, now_ms)
        for transaction in self.books.owed.values():
            if transaction.rrn not in self.attempts:
                effects.append(self.tell_channel(transaction, now_ms))
        return effects

    def recover_one(self, transaction: Transaction, now_ms: int) -> Effects:
        """One transaction whose outcome the host did not live to see."""
        kind = transaction.kind
        if transaction.qr_code:
            return self.recover_wallet(transaction, now_ms)
        if MTI[kind] != REPEATED_MTI:
            return self.undo(transaction, "restart", self.settings.issuer_timeout_answer, now_ms)
        terminal = self.books.terminals[transaction.key.tid]
        waiting = Waiting("", NO_REQUEST, kind, terminal, transaction)
        self.waiting[transaction.rrn] = waiting
        return [self.ask_again(waiting, transaction, now_ms)]

    @abstractmethod
    def recover_wallet(self, transaction: Transaction, now_ms: int) -> Effects:
        """The wallet steps say what is asked again."""
