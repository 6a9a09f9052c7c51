"""Invariant 6: payout exactly once for each settlement date and merchant."""

from __future__ import annotations

import msgspec

from simulator.judge.evidence import BOOKS
from simulator.judge.open_items import OVERDUE_MS, Settlement
from simulator.judge.rule import Case, Rule
from simulator.judge.tracking.moments import StrangeItemCleared, TakenOffOtherwise
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence, yuan
from simulator.judge.words.story import local
from simulator.trace.records import (
    CarriedForward,
    MerchantSettled,
    PayoutPosted,
    RunStarted,
    Suspended,
    tid_of,
)

ADVANCED = "advanced"


class Owing(msgspec.Struct, gc=False):
    """A settlement that comes to less than nothing: what its merchant owes after it."""

    record: MerchantSettled
    fen: int


class Owings(msgspec.Struct, gc=False):
    """What is not told yet, by payout; whether the writer of the trace says that it sees all."""

    of: dict[str, Owing] = msgspec.field(default_factory=dict)
    is_whole: bool = False


_Case = Case[Owings]


def started(case: _Case, record: RunStarted) -> None:
    """Whoever writes says what it sees."""
    case.memory.is_whole = record.whole


def strange_item(case: _Case, moment: StrangeItemCleared) -> None:
    """An item went into a settlement date that has no place there."""
    transaction, record = moment.transaction, moment.record
    case.find(
        "cleared_twice", at_ms=record.at_ms, key=record.key, mid=record.mid,
        tid=tid_of(record.key), what=record.what, amount_fen=record.amount_fen,
        sale=transaction.sale if transaction else None,
    )


def settled(case: _Case, record: MerchantSettled) -> None:
    """A merchant's date is closed."""
    settlement = case.book.settlement(record.mid, record.settlement_date, record.payout)
    if settlement.payout:
        case.find(
            "settled_twice", at_ms=record.at_ms, mid=record.mid, date=record.settlement_date,
            amount_fen=record.net_fen,
        )
    elif (
        (record.gross_fen, record.items) != (settlement.gross_fen, settlement.count)
        or record.gross_fen - record.fee_fen != record.net_fen
    ):
        case.find(
            "settlement_wrong", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
            gross=yuan(record.gross_fen), fee=yuan(record.fee_fen), net=yuan(record.net_fen),
            items=record.items, sum=yuan(settlement.gross_fen), fees=yuan(settlement.fee_fen),
            count=settlement.count, amount_fen=record.net_fen,
        )
    else:
        _owes(case, record)


def _owes(case: _Case, record: MerchantSettled) -> None:
    merchant = case.book.merchants.get(record.mid)
    owed_fen = merchant.owed_fen - record.net_fen if merchant is not None else 0
    if owed_fen > 0:
        case.memory.of[record.payout] = Owing(record, owed_fen)


def taken_off(case: _Case, moment: TakenOffOtherwise) -> None:
    """What is told as taken off a settlement is not what the merchant's terms and debts make."""
    record = moment.record
    told = record.netted_fen, record.withheld_fen, record.payout_fee_fen
    if case.memory.is_whole or any(told):  # a trace of before says nothing of it
        case.find(
            "taken_off_told_otherwise", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
            told=_taken(told), right=_taken(moment.right),
            amount_fen=abs(sum(told) - sum(moment.right)),
        )


def _taken(sums: tuple[int, int, int]) -> str:
    return " / ".join(map(yuan, sums))


def carried(case: _Case, record: CarriedForward) -> None:
    """It is told what a merchant owes."""
    owing = case.memory.of.pop(record.payout, None)
    fen = owing.fen if owing is not None and owing.record.mid == record.mid else 0
    case.exercised += 1
    if record.owed_fen != fen:
        case.find(
            "owing_told_otherwise", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
            told=yuan(record.owed_fen), right=yuan(fen), amount_fen=record.owed_fen - fen,
        )
    merchant = case.book.merchants.get(record.mid)
    if merchant is not None and record.advanced != (merchant.opened.refund_beyond == ADVANCED):
        case.find("advance_told_otherwise", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
                  owed=yuan(record.owed_fen), terms=merchant.opened.refund_beyond, amount_fen=record.owed_fen)


def posted(case: _Case, record: PayoutPosted) -> None:
    """The money is in the merchant's account."""
    settlement = case.book.payouts.get(record.payout)
    if settlement is None:
        case.find(
            "paid_unsettled", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
            paid=yuan(record.net_fen), amount_fen=record.net_fen,
        )
    elif settlement.posted:
        case.find(
            "paid_twice", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
            times=settlement.posted + 1, amount_fen=record.net_fen,
            since_ms=settlement.posted_ms,
        )
    else:
        case.exercised += 1
        _check(case, settlement, record)


def suspended(case: _Case, record: Suspended) -> None:
    """The money stands in suspense with a reason."""
    if record.net_fen > 0 and record.payout in case.book.payouts:
        case.exercised += 1


