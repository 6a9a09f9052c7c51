"""Reversals: what a 0400 does, and what risk control takes back.

What a 0400 does, by what the host knows of the original: that of the same TID, batch and STAN, or
the one that F61 names and the rest describes.  F12, F13, F37 and a card number may be there or not,
and any reason is taken:

===========================  ======  ==========================================================
original                     answer  effect
===========================  ======  ==========================================================
approved                     00      undone: issuer told, counter-posting, taken out of totals
waiting for issuer or wallet 00      undone: issuer told; its answer changes nothing any more
declined or undone already   00      none
unknown, batch open          25      remembered: the original is refused (12) if it comes later
unknown, batch not open      25      none: the original would be refused (77)
other content                25      none: the STAN was used twice, and what it means was refused
used up (void, refund)       25      none, alarm: the money went back another way
approved, batch settled      25      none, alarm: settled money moves by refund; a terminal must
                                     not settle while it has a reversal pending
approved, settled without    00      undone: the item is held, and not paid yet
it, as it was not uploaded
approved, batch settled,     00      undone: cleared by its approval, it is taken off by a
an approval clears items             counter-item of the day on which the reversal came
===========================  ======  ==========================================================
"""

from __future__ import annotations

from simulator.catalogue.host_reasons import AlarmCode, UndoneWhy
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.counted import counted_anew
from simulator.machines.acquirer.events import Alarm, Reply, SaleContested, SaleHeld
from simulator.machines.acquirer.held import is_held, take_back
from simulator.machines.acquirer.replies import reply, sale_reply
from simulator.machines.acquirer.rules import pan_of
from simulator.machines.acquirer.transactions import Stage, State, Transaction
from simulator.machines.acquirer.undoing import undo
from simulator.machines.acquirer.work import Effects, Request, Work, key_of_original
from simulator.wire.dialect import Dialect
from simulator.wire.kinds import CARD_KIND, Kind, ReversalReason
from simulator.wire.message import Message

NOT_FOUND = "25"
TOO_LATE = "12"  # to a request that comes after its own reversal
RISK = "59"
# F39 of a 0400.  Real terminals send 06 where others say 96: any of them reverses, and so does a
# reason that is none, which somebody should see.
REASONS = frozenset(reason.value for reason in ReversalReason)

_REQUEST_MTI = ("0200", "0100", "0220")


def reversed_kind(message: Message, dialect: Dialect) -> Kind | None:
    """The kind of what a 0400 undoes: its F3, F25 and F60 are the original's."""
    for mti in _REQUEST_MTI:
        kind = dialect.kind_of(message, mti)
        if kind is not None:
            return kind
    return None


def card_kind(kind: Kind | None) -> Kind | None:
    """The same for a card: some reversals of QR transactions do not say that a code was scanned."""
    return kind and CARD_KIND[kind]


def reverse(work: Work, request: Request) -> Effects:
    """Answer a 0400; see the table at the head of this module."""
    effects = _answered(work, request)
    reason = request.message.response_code
    if reason not in REASONS:
        effects.append(Alarm(
            AlarmCode.REVERSAL_REASON, request.key.tid,
            f"{reason or 'none'} for STAN {request.key.stan:06} of batch {request.key.batch:06}"))
    return effects


def _answered(work: Work, request: Request) -> Effects:
    key = request.key
    batch = request.terminal.find_batch(key.batch)
    transaction = batch.transactions.get(key.stan) if batch is not None else None
    if transaction is None:
        transaction = named_by_f61(work, request)
        if transaction is None:
            return work.table.reverse_ahead(work, request)
        key = transaction.key
        batch = request.terminal.find_batch(key.batch)
    name = f"STAN {key.stan:06} of batch {key.batch:06}"
    if not is_reversal_of(work, request.message, transaction):
        return _refused(work, request, AlarmCode.REVERSAL_OF_OTHER, f"{name} names something else")
    if transaction.state in (State.DECLINED, State.UNDONE):
        return [reversal_reply(work, request, transaction.rrn)]
    if transaction.spent or transaction.refunded_fen:
        return _refused(work, request, AlarmCode.REVERSAL_OF_USED, f"{name} went back another way")
    if is_held(work, key):
        effects = take_back(work, transaction, UndoneWhy.REVERSAL, TOO_LATE, request.now_ms)
        return [*effects, reversal_reply(work, request, transaction.rrn)]
    is_settled = batch is not None and batch.stage is Stage.SETTLED
    if is_settled and not work.books.clears_at_once:
        return _refused(work, request, AlarmCode.REVERSAL_AFTER_SETTLEMENT, f"{name} is settled")
    effects = undo(work, transaction, UndoneWhy.REVERSAL, TOO_LATE, request.now_ms)
    if is_settled:
        effects += counted_anew(work, key, transaction.kind)
    effects.append(reversal_reply(work, request, transaction.rrn))
    return effects


