"""Terminals that get sums and cards wrong: another one than was keyed in, presented, approved."""

from __future__ import annotations

from msgspec.structs import replace

from simulator.defect import Defect, Replacements
from simulator.machines.terminal.defects.changing import asked_for
from simulator.machines.terminal.events import Operated
from simulator.machines.terminal.profile import Card
from simulator.machines.terminal.work import Work
from simulator.wire.kinds import Kind

_SOLD = (Kind.SALE, Kind.QR_SALE, Kind.OFFLINE_SALE)
_GIVEN_BACK = (Kind.REFUND, Kind.QR_REFUND)
_SCALE = 10


# Asks for twice what was keyed in.


def _twice(_w: Work, job: Operated) -> Operated:
    return replace(job, amount_fen=2 * job.amount_fen)


# Asks for a fen more.


def _a_fen_more(_w: Work, job: Operated) -> Operated:
    return replace(job, amount_fen=job.amount_fen + 1)


# Reads the keyed sum with its point in another place.


def _ten_times(_w: Work, job: Operated) -> Operated:
    return replace(job, amount_fen=_SCALE * job.amount_fen)


# Refunds the whole sale where a part was keyed in.


def _whole(w: Work, job: Operated) -> Operated:
    item = w.memory.item(job.original.stan) if job.original is not None else None
    return job if item is None else replace(job, amount_fen=item.amount_fen)


# Refunds half of what was keyed in.


def _half(_w: Work, job: Operated) -> Operated:
    return replace(job, amount_fen=max(1, job.amount_fen // 2))


# Completes with the sum that was pre-authorised.


def _as_held(w: Work, job: Operated) -> Operated:
    item = w.memory.item(job.original.stan) if job.original is not None else None
    return job if item is None else replace(job, amount_fen=item.amount_fen)


# Still has the card of the last customer in its reader.


def _last_card() -> Replacements:
    before: dict[str, Card] = {}  # by TID

    def changed(w: Work, job: Operated) -> Operated:
        card = job.card
        if card is None:
            return job
        last = before.get(w.identity.tid)
        before[w.identity.tid] = card
        return job if last is None else replace(job, card=last)

    return asked_for(changed, Kind.SALE)


ROWS = (
    Defect("terminal.doubles_sum", "a sale is sent with twice the sum that was keyed in",
           (19,), asked_for(_twice, *_SOLD), shown_by="defects/market-day",
           zh="发出的消费金额是录入金额的两倍"),
    Defect("terminal.sum_a_fen_more", "a sale is sent with a fen more than was keyed in",
           (19,), asked_for(_a_fen_more, *_SOLD), shown_by="defects/market-day",
           zh="发出的消费金额比录入金额多一分"),
    Defect("terminal.sum_ten_times", "a sale is sent with ten times the sum that was keyed in",
           (19,), asked_for(_ten_times, *_SOLD), shown_by="defects/market-day",
           zh="发出的消费金额是录入金额的十倍"),
    Defect("terminal.refunds_whole_sale", "a refund of a part gives back the whole sale",
           (19,), asked_for(_whole, *_GIVEN_BACK), shown_by="defects/market-day",
           zh="部分退货时退回整笔交易"),
    Defect("terminal.refunds_half", "a refund gives back half of what was keyed in",
           (19,), asked_for(_half, *_GIVEN_BACK), shown_by="defects/market-day",
           zh="退货只退录入金额的一半"),
    Defect("terminal.completes_what_was_held",
           "a completion takes the sum that was pre-authorised, whatever was keyed in",
           (19,), asked_for(_as_held, Kind.COMPLETION), shown_by="defects/market-day",
           zh="预授权完成按预授权金额扣款，不按录入金额"),
    Defect("terminal.keeps_last_card", "a sale is made on the card of the customer before",
           (17,), _last_card, shown_by="defects/market-day",
           zh="用上一位顾客的卡做交易"),
)
