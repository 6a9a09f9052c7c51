"""Parts of days on which a dispute takes a course that it must not take, or its money does."""

from __future__ import annotations

from collections.abc import Callable

from synthetic_day import CARDHOLDER, DUE, HOST, MID, PAYABLE, PENDING, SCHEME, TERMINAL, TID, Day

from simulator.catalogue.dispute_reasons import DisputeReason
from simulator.catalogue.disputes import DisputeStage
from simulator.catalogue.slip_reasons import SlipReason
from simulator.local_time import DAY_MS
from simulator.trace.records import (
    Arrived,
    Disputed,
    DisputesOpened,
    ItemCleared,
    MerchantSettled,
    Posted,
    Restarted,
    Sent,
    SlipMissing,
    SlipReprinted,
    key_of,
)

WAIT_MS = 5 * DAY_MS
HELD = "dispute:bank.a"
CASE = "D1"
LATER = {"chargeback": "2026-02-20", "representment": "2026-02-21"}  # cleared at its date
KEY = key_of(TID, 1, 1)
_S = DisputeStage


def _opened(day: Day) -> None:
    day.add(DisputesOpened, "run", waits=tuple((name, WAIT_MS) for name in (
        "answer_within", "chargeback_within", "representment_within", "second_chargeback_within")))


def _sold(day: Day, undone: int = 0) -> None:
    _opened(day)
    key = day.sale("s1")
    if undone:
        day.void("s1", key, undone)
    day.arrive()


def _stage(day: Day, stage: DisputeStage, fen: int = 6800, more_ms: int = 0, actor: str = "bank.a") -> None:
    waits = stage not in (_S.LOST, _S.WON, _S.REFUSED, _S.LATE, _S.ADJUSTED, _S.CHARGED_BACK_AGAIN)
    due_ms = day.at + 1000 + WAIT_MS + more_ms if waits else 0
    day.add(Disputed, actor, case=CASE, key=KEY, mid=MID, stage=stage, amount_fen=fen,
            reason=DisputeReason.FRAUD, due_ms=due_ms, sale="s1")


def _move(day: Day, why: str, source: str, target: str, fen: int = 6800) -> None:
    day.add(Posted, HOST, why=why, key=CASE, entries=((source, -fen), (target, fen)))


def _taken(day: Day, fen: int = 6800, account: str = PENDING) -> None:
    _move(day, "chargeback", account, SCHEME, fen)
    _move(day, "dispute_taken", DUE, HELD, fen)


def _item(day: Day, fen: int = -6800, what: str = "chargeback", fee: int = 0) -> None:
    date = LATER.get(what, "2026-02-22")
    day.add(ItemCleared, "clearing", key=KEY, what=what, mid=MID, amount_fen=fen, fee_fen=fee,
            settlement_date=date)
    payout = f"{date}/{MID}"
    day.add(MerchantSettled, "clearing", mid=MID, settlement_date=date, gross_fen=fen, fee_fen=fee,
            net_fen=fen - fee, items=1, payout=payout, due_ms=day.at + DAY_MS)
    for why, key, source, target in (
        ("clearing", payout, PENDING, PAYABLE), ("interbank", f"{date}/bank.a", DUE, SCHEME),
    ):
        day.add(Posted, "clearing", why=why, key=key, entries=((source, -fen), (target, fen)))


def _given(day: Day, account: str = CARDHOLDER) -> None:
    _move(day, "dispute_credited", HELD, account)


def _charged_back(day: Day) -> None:
    _sold(day)
    _stage(day, _S.CHARGED_BACK)
    _taken(day)
    _item(day)


def lost_by_silence(day: Day) -> None:
    _charged_back(day)
    day.wait(WAIT_MS)
    _stage(day, _S.LOST, actor="clearing")
    _given(day)


def won_at_the_slip(day: Day) -> None:
    _sold(day)
    _stage(day, _S.REQUESTED)
    _stage(day, _S.ANSWERED, actor=HOST)
    day.wait(WAIT_MS)
    _stage(day, _S.WON, actor="clearing")


def answered_too_late(day: Day) -> None:
    lost_by_silence(day)
    _stage(day, _S.LATE, actor=HOST)


