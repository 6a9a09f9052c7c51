"""Invariant 16: a terminal shows what it was told.

Of what is reversed when its outcome is unknown: approved is shown only after a genuine approval, and
declined only where none came.  A terminal that does not believe an approval says that it failed.
"""

from __future__ import annotations

from simulator.catalogue.response_codes import response_code
from simulator.judge.open_items import Sale
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.moments import SaleClosed
from simulator.judge.tracking.sale_sums import transactions_of
from simulator.judge.tracking.stretches import SaleShown
from simulator.judge.transactions import APPROVING, HOST, REVERSIBLE
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.trace.records import Concluded, Journaled, LogEvent, ReceiptGiven, key_of

_Case = Case[dict[str, list[ReceiptGiven]]]  # by sale: receipts over a sum that nobody knows yet
OF_THE_MESSAGE = frozenset({"A0", "77", "97", "03", "94"})  # said of one that came again, not of what it is about
APPROVED, DECLINED, FAILED = "approved", "declined", "failed"


def concluded(case: _Case, record: Concluded) -> None:
    """The counter sees how a transaction ended."""
    if record.what not in REVERSIBLE or not record.stan or record.result not in (APPROVED, DECLINED):
        return
    tid = record.actor.removeprefix("terminal.")
    transaction = case.book.used(tid, record.batch, record.stan)
    if transaction is None or record.sale not in ("", transaction.sale.sale, *transaction.sale.also):
        return  # or another sale under the same number
    case.exercised += 1
    approves = transaction.code in APPROVING
    if (record.result == APPROVED) != approves:
        case.find(
            "approved_unasked" if not approves else "declined_though_approved", at_ms=record.at_ms,
            sale=transaction.sale, tid=tid, key=transaction.key, amount_fen=transaction.amount_fen,
            told=transaction.code or "–", story=[*(transaction.sale.story or ()), record],
        )
    elif record.response_code and record.response_code != (transaction.code or record.response_code) and (
        transaction.code not in OF_THE_MESSAGE
    ):
        case.find(
            "shows_other_code", at_ms=record.at_ms, sale=transaction.sale, tid=tid, key=transaction.key,
            amount_fen=transaction.amount_fen, told=transaction.code, shown=record.response_code,
            story=[*(transaction.sale.story or ()), record],
        )


def closed(case: _Case, moment: SaleClosed) -> None:
    """A sale is answered for: what was shown, printed and reversed of it is known."""
    book, sale = case.book, moment.sale
    transactions = list(transactions_of(book, sale))
    approved = any(response_code(each.code).approves for each in transactions if each.code)
    terminal = book.terminals.get(sale.tid)
    log = terminal.opened.log if terminal is not None else ()
    if sale.receipt and transactions and not approved and all(
        each.what in REVERSIBLE for each in transactions
    ):
        case.find("receipt_unasked", at_ms=moment.at_ms, sale=sale, tid=sale.tid)
    if LogEvent.RECEIPT in log and sale.approvals and not sale.receipt:
        case.find("no_receipt", at_ms=moment.at_ms, sale=sale, tid=sale.tid)
    _of_other_sums(case, sale)
    if LogEvent.TOLD not in log:
        return
    for each in transactions:
        if (
            each.shown == FAILED and each.what in REVERSIBLE and not each.reversals
            and response_code(each.code).approves
        ):
            case.find(
                "unknown_though_approved", at_ms=moment.at_ms, sale=sale, tid=sale.tid,
                key=each.key, amount_fen=each.amount_fen, told=each.code,
            )


def printed(case: _Case, record: ReceiptGiven) -> None:
    """A receipt of which somebody read the sum; that of what is delivered later may come before anything of it."""
    sale = case.book.sales.get(record.sale)
    terminal = case.book.terminal_of_actor.get(record.actor)
    if sale is None or not record.amount_fen or (
        terminal is not None and terminal.opened.observable  # of which invariant 22 knows more
    ):
        return
    if record.amount_fen not in _sums(case, sale) | {sale.goods_fen}:
        case.memory.setdefault(sale.sale, []).append(record)


def _sums(case: _Case, sale: Sale) -> set[int]:
    return {each.amount_fen for each in transactions_of(case.book, sale)}


def _of_other_sums(case: _Case, sale: Sale) -> None:
    sums = _sums(case, sale)
    for record in case.memory.pop(sale.sale, ()):
        if sums and record.amount_fen not in sums | {sale.goods_fen}:
            case.find(
                "receipt_of_other_sum", at_ms=record.at_ms, sale=sale, tid=sale.tid,
                said=yuan(record.amount_fen), right=yuan(max(sums)),
            )


def reversed_(case: _Case, record: Journaled) -> None:
    """Somebody was told that a reversal has been delivered."""
    if record.entry != "reversed" or record.actor == HOST:
        return
    terminal = case.book.terminal(record.tid)
    key = key_of(record.tid, record.batch or terminal.batch, record.stan)
    transaction = case.book.transactions.get(key)
    if transaction is not None and not transaction.reversals:
        case.find("reversed_unsent", at_ms=record.at_ms, sale=transaction.sale, tid=record.tid,
                  key=key)


RULE = Rule(
    number=16, en="shows what it was told", zh="显示与应答一致",
    sees=frozenset({LogEvent.TOLD}),
    findings=(
        Sentence("approved_unasked", Urgency.SAFETY,
                 "terminal {tid} shows {key} as approved; what reached it says F39 = {told}",
                 "终端 {tid} 显示 {key} 成功，而其收到的应答 F39 为 {told}"),
        Sentence("declined_though_approved", Urgency.SAFETY,
                 "terminal {tid} shows {key} as declined; what reached it says F39 = {told}",
                 "终端 {tid} 显示 {key} 被拒绝，而其收到的应答 F39 为 {told}"),
        Sentence("shows_other_code", Urgency.SAFETY,
                 "terminal {tid} shows code {shown} for {key}; what reached it says F39 = {told}",
                 "终端 {tid} 的 {key} 显示代码 {shown}，而其收到的应答 F39 为 {told}"),
        Sentence("unknown_though_approved", Urgency.SAFETY,
                 "terminal {tid} shows the outcome of {key} as unknown; what reached it says F39 = {told},"
                 " and it reverses nothing",
                 "终端 {tid} 显示 {key} 结果未知，而其收到的应答 F39 为 {told}，且未冲正"),
        Sentence("receipt_unasked", Urgency.SAFETY,
                 "terminal {tid} gave an approved receipt for {sale}, and nothing that reached it approves",
                 "终端 {tid} 为 {sale} 出具成功凭条，而其收到的应答均未批准"),
        Sentence("no_receipt", Urgency.LIVENESS,
                 "terminal {tid} showed {sale} as approved and gave no receipt",
                 "终端 {tid} 显示 {sale} 成功，却未出具凭条"),
        Sentence("receipt_of_other_sum", Urgency.SAFETY,
                 "the receipt of terminal {tid} for {sale} says {said}, its line {right}",
                 "终端 {tid} 的 {sale} 凭条金额为 {said}，报文金额为 {right}"),
        Sentence("reversed_unsent", Urgency.SAFETY,
                 "terminal {tid} says that it has reversed {key}, and no 0400 of it was ever seen",
                 "终端 {tid} 称已冲正 {key}，但从未见到其 0400"),
    ),
    remembers=dict,
    only={Journaled: frozenset({"reversed"})},
    plain={SaleShown: 1},
    hears={Concluded: concluded, SaleClosed: closed, ReceiptGiven: printed, Journaled: reversed_},
)