def named_by_f61(work: Work, request: Request) -> Transaction | None:
    """What a reversal names in F61, where its own batch and STAN name nothing.

    F61 may be that of the request which is reversed, and name that one's original: such a
    transaction is of another kind, and is not meant.
    """
    named = key_of_original(request.key.tid, request.message.original)
    transaction = work.books.find(named) if named is not None else None
    if transaction is None or not is_reversal_of(work, request.message, transaction):
        return None
    return transaction


def is_reversal_of(work: Work, message: Message, transaction: Transaction) -> bool:
    """Whether a 0400 describes the transaction that its STAN names."""
    pan = pan_of(message)
    return (
        card_kind(reversed_kind(message, work.sealer.dialect)) is CARD_KIND[transaction.kind]
        and (message.amount_fen or 0) == transaction.asked_fen
        and (not pan or pan == transaction.pan)
    )


def reverse_ahead(work: Work, request: Request) -> Effects:
    """A reversal whose original never came, or comes later: by 25 a terminal knows that it is done."""
    message = request.message
    key = request.key
    kind = reversed_kind(message, work.sealer.dialect)
    answer = reply(work, request, NOT_FOUND)
    if key.batch != request.terminal.batch or kind is None:
        return [answer]
    return [
        work.store(journal.ReversedAhead(key, kind, message.amount_fen or 0, pan_of(message))),
        answer,
    ]


def reversal_reply(work: Work, request: Request, rrn: str) -> Reply:
    """The terminal may forget its reversal."""
    return reply(work, request, "00", rrn=rrn)


def _refused(work: Work, request: Request, alarm: AlarmCode, text: str) -> Effects:
    """Nothing that could be reversed; somebody should look."""
    return [Alarm(alarm, request.key.tid, text), reply(work, request, NOT_FOUND)]


def contest_sale(work: Work, event: SaleContested, _now_ms: int) -> Effects:
    """Part or all of a sale is disputed: no void and no refund goes beyond what is left."""
    transaction = work.books.find(event.key)
    if transaction is None or transaction.state is not State.APPROVED:
        return []  # its batch is forgotten, or it was undone: what refers to it is refused anyway
    return [work.store(journal.Contested(event.key, event.amount_fen))]


def hold_sale(work: Work, event: SaleHeld, now_ms: int) -> Effects:
    """Risk control takes a transaction back; the terminal learns of it at settlement."""
    key = event.key
    name = f"STAN {key.stan:06} of batch {key.batch:06}"
    transaction = work.books.find(key)
    if transaction is None:
        return [Alarm(AlarmCode.RISK_UNKNOWN, key.tid, f"no STAN {key.stan:06} in batch {key.batch:06}")]
    batch = work.books.batch_of(key)
    if batch.stage is Stage.SETTLED or transaction.spent or transaction.refunded_fen:
        return [Alarm(AlarmCode.RISK_TOO_LATE, key.tid, name)]
    if transaction.state in (State.DECLINED, State.UNDONE):
        return []
    waiting = work.waiting.get(transaction.rrn)
    effects = undo(work, transaction, UndoneWhy.RISK, RISK, now_ms)
    if waiting is not None:
        effects.insert(1, sale_reply(work, waiting, RISK, now_ms, transaction.rrn))
    effects.append(Alarm(AlarmCode.RISK_VOID, key.tid, name))
    return effects
