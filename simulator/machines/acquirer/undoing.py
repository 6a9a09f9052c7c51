"""Taking back: what is stored, booked back and told to issuer or wallet, until that has heard.

Whether something may be taken back is decided elsewhere: by a 0400, a time-out, risk control.
"""

from __future__ import annotations

from simulator.catalogue.host_reasons import AlarmCode, UndoneWhy
from simulator.catalogue.response_codes import RESPONSE_CODES, Held, Outcome
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.captures import capture
from simulator.machines.acquirer.events import (
    Alarm,
    AskIssuer,
    AskWallet,
    IssuerAnswered,
    IssuerRequest,
    StoreHost,
)
from simulator.machines.acquirer.transactions import NOT_NOW, State, Transaction
from simulator.machines.acquirer.work import Effects, Work
from simulator.wire.kinds import COUNTS, Kind

ASKED_AGAIN = "Q"  # before the RRN: a wallet that is asked again
UNDOING = "R"  # between RRN and attempt in the ref of what tells a channel
UNDOING_DONE = frozenset(  # or there was nothing to undo
    code for code, row in RESPONSE_CODES.items()
    if row.outcome is Outcome.APPROVED or row.held is Held.NO
)


def undo(work: Work, transaction: Transaction, why: UndoneWhy, code: str, now_ms: int) -> Effects:
    """Take a transaction back: store, counter-posting where it was booked, tell the issuer."""
    work.waiting.pop(transaction.rrn, None)
    work.deadlines.disarm(transaction.rrn)
    if transaction.qr_code:
        work.deadlines.disarm(ASKED_AGAIN + transaction.rrn)
        work.wallet_heard.discard(transaction.rrn)
    booked = transaction.state is State.APPROVED and COUNTS[transaction.kind]
    effects: Effects = [work.table.note_undone(work, transaction, why, code)]
    if booked:
        effects.append(capture(work, transaction, -booked, why, Kind.REVERSAL))
    return effects + work.table.tell_channel(work, transaction, now_ms)


def note_undone(work: Work, transaction: Transaction, why: UndoneWhy, code: str) -> StoreHost:
    """Store that nothing shall come of it, and that the channel must hear of that."""
    return work.store(journal.Undone(
        transaction.key, why, code, work.books.settlement_date, owed=True,
    ))


def tell_channel(work: Work, transaction: Transaction, now_ms: int) -> Effects:
    """Tell issuer or wallet that a transaction is undone; repeated until it answers."""
    rrn = transaction.rrn
    attempt = work.attempts.get(rrn, -1) + 1
    work.attempts[rrn] = attempt
    work.deadlines.arm(rrn + UNDOING, now_ms, work.settings.reverse_again_ms)
    ref = f"{rrn}{UNDOING}{attempt}"
    key = transaction.key
    if transaction.qr_code:
        return [AskWallet(
            ref=ref, request="cancel", qr_code=transaction.qr_code,
            amount_fen=transaction.amount_fen, key=key, original=key,
        )]
    return [AskIssuer(
        ref=ref, bank=transaction.channel, request=IssuerRequest.REVERSE, pan=transaction.pan,
        amount_fen=transaction.amount_fen, key=key, original=key, attempt=attempt,
    )]


def undoing_answered(work: Work, event: IssuerAnswered) -> Effects:
    """The issuer has heard of it, or could not just now."""
    if event.response_code in NOT_NOW:
        return []
    return undoing_heard(work, event.ref, done=event.response_code in UNDOING_DONE)


def undoing_heard(work: Work, ref: str, *, done: bool) -> Effects:
    """Strike an undone transaction off the list of what is owed."""
    rrn = ref.partition(UNDOING)[0]
    transaction = work.books.owed.get(rrn)
    if UNDOING not in ref or transaction is None:
        return []
    work.deadlines.disarm(rrn + UNDOING)
    work.attempts.pop(rrn, None)
    key = transaction.key
    effects: Effects = [work.store(journal.IssuerUndid(key))]
    if not done:
        effects.append(Alarm(
            AlarmCode.UNDOING_REFUSED, key.tid,
            f"{transaction.channel} will not undo STAN {key.stan:06} of batch {key.batch:06}",
        ))
    return effects