def presented_again_and_won(day: Day) -> None:
    _charged_back(day)
    _stage(day, _S.REPRESENTED, actor=HOST)
    _move(day, "dispute_returned", HELD, DUE)
    _move(day, "representment", SCHEME, PENDING)
    _item(day, 6800, "representment")
    _stage(day, _S.WON, actor="bank.a")


def nothing_left(day: Day) -> None:
    _sold(day, 6800)
    _stage(day, _S.REFUSED, 0)


def _tipped(day: Day) -> None:
    """68.00, and 5.00 that the counter took and the terminal sent later."""
    _opened(day)
    key = day.sale("s1")
    day.mean("s1-tip", 500, "tip")
    day.stan += 1
    day.conclude("s1-tip", fen=500, what="tip")
    day.send("s1-tip", 500, "tip", "0220", original=key, stan=day.stan)
    day.request_arrives(500, "tip", "0220")
    day.debited(500)
    day.captured(500, what="tip")
    day.reply_arrives(what="tip", mti="0230")
    day.arrive()


def lost_with_its_tip(day: Day) -> None:
    _tipped(day)
    _stage(day, _S.CHARGED_BACK, 7300)
    _taken(day, 7300)
    _item(day, -7300)
    day.wait(WAIT_MS)
    _stage(day, _S.LOST, 7300, actor="clearing")
    _move(day, "dispute_credited", HELD, CARDHOLDER, 7300)


def _more_than_sale_and_tip(day: Day) -> None:
    _tipped(day)
    _stage(day, _S.CHARGED_BACK, 7301)


def _won_without_a_word(day: Day) -> None:
    _charged_back(day)
    _stage(day, _S.WON, actor=HOST)


def _decided_twice(day: Day) -> None:
    lost_by_silence(day)
    _stage(day, _S.WON, actor=HOST)


def _another_term(day: Day) -> None:
    _sold(day)
    _stage(day, _S.REQUESTED, more_ms=DAY_MS)


def _given_up_early(day: Day) -> None:
    _charged_back(day)
    _stage(day, _S.LOST, actor="clearing")
    _given(day)


def _too_much(day: Day) -> None:
    _sold(day)
    _stage(day, _S.CHARGED_BACK, 6801)


def _refused_though_sold(day: Day) -> None:
    _sold(day)
    _stage(day, _S.REFUSED, 0)


def _taken_twice(day: Day) -> None:
    _charged_back(day)
    _taken(day)
    _stage(day, _S.REPRESENTED, actor=HOST)


def _given_to_another(day: Day) -> None:
    _charged_back(day)
    day.wait(WAIT_MS)
    _stage(day, _S.LOST, actor="clearing")
    _given(day, "cardholder:bank.a/somebody else")


def _fee_moved(day: Day) -> None:
    _sold(day)
    _stage(day, _S.CHARGED_BACK)
    _taken(day)
    _item(day, fee=-41)


def _item_of_no_case(day: Day) -> None:
    _sold(day)
    _item(day)


def _not_cleared(day: Day) -> None:
    _sold(day)
    _stage(day, _S.CHARGED_BACK)
    _taken(day)
    day.wait(2 * DAY_MS)


def _never_closed(day: Day) -> None:
    _charged_back(day)
    day.wait(WAIT_MS + 2 * DAY_MS)


def _no_slip(day: Day, why: SlipReason = SlipReason.LOST) -> None:
    _sold(day)
    day.add(SlipMissing, f"terminal.{TID}", sale="s1", key=KEY, mid=MID, why=why)


def _reprinted(day: Day, *, printed: bool) -> None:
    day.add(SlipReprinted, f"terminal.{TID}", sale="s1", key=KEY, printed=printed)


def _lost_for(day: Day, lacking: SlipReason | None, *, gave_in: bool = False) -> None:
    _stage(day, _S.REQUESTED)
    day.add(Disputed, HOST, case=CASE, key=KEY, mid=MID, stage=_S.LOST, amount_fen=6800,
            reason=DisputeReason.FRAUD, sale="s1", lacking=lacking, gave_in=gave_in)
    _taken(day)
    _given(day)
    _item(day)


