"""Recorders built wrong on purpose: what happened is not all written down, or not once."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from simulator.catalogue.money_reasons import PostingReason
from simulator.defect import Defect, Replacements, instead
from simulator.trace.recorder import Recorder
from simulator.trace.records import (
    Arrived,
    BatchCounted,
    CarriedForward,
    Concluded,
    ItemCleared,
    Journaled,
    Listener,
    MerchantOpened,
    MerchantSettled,
    PayoutPosted,
    PayoutSent,
    Posted,
    ReceiptGiven,
    Record,
    Restarted,
    SaleMeant,
    SaleUndone,
    Sent,
    StillPending,
    Suspended,
    TerminalOpened,
)


def writing(change: Callable[[Record], tuple[Record, ...]]) -> Replacements:
    """A recorder that writes down what ``change`` makes of each record."""
    def wrong(choose: Callable[[Recorder], Listener], recorder: Recorder) -> Listener:
        right = choose(recorder)

        def emit(record: Record) -> None:
            for each in change(record):
                right(each)

        return emit

    return instead(Recorder, (Recorder._choose, wrong))


def leaving_out(*kinds: type[Record]) -> Replacements:
    """A recorder that leaves records of some kinds out."""
    return writing(lambda record: () if isinstance(record, kinds) else (record,))


def _without(why: PostingReason) -> Replacements:
    return writing(
        lambda record: () if isinstance(record, Posted) and record.why is why else (record,))


def _without_declines(record: Record) -> tuple[Record, ...]:
    if isinstance(record, Concluded) and record.result == "declined":
        return ()
    return (record,)


def _twice(*kinds: type[Record]) -> Replacements:
    return writing(
        lambda record: (record, record) if isinstance(record, kinds) else (record,))


def _nothing_taken_off(record: Record) -> tuple[Record, ...]:
    if isinstance(record, MerchantSettled):
        return (replace(record, netted_fen=0, withheld_fen=0, payout_fee_fen=0),)
    return (record,)


def _another_stands_in(record: Record) -> tuple[Record, ...]:
    return (replace(record, advanced=not record.advanced),) if isinstance(record, CarriedForward) else (record,)


ROWS = (
    Defect("recorder.nothing_taken_off", "settlements are written down as if nothing were taken off",
           (6,), writing(_nothing_taken_off), shown_by="money/deposit-from-first-sales",
           zh="清算记录中没有任何扣减"),
    Defect("recorder.another_stands_in", "it is written down wrongly who stands in for what a merchant owes",
           (6,), writing(_another_stands_in), shown_by="money/refund-owed",
           zh="商户欠款由谁垫付记录有误"),
    Defect("recorder.no_pending", "what actors themselves call unresolved is not written down",
           (32,), leaving_out(StillPending), shown_by="defects/issuer-silent-for-a-while",
           beside=("acquirer.tells_issuer_once",),
           zh="各方自称未结清的事项没有记录"),
    Defect("recorder.no_undone", "it is not written down that customers gave sales back",
           (31,), leaving_out(SaleUndone), shown_by="defects/market-day",
           zh="顾客退货或撤销的意愿没有记录"),
    Defect("recorder.no_meant", "it is not written down what customers wanted",
           (31,), leaving_out(SaleMeant), shown_by="defects/two-coffees",
           zh="顾客的购买意愿没有记录"),
    Defect("recorder.no_restarts", "restarts are not written down",
           (31,), leaving_out(Restarted), shown_by="power-cut",
           zh="重启没有记录"),
    Defect("recorder.no_terminals", "terminals are not introduced",
           (31,), leaving_out(TerminalOpened), shown_by="defects/two-coffees",
           zh="终端没有登记"),
    Defect("recorder.no_merchants", "merchants are not introduced",
           (31,), leaving_out(MerchantOpened), shown_by="defects/two-coffees",
           zh="商户没有登记"),
    Defect("recorder.no_outcomes", "what the counter saw is not written down",
           (4,), leaving_out(Concluded), shown_by="defects/two-coffees",
           zh="收银台看到的结果没有记录"),
    Defect("recorder.no_declines", "declines that the counter saw are not written down",
           (31,), writing(_without_declines), shown_by="defects/declined-sale",
           zh="收银台看到的拒绝没有记录"),
    Defect("recorder.no_receipts", "receipts are not written down",
           (22,), leaving_out(ReceiptGiven), shown_by="defects/two-coffees",
           zh="凭条没有记录"),
    Defect("recorder.no_sendings", "what leaves its sender is not written down",
           (31,), leaving_out(Sent), shown_by="defects/two-coffees",
           zh="发出的报文没有记录"),
    Defect("recorder.no_arrivals", "what arrives is not written down",
           (16,), leaving_out(Arrived), shown_by="defects/two-coffees",
           zh="到达的报文没有记录"),
    Defect("recorder.no_journal", "what becomes durable is not written down",
           (32,), leaving_out(Journaled), shown_by="defects/two-coffees",
           zh="落盘的记录没有记录"),
    Defect("recorder.no_batches", "totals of batches are not written down",
           (10,), leaving_out(BatchCounted), shown_by="defects/two-coffees",
           zh="批次总额没有记录"),
    Defect("recorder.no_captures", "what is booked for merchants is not written down",
           (3,), _without(PostingReason.CAPTURE), shown_by="defects/two-coffees",
           zh="给商户的入账没有记录"),
    Defect("recorder.no_debits", "what cardholders are debited is not written down",
           (4,), _without(PostingReason.DEBIT), shown_by="defects/two-coffees",
           zh="持卡人的扣款没有记录"),
    Defect("recorder.no_credits", "what cardholders get back is not written down",
           (4,), _without(PostingReason.CREDIT), shown_by="defects/voided-sale",
           zh="退给持卡人的钱没有记录"),
    Defect("recorder.no_items", "cleared items are not written down",
           (6,), leaving_out(ItemCleared), shown_by="defects/two-coffees",
           zh="清算明细没有记录"),
    Defect("recorder.no_settlements", "settlements of merchants are not written down",
           (6,), leaving_out(MerchantSettled), shown_by="defects/two-coffees",
           zh="商户清算没有记录"),
    Defect("recorder.no_instructions", "payouts that are sent are not written down",
           (31,), leaving_out(PayoutSent), shown_by="defects/two-coffees",
           zh="发出的付款没有记录"),
    Defect("recorder.no_payouts", "payouts that arrive are not written down",
           (3,), leaving_out(PayoutPosted), shown_by="defects/two-coffees",
           zh="到账的付款没有记录"),
    Defect("recorder.no_suspense", "it is not written down that money stands in suspense",
           (3,), leaving_out(Suspended), shown_by="defects/closed-account",
           zh="挂账没有记录"),
    Defect("recorder.postings_twice", "each posting is written down twice",
           (2,), _twice(Posted), shown_by="defects/two-coffees",
           zh="每笔记账都记录了两次"),
)
