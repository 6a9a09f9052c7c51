"""Invariant 33: a dispute takes its lawful course, and its money moves once and to one side.

Its own table of stages, its own terms from what the run says of them, and its own sums: what is left
of a sale is counted from captures and clearing, what was moved from postings.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.disputes import DisputeStage
from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.evidence import BOOKS
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking import dispute_course as course
from simulator.judge.tracking.disputable import CUSTOMER, Disputable
from simulator.judge.tracking.dispute_course import DECIDED
from simulator.judge.tracking.slips import Slips
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.verdict import Urgency
from simulator.judge.words.day import DISPUTE_OPEN
from simulator.judge.words.sentences import Sentence, yuan
from simulator.judge.words.story import local
from simulator.local_time import DAY_MS
from simulator.trace.records import (
    BatchCounted,
    Disputed,
    DisputesOpened,
    ItemCleared,
    Posted,
    Restarted,
    SlipMissing,
    SlipReprinted,
)

CLEARED_WITHIN_MS = 26 * DAY_MS // 24  # the next cut-over has it
_S = DisputeStage
ITEMS = frozenset({"chargeback", "second_chargeback", "credit_adjustment", "representment"})
COSTING = frozenset({"chargeback", "second_chargeback"})
_TERM = "clearing"  # who brings a case to a stage because its term is over


class _Case(msgspec.Struct, gc=False):
    opened: Disputed
    stage: DisputeStage
    at_ms: int
    due_ms: int
    taken_fen: int = 0  # from the merchant, net
    held_fen: int = 0  # by the bank
    given_fen: int = 0  # to the cardholder
    moved: list[tuple[int, int]] = []  # of the merchant: when, signed sum; not cleared yet
    stage_of_sums: str = ""


class Memory(msgspec.Struct, gc=False):
    """What the rule knows of a run in which sales may be disputed."""

    waits: dict[str, int] = {}
    cases: dict[str, _Case] = {}
    sales: Disputable = msgspec.field(default_factory=Disputable)
    slips: Slips = msgspec.field(default_factory=Slips)


def opened(case: Case[Memory], record: DisputesOpened) -> None:
    """Sales may be disputed from now on."""
    case.memory.waits = dict(record.waits)


def posted(case: Case[Memory], record: Posted) -> None:
    """Money moved: of a sale that may be disputed, or of a case."""
    memory = case.memory
    if not memory.waits:
        return
    dispute = memory.cases.get(record.key)
    if dispute is not None:
        _moved(case, dispute, record)
    elif record.why == PostingReason.CAPTURE:
        if short := memory.sales.captured(case.book, record):
            _returned_too(case, record, short)
    elif record.why == PostingReason.DEBIT:
        memory.sales.debited(record)


def _returned_too(case: Case[Memory], record: Posted, key: str) -> None:
    """What a case is about is the bank's to give back: a counter that does it too gives it twice."""
    memory, sales = case.memory, case.memory.sales
    opened_ms = max(each.opened.at_ms for each in memory.cases.values() if each.opened.key == key)
    transaction = case.book.transactions.get(record.key)
    if transaction is None or transaction.attempt or transaction.sent_ms <= opened_ms:
        return  # it was under way when the case was opened
    case.find("returned_while_disputed", at_ms=record.at_ms, key=record.key, sale=transaction.sale,
              sum=yuan(transaction.amount_fen), left=yuan(max(sales.left[key], 0)),
              disputed=yuan(sales.lost[key]), amount_fen=sales.lost[key] - sales.left[key])


def _moved(case: Case[Memory], dispute: _Case, record: Posted) -> None:
    opened = dispute.opened
    payer = case.memory.sales.payer.get(opened.key)
    for account, fen in record.entries:
        if account.startswith("merchant:"):
            dispute.taken_fen -= fen
            dispute.moved.append((record.at_ms, fen))
            if account != f"merchant:{opened.mid}:pending":
                case.find("disputed_of_another", at_ms=record.at_ms, mid=opened.mid, case=opened.case,
                          account=account, amount_fen=fen, story=[record], key=opened.key)
        elif account.startswith("dispute:"):
            dispute.held_fen += fen
        elif account.startswith(CUSTOMER):
            dispute.given_fen += fen
            if payer and account != payer:
                case.find("disputed_of_another", at_ms=record.at_ms, mid=opened.mid, case=opened.case,
                          account=account, amount_fen=fen, story=[record], key=opened.key)


