"""Transactions that an issuer decides: taken up once, answered once, never left half done.

Order of the effects: what the host must remember is stored before the issuer is asked and before
the terminal is answered.  A request without an answer in time is answered 98 and undone at the
issuer, repeated until that answers; what the issuer says about it later changes nothing.

A 0220 (refund, completion advice, offline sale) is different: the terminal repeats it until it is
answered, so the host does the same towards the issuer and says nothing until it knows.
"""

from __future__ import annotations

from simulator.catalogue.host_reasons import AlarmCode, UndoneWhy
from simulator.catalogue.response_codes import PARTIAL
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.balance import balance_answered, balance_silent
from simulator.machines.acquirer.captures import ADDING, capture
from simulator.machines.acquirer.counted import counted_anew
from simulator.machines.acquirer.events import Alarm, AskIssuer, IssuerAnswered, TransactionKey
from simulator.machines.acquirer.held import is_held, release
from simulator.machines.acquirer.originals import (
    BEYOND_PENDING,
    beyond_pending,
    find_original,
)
from simulator.machines.acquirer.replies import clock, reply, sale_reply
from simulator.machines.acquirer.rules import NO_ISSUER, NO_SUM, RULES, Rule, pan_of, refusal
from simulator.machines.acquirer.transactions import (
    APPROVED_CODES,
    NOT_NOW,
    REPEATED_MTI,
    State,
    Transaction,
    rrn_of,
)
from simulator.machines.acquirer.undoing import undoing_answered
from simulator.machines.acquirer.work import Effects, Request, Waiting, Work, key_of_original
from simulator.wire.kinds import COUNTS, Kind

NOT_POSSIBLE = "12"
IN_PART = frozenset({Kind.SALE, Kind.PREAUTH, Kind.COMPLETION})  # may be approved in part (10)
_VOIDS = frozenset({Kind.VOID, Kind.COMPLETION_VOID, Kind.QR_VOID})
# With the card at hand: the issuer looks at what the card and its holder show.
_PRESENTED = frozenset({Kind.SALE, Kind.PREAUTH, Kind.COMPLETION})
_ASKED = State.ASKED  # bound once: a member costs a call each time it is named


# ---- a request -------------------------------------------------------------------------------


def take_up(work: Work, request: Request) -> Effects:
    """Ask the issuer about a new transaction, or decline it."""
    message = request.message
    key = request.key
    rule = RULES[request.kind]
    pan = message.pan or pan_of(message)
    bank = work.routing.find(pan)
    amount_fen = message.amount_fen or 0
    original = None
    if rule.originals:
        code, original = refusal_and_original(work, rule, request)
    else:
        code = NO_SUM if amount_fen <= 0 else ""
    if not bank and not code:
        code = NO_ISSUER
    if code:
        return decline(work, request, code)
    if (alarm := beyond_pending(work, request)) is not None:
        return [*alarm, *decline(work, request, BEYOND_PENDING)]
    books = work.books
    number = books.number + 1
    record = journal.Asked(
        key, request.kind, amount_fen, pan, bank, number, clock(work, request.now_ms)[1], original,
    )
    stored = work.store(record)
    rrn = rrn_of(number)
    work.waiting[rrn] = Waiting(
        request.link, request.attempt, message, request.kind, request.terminal,
        books.unanswered[rrn],
    )
    work.deadlines.arm(rrn, request.now_ms, work.settings.issuer_timeout_ms)
    return [stored, AskIssuer(
        ref=rrn, bank=bank, request=rule.request, pan=pan, amount_fen=amount_fen, key=key,
        original=original, is_void=request.kind in _VOIDS,
        presented=message if message.pin_block or request.kind in _PRESENTED else None,
    )]


def refusal_and_original(
    work: Work, rule: Rule, request: Request,
) -> tuple[str, TransactionKey | None]:
    """Why the host itself declines what refers to another, or an empty string; and that other.

    Where an approval clears an item, a tip adds to what is in a settled batch too: that only reconciled.
    """
    original, settled = find_original(work, request)
    if work.books.clears_at_once and request.kind in ADDING:
        settled = False
    code = refusal(
        rule, request.message, original, settled=settled, percent=work.settings.completion_percent,
        tip_percent=work.settings.tip_percent,
    )
    return code, None if original is None else original.key


def decline(work: Work, request: Request, code: str) -> Effects:
    """Say no without asking anybody."""
    message = request.message
    if message.mti == REPEATED_MTI and code in NOT_NOW:
        return [reply(work, request, code)]
    key = request.key
    number = work.books.number + 1
    stored = work.store(journal.Refused(
        key, request.kind, message.amount_fen or 0, pan_of(message), number, code,
        key_of_original(key.tid, message.original),
    ))
    return [stored, reply(work, request, code, rrn=rrn_of(number))]


