"""Requests that the host knows already: copies on the line, repetitions, and numbers used twice.

Asks nobody anything new.

A copy of a request (same TID, batch, STAN, kind, card and sum):

* in progress: nothing new is asked; the one answer goes to where the copy came from.
* approved before: the stored answer again, or 94, as the setting says.  The stored answer is the
  safer one: where the first answer was lost, 94 looks like a decline to a terminal.
* declined before: the same decline.  A 0220 that was declined only for now (issuer down) is taken
  up again; where its batch was settled without it meanwhile, 77 as to any other request for a
  closed batch.
* undone: the same refusal; to a 0220 that was undone when its batch closed, for lack of an answer,
  12 and no "not now".  A request that arrives after its own reversal is refused with 12.

Other content under a known TID, batch and STAN: the terminal has lost its counter.  77, no effect,
and the next sign-on gives another batch number.

A decline is recorded in one small record, so that a copy cannot be approved after the terminal
was told no; not recorded are a wrong MAC (nobody authentic asked) and a balance inquiry.
"""

from __future__ import annotations

from simulator.catalogue.host_reasons import AlarmCode
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.events import Alarm
from simulator.machines.acquirer.originals import names_another
from simulator.machines.acquirer.replies import reply, sale_reply
from simulator.machines.acquirer.rules import pan_of
from simulator.machines.acquirer.transactions import (
    NOT_NOW,
    REPEATED_MTI,
    Stage,
    State,
    Transaction,
)
from simulator.machines.acquirer.work import Effects, Request, Waiting, Work
from simulator.wire.kinds import CARD_KIND
from simulator.wire.message import Message
from simulator.wire.scanned import code_tags

DUPLICATE = "94"
BATCH_MISMATCH = "77"
NOT_POSSIBLE = "12"


def known_again(work: Work, request: Request, transaction: Transaction) -> Effects:
    """A copy of a request, or its STAN used for something else."""
    if not work.table.is_copy(request, transaction) or names_another(work, request, transaction):
        return stan_reused(work, request, transaction)
    state = transaction.state
    repeated = request.message.mti == REPEATED_MTI
    if state is State.ASKED:
        waiting = work.waiting.get(transaction.rrn)
        if waiting is not None:
            waits_now(waiting, request)
        elif repeated:
            work.waiting[transaction.rrn] = waits_for(request, transaction)
        return []
    if repeated and transaction.code in NOT_NOW:
        if state is State.DECLINED:
            return take_up_again(work, request)
        if state is State.UNDONE and is_closed(request):  # "not now" would be asked for ever
            return [reply(work, request, NOT_POSSIBLE)]
    code = transaction.code
    if state is State.APPROVED and work.settings.duplicate_answer == DUPLICATE:
        code = DUPLICATE
    copy = waits_for(request, transaction)
    return [sale_reply(
        work, copy, code, request.now_ms, transaction.rrn, transaction.auth_code,
    )]


def take_up_again(work: Work, request: Request) -> Effects:
    """What was declined only for now goes its way once more, unless its batch closed without it."""
    if is_closed(request) and not work.books.clears_at_once:
        return [reply(work, request, BATCH_MISMATCH)]
    return work.table.by_kind[request.kind].step(work, request)


def is_closed(request: Request) -> bool:
    """Whether the batch of a request is settled."""
    batch = request.terminal.find_batch(request.key.batch)
    return batch is not None and batch.stage is Stage.SETTLED


def waits_for(request: Request, transaction: Transaction | None) -> Waiting:
    """A request that waits for the outcome of a transaction."""
    return Waiting(
        request.link, request.attempt, request.message, request.kind, request.terminal,
        transaction,
    )


def waits_now(waiting: Waiting, request: Request) -> None:
    """The one answer goes to the try that came last, and where it came from."""
    waiting.link = request.link
    waiting.attempt = request.attempt
    waiting.message = request.message


def is_copy(request: Request, transaction: Transaction) -> bool:
    """Whether a request under a known key means the same transaction."""
    message = request.message
    named = message.original
    known = transaction.original
    return (
        CARD_KIND[request.kind] is CARD_KIND[transaction.kind]
        and (not transaction.qr_code or request.kind is transaction.kind)
        and _same_code(message, transaction)
        and transaction.asked_fen in (0, message.amount_fen or 0)  # 0: asked about before it came
        and pan_of(message) == transaction.pan
        and (
            known is None or named is None or not named.stan
            or (named.batch == known.batch and named.stan == known.stan)
        )
    )


def _same_code(message: Message, transaction: Transaction) -> bool:
    """Whether it is of the same customer's code, where it names one."""
    said = code_tags(message).qr_code
    return not said or not transaction.qr_code or said == transaction.qr_code


def stan_reused(work: Work, request: Request, transaction: Transaction) -> Effects:
    """The terminal lost its counter: refuse, and move on to another batch at sign-on."""
    terminal = request.terminal
    tid = terminal.entry.tid
    key = transaction.key
    effects: Effects = []
    if not terminal.reused and key.batch == terminal.batch:
        effects.append(work.store(journal.StanReused(tid, key.batch, key.stan)))
        effects.append(Alarm(
            AlarmCode.STAN_REUSED, tid,
            f"STAN {key.stan:06} of batch {key.batch:06} came again for something else",
        ))
    effects.append(reply(work, request, BATCH_MISMATCH))
    return effects