def lost_for_want_of_a_slip(day: Day) -> None:
    _no_slip(day)
    _lost_for(day, SlipReason.LOST)


def answered_with_a_slip_printed_again(day: Day) -> None:
    _no_slip(day, SlipReason.NOT_PRINTED)
    _reprinted(day, printed=True)
    _stage(day, _S.REQUESTED)
    _stage(day, _S.ANSWERED, actor=HOST)
    _stage(day, _S.WON, actor=HOST)


def not_printed_by_a_terminal_that_came_up_again(day: Day) -> None:
    _no_slip(day)
    day.add(Restarted, f"terminal.{TID}")
    _reprinted(day, printed=False)
    _lost_for(day, SlipReason.LOST)


def _answered_without_slip(day: Day) -> None:
    _no_slip(day)
    _stage(day, _S.REQUESTED)
    _stage(day, _S.ANSWERED, actor=HOST)


def _lost_without_its_reason(day: Day) -> None:
    _no_slip(day, SlipReason.UNSIGNED)
    _lost_for(day, None)


def _lost_for_a_slip_that_is_there(day: Day) -> None:
    _sold(day)
    _lost_for(day, SlipReason.LOST)


def given_in_without_a_look_at_the_slip(day: Day) -> None:
    _no_slip(day, SlipReason.UNSIGNED)
    _lost_for(day, None, gave_in=True)


def _given_in_and_a_slip_named(day: Day) -> None:
    _no_slip(day, SlipReason.UNSIGNED)
    _lost_for(day, SlipReason.UNSIGNED, gave_in=True)


def _not_printed_again(day: Day) -> None:
    _no_slip(day)
    _reprinted(day, printed=False)


def _refunded(day: Day, fen: int = 6800) -> None:
    """At the counter, of the sale that the case is about."""
    day.stan += 1
    key = day.key()
    day.add(Sent, TERMINAL, to=HOST, what="refund", mti="0220", tid=TID, batch=day.batch, stan=day.stan,
            amount_fen=fen, sale="s1", original=KEY)
    day.add(Arrived, HOST, sender=TERMINAL, what="refund", mti="0220", tid=TID, batch=day.batch, stan=day.stan,
            amount_fen=fen, original=KEY)
    day.captured(-fen, key, "refund")


def _refunded_and_charged_back(day: Day) -> None:
    _charged_back(day)
    _refunded(day)


def refunded_after_it_was_won(day: Day) -> None:
    presented_again_and_won(day)
    _refunded(day)


DISPUTE_BAD: dict[Callable[[Day], None], tuple[int, str]] = {
    _won_without_a_word: (33, "dispute_unlawful"),
    _answered_without_slip: (33, "answered_without_slip"),
    _lost_without_its_reason: (33, "lost_for_another_slip"),
    _lost_for_a_slip_that_is_there: (33, "lost_for_another_slip"),
    _given_in_and_a_slip_named: (33, "lost_for_another_slip"),
    _not_printed_again: (33, "slip_not_reprinted"),
    _decided_twice: (33, "dispute_decided_twice"),
    _another_term: (33, "dispute_wrong_term"),
    _given_up_early: (33, "dispute_term_passed"),
    _too_much: (33, "disputed_too_much"),
    _more_than_sale_and_tip: (33, "disputed_too_much"),
    _refused_though_sold: (33, "dispute_refused_wrongly"),
    _taken_twice: (33, "dispute_money_wrong"),
    _given_to_another: (33, "disputed_of_another"),
    _refunded_and_charged_back: (33, "returned_while_disputed"),
    _fee_moved: (33, "dispute_moves_fee"),
    _item_of_no_case: (33, "dispute_item_strange"),
    _not_cleared: (33, "dispute_not_cleared"),
    _never_closed: (33, "dispute_not_closed"),
}
DISPUTE_GOOD = (
    lost_by_silence, lost_for_want_of_a_slip, answered_with_a_slip_printed_again,
    not_printed_by_a_terminal_that_came_up_again, given_in_without_a_look_at_the_slip,
    lost_by_silence, won_at_the_slip, answered_too_late, presented_again_and_won, nothing_left,
    lost_with_its_tip, refunded_after_it_was_won,
)