def cleared(case: Case[Memory], record: ItemCleared) -> None:
    """An item of a settlement: what a dispute moved goes in whole, and moves no fee but that for a chargeback."""
    if record.what not in ITEMS:
        return
    for dispute in case.memory.cases.values():
        if dispute.opened.key != record.key:
            continue
        for move in dispute.moved:
            if move[1] == record.amount_fen and dispute.opened.mid == record.mid:
                dispute.moved.remove(move)
                _check_fee(case, dispute, record)
                return
    if case.memory.waits:
        case.find("dispute_item_strange", at_ms=record.at_ms, key=record.key, mid=record.mid,
                  what=record.what, sum=yuan(record.amount_fen), amount_fen=record.amount_fen)


def _check_fee(case: Case[Memory], dispute: _Case, record: ItemCleared) -> None:
    """A chargeback costs what the merchant's terms say, and nothing else of a case costs or gives a fee."""
    merchant = case.book.merchants.get(record.mid)
    right = merchant.opened.chargeback_fee_fen if merchant is not None and record.what in COSTING else 0
    if record.fee_fen != right:
        case.find("dispute_moves_fee", at_ms=record.at_ms, key=record.key, mid=record.mid,
                  case=dispute.opened.case, fee=yuan(record.fee_fen), right=yuan(right),
                  amount_fen=abs(record.fee_fen - right))


def disputed(case: Case[Memory], record: Disputed) -> None:
    """A case comes to a stage."""
    memory = case.memory
    known = memory.cases.get(record.case)
    if known is None:
        case.exercised += 1
        _opens(case, record)
    else:
        _check_money(case, known, record.at_ms)
        if record.stage is _S.LATE:
            if known.stage not in DECIDED:
                _unlawful(case, known, record)
            return
        if not course.follows(known.stage, record.stage):
            code = "dispute_decided_twice" if known.stage in DECIDED else "dispute_unlawful"
            _unlawful(case, known, record, code)
        elif known.due_ms:
            _check_term(case, known, record)
        if known.stage is _S.REQUESTED:
            _check_slip(case, record)
    due_ms = course.due_ms(record.stage, record.at_ms, memory.waits)
    if record.due_ms != due_ms:
        case.find("dispute_wrong_term", at_ms=record.at_ms, case=record.case, key=record.key,
                  mid=record.mid, stage=record.stage.value, told=_moment(record.due_ms),
                  right=_moment(due_ms), story=[record])
    if known is None:
        memory.cases[record.case] = _Case(record, record.stage, record.at_ms, due_ms, moved=[])
    else:
        known.stage, known.at_ms, known.due_ms = record.stage, record.at_ms, due_ms
        if record.stage is _S.WON:
            memory.sales.add_lost(record.key, -known.opened.amount_fen)


def _check_slip(case: Case[Memory], record: Disputed) -> None:
    """Who has no slip can answer with none, and loses for that reason; who has one, or gives in unasked, does not."""
    missing = case.memory.slips.missing.get(record.key)
    if record.stage is _S.ANSWERED and missing is not None:
        case.find("answered_without_slip", at_ms=record.at_ms, case=record.case, key=record.key,
                  mid=record.mid, why=missing.value, amount_fen=record.amount_fen, story=[record])
        return
    right = None if record.gave_in else missing
    if record.stage is _S.LOST and record.actor != _TERM and record.lacking != right:
        case.find("lost_for_another_slip", at_ms=record.at_ms, case=record.case, key=record.key,
                  mid=record.mid, told=record.lacking or "-", right=right or "-",
                  amount_fen=record.amount_fen, story=[record])


def slip_missing(case: Case[Memory], record: SlipMissing) -> None:
    """A merchant has no slip of a sale."""
    case.memory.slips.noted(record)


def slip_reprinted(case: Case[Memory], record: SlipReprinted) -> None:
    """A terminal printed one again, or said that it could not."""
    slips = case.memory.slips
    if not record.printed and record.key in slips.missing and slips.can_print(record.key):
        case.find("slip_not_reprinted", at_ms=record.at_ms, key=record.key, named=record.sale,
                  tid=record.key.partition("/")[0], story=[record])
    slips.reprinted(record)


