"""Acquirer hosts built wrong on purpose, each in one way; the right one knows nothing of them.

Each wrong function is given the right one, and stands in its place in the table of the host.
``caught_by`` names the invariants that such a host violates once its case comes up.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from simulator.catalogue.host_reasons import SettledHow, UndoneWhy
from simulator.defect import Defect, Replacement, Replacements
from simulator.machines.acquirer import records as journal
from simulator.machines.acquirer.captures import capture
from simulator.machines.acquirer.checks import refuse_mac, right_mac
from simulator.machines.acquirer.copies import is_copy, known_again
from simulator.machines.acquirer.events import (
    AcquirerEvent,
    Capture,
    IssuerAnswered,
    ReleaseHeld,
    Reply,
    SettleBatch,
    StoreHost,
    TransactionKey,
)
from simulator.machines.acquirer.machine import handle
from simulator.machines.acquirer.replies import reply, sale_reply
from simulator.machines.acquirer.reversals import reversal_reply, reverse, reverse_ahead
from simulator.machines.acquirer.sales import issuer_answered, issuer_silent
from simulator.machines.acquirer.settlement import close, cut_over, is_balanced
from simulator.machines.acquirer.transactions import State, TerminalBook, Transaction
from simulator.machines.acquirer.undoing import UNDOING, note_undone, tell_channel
from simulator.machines.acquirer.waits import due
from simulator.machines.acquirer.work import CheckStep, Effects, HostTable, Request, Step, Work
from simulator.wire.kinds import Kind

_OWN_NUMBERS = 500_000  # where a host without duplicate check puts what it takes for new

KnownAgain = Callable[[Work, Request, Transaction], Effects]


def _takes_copies_for_new(
    right: KnownAgain, work: Work, request: Request, transaction: Transaction,
) -> Effects:
    """Ask for a copy once more, under a number of its own."""
    key = transaction.key
    own = TransactionKey(key.tid, key.batch, (key.stan + _OWN_NUMBERS) % 1_000_000)
    if work.books.find(own) is not None:
        return right(work, request, transaction)
    request.key = own
    return work.table.by_kind[request.kind].step(work, request)


def _believes_any_mac(_right: CheckStep, work: Work, request: Request) -> Effects | None:
    """Believe every request of a terminal that has signed on."""
    return None if request.terminal.keys is not None else refuse_mac(work, request)


def _replies_first(
    right: Callable[[Work, AcquirerEvent, int], Effects], work: Work, event: AcquirerEvent,
    now_ms: int,
) -> Effects:
    """Answer the terminal first and write it down later."""
    effects = right(work, event, now_ms)
    replies: Effects = [effect for effect in effects if isinstance(effect, Reply)]
    return replies + [effect for effect in effects if not isinstance(effect, Reply)]


def _books_copies(
    right: KnownAgain, work: Work, request: Request, transaction: Transaction,
) -> Effects:
    """Answer a copy as it should be, and book the sale again."""
    effects = right(work, request, transaction)
    if transaction.state is State.APPROVED and request.kind is Kind.SALE:
        effects.insert(0, capture(work, transaction, 1, "sale again"))
    return effects


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


def _forgets_early_reversals(_right: Step, work: Work, request: Request) -> Effects:
    """Answer a reversal whose original has not come, and note nothing."""
    return [reply(work, request, "25")]


def _lets_it_wait(right: Step, work: Work, request: Request) -> Effects:
    """Acknowledge a reversal while the issuer is busy, and book the sale when it answers."""
    transaction = work.books.find(request.key)
    if transaction is not None and transaction.state is State.ASKED:
        return [reversal_reply(work, request, transaction.rrn)]
    return right(work, request)


def _clears_one_day_only(
    right: Callable[[Work, TerminalBook, int, SettledHow, tuple[int, ...]], Effects], work: Work,
    terminal: TerminalBook, number: int, result: SettledHow, held: tuple[int, ...],
) -> Effects:
    """Settle a batch that a cut-over went through with its terminal, and with nobody else."""
    batch = terminal.find_batch(number)
    effects = right(work, terminal, number, result, held)
    if batch is None or batch.opened == work.books.settlement_date:
        return effects
    return [effect for effect in effects if not isinstance(effect, SettleBatch)]


def _forgets_what_it_held(
    right: Callable[[Work, AcquirerEvent, int], Effects], work: Work, event: AcquirerEvent,
    now_ms: int,
) -> Effects:
    """Strike a held item off the list when its time is over, and tell clearing nothing."""
    return [each for each in right(work, event, now_ms) if not isinstance(each, ReleaseHeld)]


def _calls_all_balanced(
    _right: Callable[[tuple[int, ...], tuple[int, ...]], bool], _claimed: tuple[int, ...],
    _held: tuple[int, ...],
) -> bool:
    """Say balanced to any totals."""
    return True


def _knows_by_number_alone(
    _right: Callable[[Request, Transaction], bool], _request: Request, _transaction: Transaction,
) -> bool:
    """Take another sale under a known number for a copy, and answer it with its approval."""
    return True


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


def _instead(right: Callable[..., Any], wrong: Callable[..., Any]) -> Replacements:
    return (Replacement(HostTable, right, wrong),)


_DEFECTS = (
    Defect("acquirer.no_duplicate_check", "a copy of a request is taken for a new transaction",
           (4,), replaces=_instead(known_again, _takes_copies_for_new),
           shown_by="defects/repeated-requests",
           zh="请求的副本被当作新交易"),
    Defect("acquirer.ignores_mac", "requests are believed whatever their MAC",
           (9,), replaces=_instead(right_mac, _believes_any_mac),
           shown_by="defects/forged-sale",
           zh="请求的 MAC 无论对错都采信"),
    Defect("acquirer.replies_before_store",
           "an approval is told before it is written down, and lost in a crash",
           (3,), replaces=_instead(handle, _replies_first),
           shown_by="defects/host-crash-before-reply",
           zh="批准先应答后存储，宕机即丢失"),
    Defect("acquirer.captures_copies", "a sale is booked again for each copy of its request",
           (4,), replaces=_instead(known_again, _books_copies),
           shown_by="defects/repeated-requests",
           zh="请求每来一份副本，交易就再入账一次"),
    Defect("acquirer.no_issuer_reversal",
           "an issuer that did not answer in time is never told to undo",
           (4,),
           replaces=_instead(note_undone, _owes_nothing) + _instead(tell_channel, _tells_nobody),
           shown_by="defects/given-up-sale",
           zh="未及时应答的发卡行从未被通知撤销"),
    Defect("acquirer.tells_issuer_once",
           "an issuer that did not hear of a reversal is not told again",
           (10,), replaces=_instead(due, _tells_once),
           shown_by="defects/issuer-silent-for-a-while",
           zh="发卡行没有收到的冲正不再通知"),
    Defect("acquirer.believes_late_answers", "an issuer's approval after the time-out is booked",
           (4,), replaces=_instead(issuer_silent, _goes_on_waiting),
           shown_by="defects/issuer-answers-late",
           zh="发卡行超时之后的批准仍入账"),
    Defect("acquirer.forgets_early_reversals",
           "a request that comes after its own reversal is taken",
           (4,), replaces=_instead(reverse_ahead, _forgets_early_reversals),
           shown_by="defects/request-overtaken-by-reversal",
           zh="在自己的冲正之后才到的请求仍被受理"),
    Defect("acquirer.approves_after_reversal",
           "a sale that was reversed while the issuer was busy is booked",
           (4,), replaces=_instead(reverse, _lets_it_wait),
           shown_by="defects/reply-overtaken-by-timeout",
           zh="发卡行处理期间已冲正的交易仍入账"),
    Defect("acquirer.drops_items_at_cut_over",
           "a batch that a cut-over went through never reaches clearing",
           (3, 5), replaces=_instead(close, _clears_one_day_only),
           shown_by="defects/settled-after-cut-over",
           zh="跨日切的批次永不进入清算"),
    Defect("acquirer.forgets_held_items",
           "what a terminal did not upload is held, and never cleared afterwards",
           (3,), replaces=_instead(cut_over, _forgets_what_it_held),
           shown_by="defects/not-uploaded", beside=("terminal.drops_receipted_sale",),
           zh="终端没有上送的交易被挂起，此后永不清算"),
    Defect("acquirer.settles_without_looking",
           "any totals are called balanced, details are never asked for",
           (5,), replaces=_instead(is_balanced, _calls_all_balanced),
           shown_by="defects/unbalanced-batch",
           zh="任何总额都判为对平，从不要求明细"),
    Defect("acquirer.accepts_reused_stan",
           "another sale under a known number gets the old one's approval",
           (8,), replaces=_instead(is_copy, _knows_by_number_alone),
           shown_by="defects/stan-reused", beside=("terminal.reuses_stan",),
           zh="已用流水号上的另一笔交易得到旧交易的批准"),
    Defect("acquirer.books_declines", "a sale that the issuer declined is booked for the merchant",
           (4,), replaces=_instead(issuer_answered, _books_declines),
           shown_by="defects/declined-sale",
           zh="发卡行拒绝的交易也给商户入账"),
)
DEFECTS: dict[str, Defect] = {defect.name: defect for defect in _DEFECTS}
