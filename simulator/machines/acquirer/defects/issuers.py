"""Hosts that get wrong what an issuer said, or do not tell it what it must know."""

from __future__ import annotations

from collections.abc import Callable

from simulator.catalogue.host_reasons import UndoneWhy
from simulator.defect import Defect, instead
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.captures import capture
from simulator.machines.acquirer.events import Capture, IssuerAnswered, StoreHost
from simulator.machines.acquirer.replies import sale_reply
from simulator.machines.acquirer.sales import issuer_answered, issuer_silent
from simulator.machines.acquirer.transactions import Transaction
from simulator.machines.acquirer.undoing import UNDOING, note_undone, tell_channel
from simulator.machines.acquirer.waits import due
from simulator.machines.acquirer.work import Effects, HostTable, Work
from simulator.wire.kinds import Kind


def _owes_nothing(
    _right: Callable[[Work, Transaction, UndoneWhy, str], StoreHost], work: Work,
    transaction: Transaction, why: UndoneWhy, code: str,
) -> StoreHost:
    """Store that a transaction is undone, and owe nothing to anybody."""
    return work.store(journal.Undone(
        transaction.key, why, code, work.books.settlement_date, owed=False,
    ))


def _tells_nobody(
    right: Callable[[Work, Transaction, int], Effects], work: Work, transaction: Transaction,
    now_ms: int,
) -> Effects:
    """Give up on an issuer without ever telling it; wallets are told."""
    return right(work, transaction, now_ms) if transaction.qr_code else []


def _tells_once(
    right: Callable[[Work, str, int], Effects], work: Work, name: str, now_ms: int,
) -> Effects:
    """Do whatever is due but another try to tell a channel."""
    return [] if name.endswith(UNDOING) else right(work, name, now_ms)


def _goes_on_waiting(
    right: Callable[[Work, str, int], Effects], work: Work, ref: str, now_ms: int,
) -> Effects:
    """Answer 98 in time, and still book the sale when the issuer's approval comes later."""
    waiting = work.waiting[ref]
    transaction = waiting.transaction
    if transaction is None or transaction.kind is not Kind.SALE:
        return right(work, ref, now_ms)
    code = work.settings.issuer_timeout_answer
    return [sale_reply(work, waiting, code, now_ms, transaction.rrn)]


def _books_declines(
    right: Callable[[Work, IssuerAnswered, int], Effects], work: Work, event: IssuerAnswered,
    now_ms: int,
) -> Effects:
    """Book a sale as soon as the issuer answers, whatever it answers."""
    waiting = work.waiting.get(event.ref)
    effects = right(work, event, now_ms)
    transaction = waiting.transaction if waiting is not None else None
    booked = any(isinstance(effect, Capture) for effect in effects)
    if transaction is not None and transaction.kind is Kind.SALE and not booked:
        effects.insert(1, capture(work, transaction, 1, "sale"))
    return effects


ROWS = (
    Defect("acquirer.no_issuer_reversal",
           "an issuer that did not answer in time is never told to undo",
           (4,),
           replaces=instead(
               HostTable, (note_undone, _owes_nothing), (tell_channel, _tells_nobody)),
           shown_by="defects/given-up-sale",
           zh="未及时应答的发卡行从未被通知撤销"),
    Defect("acquirer.tells_issuer_once",
           "an issuer that did not hear of a reversal is not told again",
           (10,), replaces=instead(HostTable, (due, _tells_once)),
           shown_by="defects/issuer-silent-for-a-while",
           zh="发卡行没有收到的冲正不再通知"),
    Defect("acquirer.believes_late_answers", "an issuer's approval after the time-out is booked",
           (4,), replaces=instead(HostTable, (issuer_silent, _goes_on_waiting)),
           shown_by="defects/issuer-answers-late",
           zh="发卡行超时之后的批准仍入账"),
    Defect("acquirer.books_declines", "a sale that the issuer declined is booked for the merchant",
           (4,), replaces=instead(HostTable, (issuer_answered, _books_declines)),
           shown_by="defects/declined-sale",
           zh="发卡行拒绝的交易也给商户入账"),
)
