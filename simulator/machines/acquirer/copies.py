"""Requests that the host knows already: copies on the line, repetitions, and numbers used twice.

Asks nobody anything new.

A copy of a request (same TID, batch, STAN, kind, card and sum):

* in progress: nothing new is asked; the one answer goes to where the copy came from.
* approved before: the stored answer again, or 94, as the setting says.  The stored answer is the
  safer one: where the first answer was lost, 94 looks like a decline to a terminal.
* declined before: the same decline.  A 0220 that was declined only for now (issuer down) is taken
  up again.
* undone: the same refusal; a request that arrives after its own reversal is refused with 12.

Other content under a known TID, batch and STAN: the terminal has lost its counter.  77, no effect,
and the next sign-on gives another batch number.

A decline is recorded in one small record, so that a copy cannot be approved after the terminal
was told no; not recorded are a wrong MAC (nobody authentic asked) and a balance inquiry.
"""

from __future__ import annotations

from abc import ABC, abstractmethod

from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import Alarm, RequestReceived, TransactionKey
from simulator.machines.acquirer.rules import pan_of
from simulator.machines.acquirer.transactions import State, TerminalBook, Transaction
from simulator.machines.acquirer.work import Effects, HostCore, Waiting
from simulator.wire.kinds import Kind
from simulator.wire.message import Message

REPEATED_MTI = "0220"  # the terminal repeats it until it is answered
NOT_NOW = frozenset({"68", "90", "91", "92", "96", "98"})
DUPLICATE = "94"
BATCH_MISMATCH = "77"


class CopySteps(HostCore, ABC):
    """The steps of what came before."""

    def known_again(
        self, event: RequestReceived, kind: Kind, terminal: TerminalBook,
        transaction: Transaction, now_ms: int,
    ) -> Effects:
        """A copy of a request, or its STAN used for something else."""
        if not self.is_copy(event.message, kind, transaction):
            return self.stan_reused(event, kind, terminal, transaction, now_ms)
        state = transaction.state
        if state is State.ASKED:
            waiting = self.waiting.get(transaction.rrn)
            if waiting is not None:
                waiting.link = event.link
                waiting.message = event.message
            elif event.message.mti == REPEATED_MTI:
                self.waiting[transaction.rrn] = Waiting(
                    event.link, event.message, kind, terminal, transaction,
                )
            return []
        if (
            state is State.DECLINED and event.message.mti == REPEATED_MTI
            and transaction.code in NOT_NOW
        ):
            return self.new_transaction(event, kind, terminal, transaction.key, now_ms)
        code = transaction.code
        if state is State.APPROVED and self.settings.duplicate_answer == DUPLICATE:
            code = DUPLICATE
        copy = Waiting(event.link, event.message, kind, terminal, transaction)
        return [self.sale_reply(copy, code, now_ms, transaction.rrn, transaction.auth_code)]

    @abstractmethod
    def new_transaction(
        self, event: RequestReceived, kind: Kind, terminal: TerminalBook, key: TransactionKey,
        now_ms: int,
    ) -> Effects:
        """Take up a transaction by the step of its kind; the dispatch says which."""

    def is_copy(self, message: Message, kind: Kind, transaction: Transaction) -> bool:
        """Whether a request under a known key means the same transaction."""
        named = message.original
        known = transaction.original
        return (
            kind is transaction.kind
            and transaction.asked_fen in (0, message.amount_fen or 0)  # 0: asked about before it came
            and pan_of(message) == transaction.pan
            and (
                known is None or named is None
                or (named.batch == known.batch and named.stan == known.stan)
            )
        )

    def stan_reused(
        self, event: RequestReceived, kind: Kind, terminal: TerminalBook,
        transaction: Transaction, now_ms: int,
    ) -> Effects:
        """The terminal lost its counter: refuse, and move on to another batch at sign-on."""
        tid = terminal.entry.tid
        key = transaction.key
        effects: Effects = []
        if not terminal.reused and key.batch == terminal.batch:
            effects.append(self.store(journal.StanReused(tid, key.batch, key.stan)))
            effects.append(Alarm(
                "stan_reused", tid,
                f"STAN {key.stan:06} of batch {key.batch:06} came again for something else",
            ))
        effects.append(self.reply(event, kind, terminal, BATCH_MISMATCH, now_ms))
        return effects