def restarted(case: Case[Memory], record: Restarted) -> None:
    """A terminal came up again."""
    case.memory.slips.restarted(record.actor)


def batch_counted(case: Case[Memory], record: BatchCounted) -> None:
    """A batch was closed."""
    if record.actor == f"terminal.{record.tid}":
        case.memory.slips.counted(record)


def _opens(case: Case[Memory], record: Disputed) -> None:
    sales = case.memory.sales
    left_fen = sales.open_fen(record.key)
    if record.stage is not _S.REFUSED:
        sales.add_lost(record.key, record.amount_fen)
    if not course.follows(None, record.stage):
        case.find("dispute_unlawful", at_ms=record.at_ms, case=record.case, key=record.key,
                  mid=record.mid, before="not opened", after=record.stage.value, story=[record])
    if record.amount_fen > max(left_fen, 0):
        case.find("disputed_too_much", at_ms=record.at_ms, case=record.case, key=record.key,
                  mid=record.mid, sum=yuan(record.amount_fen), left=yuan(max(left_fen, 0)),
                  amount_fen=record.amount_fen - max(left_fen, 0), story=[record])
    if record.stage is _S.REFUSED and left_fen > 0:
        case.find("dispute_refused_wrongly", at_ms=record.at_ms, case=record.case, key=record.key,
                  mid=record.mid, left=yuan(left_fen), amount_fen=left_fen, story=[record])


def _check_term(case: Case[Memory], known: _Case, record: Disputed) -> None:
    if not course.keeps_term(
            known.stage, known.due_ms, record.stage, record.at_ms, by_term=record.actor == _TERM):
        case.find("dispute_term_passed", at_ms=record.at_ms, case=record.case, key=record.key,
                  mid=record.mid, stage=record.stage.value, due=_moment(known.due_ms), story=[record])


def _unlawful(
    case: Case[Memory], known: _Case, record: Disputed, code: str = "dispute_unlawful",
) -> None:
    case.find(code, at_ms=record.at_ms, case=record.case, key=record.key, mid=record.mid,
              before=known.stage.value, after=record.stage.value, amount_fen=record.amount_fen,
              story=[record])


def _check_money(case: Case[Memory], known: _Case, at_ms: int) -> None:
    """By the next stage, and at the end, the money is where the last one has it; told once a stage."""
    right = course.right_sums(known.stage, known.opened.amount_fen)
    if right is None or known.stage_of_sums == known.stage:
        return
    sums = (known.taken_fen, known.held_fen, known.given_fen)
    if sums != right:
        known.stage_of_sums = known.stage
        case.find(
            "dispute_money_wrong", at_ms=at_ms, case=known.opened.case, key=known.opened.key,
            mid=known.opened.mid, stage=known.stage.value, taken=yuan(sums[0]), held=yuan(sums[1]),
            given=yuan(sums[2]), right_taken=yuan(right[0]), right_held=yuan(right[1]),
            right_given=yuan(right[2]), amount_fen=max(map(abs, sums)), story=[known.opened])


def at_end(case: Case[Memory]) -> None:
    """What is open at the end, and what was never cleared."""
    book = case.book
    if not book.is_whole():
        return
    for known in case.memory.cases.values():
        opened = known.opened
        _check_money(case, known, book.now_ms)
        if known.due_ms and known.due_ms + DAY_MS < book.now_ms:
            case.find("dispute_not_closed", case=opened.case, key=opened.key, mid=opened.mid,
                      stage=known.stage.value, due=_moment(known.due_ms),
                      amount_fen=opened.amount_fen, story=[opened])
        elif known.due_ms and known.stage not in DECIDED:
            case.undecided.append(DISPUTE_OPEN.both(case=opened.case, due=_moment(known.due_ms)))
        for at_ms, fen in known.moved:
            if at_ms + CLEARED_WITHIN_MS < book.now_ms:
                case.find("dispute_not_cleared", case=opened.case, key=opened.key, mid=opened.mid,
                          sum=yuan(fen), amount_fen=fen, story=[opened])


def _moment(at_ms: int) -> str:
    return local(at_ms) if at_ms else "-"


def decided(case: Case[Memory], stretch: SaleDecided) -> None:
    """A sale is debited and captured."""
    if case.memory.waits:
        posted(case, stretch.debit)
        posted(case, stretch.capture)