# ---- the issuer's answer ---------------------------------------------------------------------


def issuer_answered(work: Work, event: IssuerAnswered, now_ms: int) -> Effects:
    """Book and answer; an answer that nobody waits for any more is passed over."""
    waiting = work.waiting.pop(event.ref, None)
    if waiting is None:
        return undoing_answered(work, event)
    work.deadlines.disarm(event.ref)
    transaction = waiting.transaction
    if transaction is None:
        return balance_answered(work, waiting, event, now_ms)
    if transaction.state is not _ASKED:
        return []
    code = event.response_code
    if waiting.asks and code in NOT_NOW:
        # The first of these asks may still be taken up: this one decides nothing.
        work.waiting[event.ref] = waiting
        work.deadlines.arm(event.ref, now_ms, work.settings.issuer_timeout_ms)
        return []
    if event.icc_data is not None:
        waiting.icc_data = event.icc_data
    if code in APPROVED_CODES:
        if code == PARTIAL:
            return approve_part(work, waiting, transaction, event, now_ms)
        return approve(work, waiting, transaction, code, event.auth_code, now_ms)
    stored = work.store(journal.Decided(transaction.key, code, work.books.settlement_date))
    if not waiting.link:
        return [stored]
    return [stored, sale_reply(work, waiting, code, now_ms, transaction.rrn)]


def approve(
    work: Work, waiting: Waiting | None, transaction: Transaction, code: str, auth_code: str,
    now_ms: int, part_fen: int = 0,
) -> Effects:
    """Store, book, answer: in this order."""
    key = transaction.key
    effects: Effects = [work.store(journal.Decided(
        key, code, work.books.settlement_date, auth_code, clock(work, now_ms)[1], part_fen,
    ))]
    counts = COUNTS[transaction.kind]
    if counts:
        effects.append(capture(work, transaction, counts, transaction.kind._value_))
        if work.books.clears_at_once:
            effects += counted_anew(work, key, transaction.kind)
    original = transaction.original
    if original is not None and transaction.kind in _VOIDS and is_held(work, original):
        effects += release(work, original)  # what undoes it is cleared, so it is too
    if waiting is not None and waiting.link:
        effects.append(sale_reply(work, waiting, code, now_ms, transaction.rrn, auth_code))
    return effects


def approve_part(
    work: Work, waiting: Waiting, transaction: Transaction, event: IssuerAnswered, now_ms: int,
) -> Effects:
    """The issuer gives less than was asked; where that cannot be, nothing is taken."""
    if transaction.kind in IN_PART and 0 < event.part_fen < transaction.amount_fen:
        return approve(
            work, waiting, transaction, PARTIAL, event.auth_code, now_ms, event.part_fen,
        )
    key = transaction.key
    alarm = Alarm(AlarmCode.NO_SUCH_PART, key.tid, f"STAN {key.stan:06} of batch {key.batch:06}")
    return [*give_up(work, waiting, transaction, UndoneWhy.PART, NOT_POSSIBLE, now_ms), alarm]


# ---- no answer -------------------------------------------------------------------------------


def issuer_silent(work: Work, ref: str, now_ms: int) -> Effects:
    """No answer in time."""
    waiting = work.waiting[ref]
    transaction = waiting.transaction
    if transaction is None:
        return balance_silent(work, ref, now_ms)
    if waiting.message.mti == REPEATED_MTI:
        return [ask_again(work, waiting, transaction, now_ms)]
    del work.waiting[ref]
    code = work.settings.issuer_timeout_answer
    return give_up(work, waiting, transaction, UndoneWhy.TIMEOUT, code, now_ms)


def give_up(
    work: Work, waiting: Waiting, transaction: Transaction, why: UndoneWhy, code: str,
    now_ms: int,
) -> Effects:
    """Nothing shall come of it: the terminal is told ``code``, the issuer to undo."""
    effects: Effects = [work.table.note_undone(work, transaction, why, code)]
    if waiting.link:
        effects.append(sale_reply(work, waiting, code, now_ms, transaction.rrn))
    return effects + work.table.tell_channel(work, transaction, now_ms)


def ask_again(work: Work, waiting: Waiting, transaction: Transaction, now_ms: int) -> AskIssuer:
    """Repeat the very same request: issuers answer a known key as before."""
    waiting.asks += 1
    work.deadlines.arm(transaction.rrn, now_ms, work.settings.issuer_timeout_ms)
    return AskIssuer(
        ref=transaction.rrn, bank=transaction.channel,
        request=RULES[transaction.kind].request, pan=transaction.pan,
        amount_fen=transaction.amount_fen, key=transaction.key,
        original=transaction.original, attempt=waiting.asks,
    )
