"""Dispute desks built wrong on purpose: what a case is about, when it ends, and how often it moves money."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from simulator.catalogue.disputes import CLOSED, STAGES, DisputeAct, DisputeStage, Holder
from simulator.catalogue.slip_reasons import SlipReason
from simulator.defect import Defect, instead
from simulator.local_time import DAY_MS
from simulator.money.clearing import CapturedItem, ClearedItem, Clearing
from simulator.money.disputes import Case, DisputeDesk, DisputeStep, Entered, Opening
from simulator.money.issuer import IssuerBooks
from simulator.money.ledger import Posting

_Enter = Callable[[DisputeDesk, Case, DisputeStage, int], list[DisputeStep]]
_Hand = Callable[[DisputeDesk, Case, Holder, str], list[DisputeStep]]
_SHOWN = "judge/disputes"


# Debits the merchant once more when the case is lost.


def _takes_again(hand: _Hand, desk: DisputeDesk, case: Case, taker: Holder, item: str) -> list[DisputeStep]:
    if case.holder is Holder.BANK and taker is Holder.CARDHOLDER and case.moves == 1:
        case.holder = Holder.MERCHANT
    return hand(desk, case, taker, item)


# A re-presentment is acknowledged, and the merchant gets nothing.


def _keeps_it(hand: _Hand, desk: DisputeDesk, case: Case, taker: Holder, item: str) -> list[DisputeStep]:
    if case.holder is Holder.BANK and taker is Holder.MERCHANT:
        return []
    return hand(desk, case, taker, item)


# A chargeback is told, and no money moves until the case is lost.


def _moves_later(hand: _Hand, desk: DisputeDesk, case: Case, taker: Holder, item: str) -> list[DisputeStep]:
    return [] if taker is Holder.BANK else hand(desk, case, taker, item)


# Looks at no refund and no void.


def _whole_sum(
    take_up: Callable[[DisputeDesk, Opening, DisputeAct, int], list[DisputeStep]], desk: DisputeDesk,
    opening: Opening, act: DisputeAct, now_ms: int,
) -> list[DisputeStep]:
    desk._left[opening.key] = 8_000
    return take_up(desk, opening, act, now_ms)


# Refuses every case.


def _refuses(
    take_up: Callable[[DisputeDesk, Opening, DisputeAct, int], list[DisputeStep]], desk: DisputeDesk,
    opening: Opening, act: DisputeAct, now_ms: int,
) -> list[DisputeStep]:
    return take_up(desk, msgspec.structs.replace(opening, amount_fen=0), act, now_ms)


# Takes what came too late for an answer in time, and decides once more.


def _takes_late(
    act: Callable[[DisputeDesk, str, DisputeAct, int], list[DisputeStep]], desk: DisputeDesk,
    name: str, what: DisputeAct, now_ms: int,
) -> list[DisputeStep]:
    case = desk._cases[name]
    if case.stage in CLOSED and what is DisputeAct.EVIDENCE:
        return [Entered(case.opening, DisputeStage.WON, case.amount_fen, 0)]
    return act(desk, name, what, now_ms)


# Gives a day more than the terms say.


def _a_day_more(enter: _Enter, desk: DisputeDesk, case: Case, stage: DisputeStage, now_ms: int) -> list[DisputeStep]:
    steps = enter(desk, case, stage, now_ms)
    if case.due_ms:
        case.due_ms += DAY_MS
    return [
        msgspec.structs.replace(step, due_ms=step.due_ms + DAY_MS)
        if isinstance(step, Entered) and step.due_ms else step for step in steps
    ]


# Tells the right term and waits two days longer.


def _waits_on(enter: _Enter, desk: DisputeDesk, case: Case, stage: DisputeStage, now_ms: int) -> list[DisputeStep]:
    steps = enter(desk, case, stage, now_ms)
    if case.due_ms:
        case.due_ms += 2 * DAY_MS
    return steps


# Forgets that a term is over.


def _no_deadline(_right: object, desk: DisputeDesk, case: Case, stage: DisputeStage, now_ms: int) -> list[DisputeStep]:
    row = STAGES[stage]
    wait_ms = desk._terms.of(stage)
    case.stage = stage
    steps: list[DisputeStep] = [Entered(
        case.opening, stage, case.amount_fen, 0 if wait_ms is None else now_ms + wait_ms)]
    if row.holder is not None:
        steps += desk._hand(case, row.holder, "chargeback")
    return steps


# After a chargeback the merchant has won when nobody answers.


def _merchant_wins(enter: _Enter, desk: DisputeDesk, case: Case, stage: DisputeStage, now_ms: int) -> list[DisputeStep]:
    if case.stage is DisputeStage.CHARGED_BACK and stage is DisputeStage.LOST:
        stage = DisputeStage.WON
    return enter(desk, case, stage, now_ms)


# Two answers of the clearing.


def _fee_too(
    cleared: Callable[[Clearing, CapturedItem, str], ClearedItem], clearing: Clearing, item: CapturedItem,
    settlement_date: str,
) -> ClearedItem:
    right = cleared(clearing, item, settlement_date)
    if item.what == "chargeback":
        return msgspec.structs.replace(right, fee_fen=right.amount_fen * 60 // 10_000)
    return right


def _another_sum(
    cleared: Callable[[Clearing, CapturedItem, str], ClearedItem], clearing: Clearing, item: CapturedItem,
    settlement_date: str,
) -> ClearedItem:
    right = cleared(clearing, item, settlement_date)
    if item.what == "chargeback":
        return msgspec.structs.replace(right, amount_fen=right.amount_fen - 1)
    return right


def _dispute_is_lost(
    dispute: Callable[..., Posting | None], clearing: Clearing, *given: str | int, **named: str,
) -> Posting | None:
    posting = dispute(clearing, *given, **named)
    if posting is not None:
        clearing._ready.pop()
    return posting


# Gives the money to another cardholder.


def _to_another(
    credit: Callable[[IssuerBooks, str, str, int], Posting], books: IssuerBooks, case: str, _ref: str,
    amount_fen: int,
) -> Posting:
    return credit(books, case, "somebody else", amount_fen)


# Answers without a slip.


def _answers(
    _right: Callable[[DisputeDesk, SlipReason | None], bool], _desk: DisputeDesk, _lacking: SlipReason | None,
) -> bool:
    return True


# Takes no fee for a chargeback; or takes one for a re-presentment too.


def _no_fee(_right: Callable[[Clearing, CapturedItem], int], _clearing: Clearing, _item: CapturedItem) -> int:
    return 0


def _fee_of_each_move(
    _right: Callable[[Clearing, CapturedItem], int], clearing: Clearing, item: CapturedItem,
) -> int:
    return clearing._merchants[item.mid].chargeback_fee_fen


ROWS = (
    Defect("dispute.takes_no_fee", "a chargeback that costs a fee is cleared without it",
           (33,), instead(Clearing, (Clearing._dispute_fee, _no_fee)), shown_by="money/chargeback-fee",
           zh="应收处理费的退单清算时未收费"),
    Defect("dispute.charges_each_move", "a re-presentment costs the fee of a chargeback",
           (33,), instead(Clearing, (Clearing._dispute_fee, _fee_of_each_move)),
           shown_by="money/chargeback-fee",
           zh="再请款也收取退单处理费"),
    Defect("dispute.answers_without_slip", "a request for the slip is answered with evidence that nobody has",
           (33,), instead(DisputeDesk, (DisputeDesk.can_answer, _answers)), shown_by="modes/record.slip_missing",
           zh="没有签购单也以凭证答复调单"),
    Defect("dispute.debits_twice", "a merchant is debited once more when its case is lost",
           (33,), instead(DisputeDesk, (DisputeDesk._hand, _takes_again)), shown_by=_SHOWN,
           zh="争议败诉时商户再被扣一次"),
    Defect("dispute.keeps_represented", "a re-presentment is acknowledged, and the merchant gets nothing",
           (33,), instead(DisputeDesk, (DisputeDesk._hand, _keeps_it)), shown_by=_SHOWN,
           zh="再请款已受理，资金却未退还商户"),
    Defect("dispute.moves_later", "a chargeback is told, and no money moves",
           (33,), instead(DisputeDesk, (DisputeDesk._hand, _moves_later)), shown_by=_SHOWN,
           zh="已通知退单但资金未变动"),
    Defect("dispute.ignores_refunds", "a case is about the whole sale, whatever was refunded",
           (33,), instead(DisputeDesk, (DisputeDesk.open, _whole_sum)), shown_by=_SHOWN,
           zh="争议金额不扣除已退货部分"),
    Defect("dispute.refuses_all", "every case is refused",
           (33,), instead(DisputeDesk, (DisputeDesk.open, _refuses)), shown_by=_SHOWN,
           zh="一律不受理争议"),
    Defect("dispute.decides_twice", "a late answer wins a case that is lost",
           (33,), instead(DisputeDesk, (DisputeDesk.act, _takes_late)), shown_by=_SHOWN,
           zh="逾期凭证使已败诉的争议单改判"),
    Defect("dispute.day_more", "every stage waits a day longer than its term",
           (33,), instead(DisputeDesk, (DisputeDesk._enter, _a_day_more)), shown_by=_SHOWN,
           zh="各阶段期限多出一天"),
    Defect("dispute.waits_on", "a term is told, and the case is decided two days after it",
           (33,), instead(DisputeDesk, (DisputeDesk._enter, _waits_on)), shown_by=_SHOWN,
           zh="期限已过两天仍受理"),
    Defect("dispute.never_closes", "nothing happens when a term is over",
           (33,), instead(DisputeDesk, (DisputeDesk._enter, _no_deadline)), shown_by=_SHOWN,
           zh="期限届满后不结案"),
    Defect("dispute.merchant_wins", "an unanswered chargeback is decided for the merchant",
           (33,), instead(DisputeDesk, (DisputeDesk._enter, _merchant_wins)), shown_by=_SHOWN,
           zh="未答复的退单判商户胜"),
    Defect("dispute.gives_fee_back", "a chargeback gives the fee back that is kept",
           (33,), instead(Clearing, (Clearing._cleared, _fee_too)), shown_by=_SHOWN,
           zh="退单时退还了应保留的手续费"),
    Defect("dispute.clears_another_sum", "a chargeback is cleared with a fen more",
           (33,), instead(Clearing, (Clearing._cleared, _another_sum)), shown_by=_SHOWN,
           zh="退单清算多一分"),
    Defect("dispute.never_cleared", "what a case moves is booked and never cleared",
           (33,), instead(Clearing, (Clearing.dispute, _dispute_is_lost)), shown_by=_SHOWN,
           zh="争议款已记账但从未清算"),
    Defect("dispute.credits_another", "another cardholder gets the disputed money",
           (33,), instead(IssuerBooks, (IssuerBooks.credit_disputed, _to_another)), shown_by=_SHOWN,
           zh="争议款退给了其他持卡人"),
)