RULE = Rule(
    number=33, en="a dispute is decided once", zh="争议一次了结", needs=BOOKS, remembers=Memory,
    findings=(
        Sentence("dispute_unlawful", Urgency.SAFETY,
                 "case {case} went from {before} to {after}", "争议单 {case} 由 {before} 变为 {after}，不合规则"),
        Sentence("dispute_decided_twice", Urgency.SAFETY,
                 "case {case} was decided ({before}), and then came to {after}",
                 "争议单 {case} 已了结（{before}），之后又变为 {after}"),
        Sentence("dispute_wrong_term", Urgency.SAFETY,
                 "case {case} at {stage} waits until {told}; by its terms until {right}",
                 "争议单 {case} 在 {stage} 的期限为 {told}；按规定应为 {right}"),
        Sentence("dispute_term_passed", Urgency.SAFETY,
                 "case {case} came to {stage} against its term, which ended {due}",
                 "争议单 {case} 变为 {stage}，与其期限 {due} 不符"),
        Sentence("disputed_too_much", Urgency.SAFETY,
                 "case {case} is about {sum}, and {left} are left of the sale",
                 "争议单 {case} 金额 {sum}，原交易余额为 {left}"),
        Sentence("dispute_refused_wrongly", Urgency.SAFETY,
                 "case {case} was refused, and {left} are left of the sale",
                 "争议单 {case} 不予受理，但原交易余额为 {left}"),
        Sentence("dispute_money_wrong", Urgency.SAFETY,
                 "case {case} at {stage}: {taken} taken from the merchant, {held} with the bank, {given} with"
                 " the cardholder; right are {right_taken}, {right_held}, {right_given}",
                 "争议单 {case} 在 {stage}：商户被扣 {taken}，银行持有 {held}，持卡人得到 {given}；"
                 "应为 {right_taken}、{right_held}、{right_given}"),
        Sentence("disputed_of_another", Urgency.SAFETY,
                 "case {case} of merchant {mid} moved money of {account}",
                 "商户 {mid} 的争议单 {case} 动用了 {account} 的资金"),
        Sentence("returned_while_disputed", Urgency.SAFETY,
                 "{key} gives {sum} back; {left} are left of the sale, and a case is about {disputed}",
                 "{key} 退还 {sum}；原交易余额为 {left}，而争议金额为 {disputed}"),
        Sentence("dispute_moves_fee", Urgency.SAFETY,
                 "case {case} moved a fee of {fee}; right is {right}",
                 "争议单 {case} 变动了手续费 {fee}，应为 {right}"),
        Sentence("dispute_item_strange", Urgency.SAFETY,
                 "an item {what} of {sum} for {key} was cleared, and no case has it",
                 "{key} 的 {what} {sum} 被清算，但没有对应的争议单"),
        Sentence("answered_without_slip", Urgency.SAFETY,
                 "case {case} was answered with evidence, and there is none ({why})",
                 "争议单 {case} 以凭证答复，而凭证并不存在（{why}）"),
        Sentence("lost_for_another_slip", Urgency.SAFETY,
                 "case {case} was lost for {told}; what is wrong with the slip is {right}",
                 "争议单 {case} 以 {told} 败诉；签购单的实际问题为 {right}"),
        Sentence("slip_not_reprinted", Urgency.SAFETY,
                 "terminal {tid} has {named} in its open batch, and did not print its slip again",
                 "终端 {tid} 的未结批次中有 {named}，却不能补打签购单"),
        Sentence("dispute_not_cleared", Urgency.LIVENESS,
                 "{sum} that case {case} moved were never cleared for merchant {mid}",
                 "争议单 {case} 变动的 {sum} 从未为商户 {mid} 清算"),
        Sentence("dispute_not_closed", Urgency.LIVENESS,
                 "case {case} is still at {stage}, and its term ended {due}",
                 "争议单 {case} 仍在 {stage}，期限 {due} 已过"),
    ),
    plain={SaleDecided: decided},
    hears={DisputesOpened: opened, Posted: posted, ItemCleared: cleared, Disputed: disputed,
           SlipMissing: slip_missing, SlipReprinted: slip_reprinted, Restarted: restarted,
           BatchCounted: batch_counted},
    at_end=at_end,
)