def at_end(case: _Case) -> None:
    """Payouts that are long due as they were told; by the calendar invariant 23 knows it sooner."""
    book = case.book
    if not book.is_whole():
        return
    for owing in case.memory.of.values():
        if case.memory.is_whole:
            case.find(
                "owing_not_told", at_ms=owing.record.at_ms, mid=owing.record.mid, payout=owing.record.payout,
                owed=yuan(owing.fen), amount_fen=owing.fen,
            )
    if book.calendar is not None:
        return
    for settlement in book.payouts.values():
        if _is_missing(settlement, book.now_ms):
            case.find(
                "payout_missing", mid=settlement.mid, payout=settlement.payout,
                net=yuan(settlement.right_fen), due=local(settlement.due_ms),
                amount_fen=settlement.right_fen, since_ms=settlement.cleared_ms,
            )


def _check(case: _Case, settlement: Settlement, record: PayoutPosted) -> None:
    find = case.find
    if settlement.diverted_ms and record.net_fen < settlement.right_fen:
        pass  # by whom it was kept invariant 3 says, sale by sale
    elif record.net_fen != settlement.right_fen:
        find("paid_wrong_sum", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
             right=yuan(settlement.right_fen), paid=yuan(record.net_fen),
             amount_fen=record.net_fen)
    if record.mid != settlement.mid:
        find("paid_to_another", at_ms=record.at_ms, mid=settlement.mid, payout=record.payout,
             other=record.mid, amount_fen=record.net_fen)
    if settlement.suspended:
        find("paid_from_suspense", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
             amount_fen=record.net_fen)


def _is_missing(settlement: Settlement, end_ms: int) -> bool:
    """Whether a payout is so long due that it will not come by itself."""
    return (
        not settlement.posted and not settlement.suspended and not settlement.diverted_ms and settlement.right_fen > 0
        and end_ms > settlement.due_ms + OVERDUE_MS
    )


RULE = Rule(
    number=6, en="payout exactly once", zh="付款恰好一次", needs=BOOKS, remembers=Owings,
    findings=(
        Sentence("paid_twice", Urgency.SAFETY,
                 "payout {payout} of merchant {mid} was posted {times} times",
                 "商户 {mid} 的付款 {payout} 入账 {times} 次"),
        Sentence("paid_wrong_sum", Urgency.SAFETY,
                 "payout {payout} of merchant {mid} should be {right}, {paid} were posted",
                 "商户 {mid} 的付款 {payout} 应为 {right}，实际入账 {paid}"),
        Sentence("paid_to_another", Urgency.SAFETY,
                 "payout {payout} is merchant {mid}'s and was posted to {other}",
                 "付款 {payout} 属于商户 {mid}，却入账给 {other}"),
        Sentence("paid_unsettled", Urgency.SAFETY,
                 "payout {payout} of {paid} was posted for merchant {mid}, and nothing was settled under it",
                 "商户 {mid} 收到付款 {payout} {paid}，但没有对应的清算"),
        Sentence("paid_from_suspense", Urgency.SAFETY,
                 "payout {payout} of merchant {mid} was posted while its money stood in suspense",
                 "商户 {mid} 的付款 {payout} 挂账期间即入账"),
        Sentence("settled_twice", Urgency.SAFETY,
                 "merchant {mid} has more than one settlement of {date}",
                 "商户 {mid} 在 {date} 有多于一次的清算"),
        Sentence("cleared_twice", Urgency.SAFETY,
                 "item {key} ({what}) was cleared more than once",
                 "{key}（{what}）被清算多次"),
        Sentence("settlement_wrong", Urgency.SAFETY,
                 "settlement {payout}: gross {gross}, fee {fee}, net {net} in {items} items; its items make"
                 " {sum}, fee {fees}, {count} items",
                 "清算 {payout}：总额 {gross} 手续费 {fee} 净额 {net} 共 {items} 笔；明细合计 {sum} 手续费"
                 " {fees} 共 {count} 笔"),
        Sentence("owing_not_told", Urgency.SAFETY,
                 "settlement {payout} leaves merchant {mid} owing {owed}, and nobody says so",
                 "清算 {payout} 之后商户 {mid} 欠款 {owed}，却未告知"),
        Sentence("owing_told_otherwise", Urgency.SAFETY,
                 "settlement {payout}: merchant {mid} is said to owe {told}; {right} is right",
                 "清算 {payout}：告知商户 {mid} 欠款 {told}；应为 {right}"),
        Sentence("advance_told_otherwise", Urgency.SAFETY,
                 "settlement {payout}: who stands in for the {owed} that merchant {mid} owes is told against its"
                 " terms ({terms})",
                 "清算 {payout}：商户 {mid} 欠款 {owed} 由谁垫付，所告知的与约定（{terms}）不符"),
        Sentence("taken_off_told_otherwise", Urgency.SAFETY,
                 "settlement {payout} is told with {told} taken off (netted / withheld / fee for the payout);"
                 " {right} is right",
                 "清算 {payout}：告知扣减 {told}（抵扣/扣留/付款手续费）；应为 {right}"),
        Sentence("payout_missing", Urgency.LIVENESS,
                 "payout {payout} of {net} to merchant {mid} was due {due} and was neither posted nor"
                 " suspended",
                 "商户 {mid} 的付款 {payout} {net} 应于 {due} 到账，既未入账也未挂账"),
    ),
    hears={
        StrangeItemCleared: strange_item, MerchantSettled: settled, PayoutPosted: posted,
        Suspended: suspended, CarriedForward: carried, RunStarted: started, TakenOffOtherwise: taken_off,
    },
    at_end=at_end,
)
