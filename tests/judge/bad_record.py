"""Parts of days on which a machine says no without a cause, or the record lacks something."""

from __future__ import annotations

from collections.abc import Callable

from bad_host import answers, asks, asks_again, issuer_says
from msgspec import structs
from synthetic_day import CARDHOLDER, HOST, MID, PAYOUT, TERMINAL, TID, Day

from simulator.local_time import DAY_MS, HOUR_MS
from simulator.trace.records import (
    ChannelAnswered,
    Concluded,
    FaultBegan,
    FaultEnded,
    FaultFired,
    Journaled,
    NoticeSent,
    PayoutPosted,
    PayoutSent,
    PhaseEntered,
    Posted,
    Released,
    Restarted,
    Suspended,
)


def _others_share_an_account(day: Day) -> None:
    day.add(Posted, "bank.a", why="opening", key="cardholder:bank.a",
            entries=(("outside", -100_000_000), ("cardholder:bank.a", 100_000_000)))


def _declined(day: Day, code: str, **facts: object) -> None:
    day.mean("s1")
    asks(day)
    day.add(ChannelAnswered, "bank.a", key=day.key(), asked="debit", response_code=code, **facts)
    answers(day, code)
    day.reply_arrives(code)
    day.conclude("s1", "declined", code=code)


# ---- no, and why -----------------------------------------------------------------------------


def lost_card_that_nobody_lost(day: Day) -> None:
    _others_share_an_account(day)
    _declined(day, "41")


def card_of_its_own_that_is_lost(day: Day) -> None:
    """The card has a row at its issuer: its state is no record's business."""
    _others_share_an_account(day)
    day.add(Posted, "bank.a", why="opening", key=CARDHOLDER,
            entries=(("outside", -9_000), (CARDHOLDER, 9_000)))
    _declined(day, "41")


def declined_by_a_fault(day: Day) -> None:
    _others_share_an_account(day)
    day.add(FaultFired, "run", fault="f", mode="bank.decline", point="authorisation",
            anchor=f"{TID}/000001/000001/debit/0", verb="answer", code="41")
    _declined(day, "41")


def too_little_though_enough(day: Day) -> None:
    _others_share_an_account(day)
    _declined(day, "51", left_fen=6_800)


def too_little_by_its_own_account(day: Day) -> None:
    """What the issuer says of itself is not believed: 90 yuan came, none went."""
    day.add(Posted, "bank.a", why="opening", key=CARDHOLDER,
            entries=(("outside", -9_000), (CARDHOLDER, 9_000)))
    _declined(day, "51", left_fen=0)


def too_little(day: Day) -> None:
    _others_share_an_account(day)
    _declined(day, "51", left_fen=6_799)


def undone_that_was_never_undone(day: Day) -> None:
    _declined(day, "22")


def _refused_by_the_host(day: Day, code: str, after_ms: int = 0) -> None:
    _whole(day)
    day.mean("s1")
    asks(day)
    day.wait(after_ms)
    answers(day, code)
    day.reply_arrives(code)
    day.conclude("s1", "declined", code=code)


def host_asks_nobody(day: Day) -> None:
    _refused_by_the_host(day, "05")


def terminal_that_is_unknown(day: Day) -> None:
    _refused_by_the_host(day, "97")


def host_that_waits_for_nobody(day: Day) -> None:
    _whole(day)
    day.mean("s1")
    asks(day)
    day.at -= 900  # 100 ms after it came
    answers(day, "98")
    day.reply_arrives("98")
    day.conclude("s1", "declined", code="98")


def host_that_gave_up_in_time(day: Day) -> None:
    _refused_by_the_host(day, "98", 30_000)


def refuses_for_a_reversal(day: Day) -> None:
    day.mean("s1")
    day.add(Concluded, TERMINAL, sale="s1", what="sale", result="refused", reason="reversal_pending")


def refuses_for_its_reversal(day: Day) -> None:
    day.unanswered_sale("s0")
    day.reversal(answered=False)
    day.add(Concluded, TERMINAL, sale="s1", what="sale", result="refused", reason="reversal_pending")
    day.reversal()
    day.give_back()


def refuses_for_a_settlement(day: Day) -> None:
    day.mean("s1")
    day.add(Concluded, TERMINAL, sale="s1", what="sale", result="refused", reason="settlement_pending")


def passed_over(day: Day) -> None:
    _whole(day)
    day.mean("s1")
    asks(day)
    day.wait(HOUR_MS)


def passed_over_as_it_died(day: Day) -> None:
    issuer_says(day, "51")
    day.mean("s1")
    asks(day)
    day.add(Restarted, HOST)
    day.wait(HOUR_MS)
    day.reversal()


def copy_that_waits_with_its_original(day: Day) -> None:
    day.mean("s1")
    asks(day)
    asks_again(day)
    issuer_says(day, "51")
    answers(day, "51")
    day.wait(HOUR_MS)


# ---- what is told ----------------------------------------------------------------------------


def told_and_not_written(day: Day) -> None:
    _whole(day)
    day.mean("s1")
    asks(day)
    issuer_says(day)
    answers(day)


def undone_and_nobody_heard(day: Day) -> None:
    issuer_says(day, "51")
    day.unanswered_sale("s1")
    day.reversal()
    day.add(Journaled, HOST, entry="undone", tid=TID, batch=1, stan=day.stan)
    day.give_back()
    day.wait(2 * HOUR_MS)


def undone_and_named_by_nobody(day: Day) -> None:
    _whole(day)
    undone_and_nobody_heard(day)


def undone_and_heard(day: Day) -> None:
    undone_and_nobody_heard(day)
    for code in ("91", "00"):
        day.add(ChannelAnswered, "bank.a", key=day.key(), asked="reverse", response_code=code)
    day.wait(2 * HOUR_MS)


def _told_of(day: Day, *sums: str) -> None:
    _whole(day)
    day.add(PayoutSent, "clearing", payout=PAYOUT, mid=MID, bank="bank.a", net_fen=6759)
    day.add(PayoutPosted, "bank.a", payout=PAYOUT, mid=MID, net_fen=6759)
    for fen in sums:
        day.add(NoticeSent, "bank.a", mid=MID, text=f"【到账通知】您的账户入账POS结算款{fen}元，余额{fen}元。")
    day.wait(2 * DAY_MS)


def told_of_another_sum(day: Day) -> None:
    _told_of(day, "67.60")


def told_twice(day: Day) -> None:
    _told_of(day, "67.59", "67.59")


def told_of_nothing(day: Day) -> None:
    _told_of(day)


def batch_closed_by_the_host_again(day: Day) -> None:
    day.sale()
    day.ask_settlement()
    for _ in range(2):
        day.count(HOST)
    day.count(TERMINAL)


# ---- the record ------------------------------------------------------------------------------


def _whole(day: Day) -> None:
    day.records[0] = structs.replace(day.records[0], whole=True)


def clock_that_goes_back(day: Day) -> None:
    _whole(day)
    day.mean("s1")
    asks(day)
    day.at -= 5_000
    answers(day, "98")
    day.at += 5_000


def sent_and_never_seen(day: Day) -> None:
    _whole(day)
    day.mean("s1")
    day.send("s1")
    day.wait(DAY_MS)


def seen_and_never_sent(day: Day) -> None:
    _whole(day)
    day.mean("s1")
    asks(day)
    day.reply_arrives("51")


def dark_and_sends(day: Day) -> None:
    _whole(day)
    day.mean("s1")
    day.add(FaultFired, "run", fault="f", mode="terminal.power_cut", point="terminal_step",
            anchor=f"{TID}/000001/000001/send:0200/0", verb="cut_power")
    day.send("s1")


def void_that_nobody_wanted(day: Day) -> None:
    _whole(day)
    key = day.sale("s1")
    day.send("s1-void", what="void", original=key)


def sold_to_nobody(day: Day) -> None:
    _whole(day)
    day.send("s1")
    day.conclude("s1")


def heard_and_never_shown(day: Day) -> None:
    _whole(day)
    day.mean("s1")
    asks(day)
    answers(day, "51")
    day.reply_arrives("51")


def _declined_by_a_fault(day: Day) -> None:
    _whole(day)
    day.mean("s1")
    asks(day)
    _declines_by_a_fault(day)


def _declines_by_a_fault(day: Day) -> None:
    day.add(FaultFired, "run", fault="f", mode="bank.decline", point="authorisation",
            anchor=f"{TID}/000001/000001/debit/0", verb="answer", code="41")
    day.add(ChannelAnswered, "bank.a", key=day.key(), asked="debit", response_code="41")
    answers(day, "41")
    day.reply_arrives("41")


def power_between_a_decline_and_its_screen(day: Day) -> None:
    """What is not approved is not told once more: after the boot the terminal has nothing of it."""
    _declined_by_a_fault(day)
    day.restart()


def power_after_a_decline_that_is_still_not_shown(day: Day) -> None:
    """Only the last is lost with the power; what went before it had its time."""
    heard_and_never_shown(day)
    day.mean("s2")
    day.send("s2")
    day.request_arrives()
    answers(day, "51")
    day.reply_arrives("51")
    day.conclude("s2", "declined")
    day.restart()


def _forged_under_the_number_of(day: Day) -> None:
    """What was forged for another message bears this one's number, and comes before it."""
    _whole(day)
    day.mean("s1")
    day.add(FaultFired, "run", fault="f", mode="fraud.forged", point="request",
            anchor=f"{TID}/000001/000000/0200/0", verb="forge", ms=25_000)
    day.send("s1")
    day.request_arrives(4_659, genuine=False)


def forged_under_the_number_of_what_comes(day: Day) -> None:
    _forged_under_the_number_of(day)
    day.request_arrives()
    _declines_by_a_fault(day)
    day.conclude("s1", "declined")


def forged_and_the_right_one_comes_twice(day: Day) -> None:
    _forged_under_the_number_of(day)
    day.request_arrives()
    day.request_arrives()


def end_without_beginning(day: Day) -> None:
    _whole(day)
    day.add(FaultEnded, "run", fault="storm", mode="link.down")


def beginning_without_end(day: Day) -> None:
    _whole(day)
    day.add(FaultBegan, "run", fault="storm", mode="link.down")


def drain_without_heal(day: Day) -> None:
    _whole(day)
    day.add(PhaseEntered, "run", phase="drain")


def bank_answers_nothing(day: Day) -> None:
    _whole(day)
    day.add(PayoutPosted, "bank.a", payout=PAYOUT, mid=MID, net_fen=100)


def bank_never_answers(day: Day) -> None:
    _whole(day)
    day.add(PayoutSent, "clearing", payout=PAYOUT, mid=MID, bank="bank.a", net_fen=100)
    day.wait(2 * DAY_MS)


def released_from_nowhere(day: Day) -> None:
    _whole(day)
    day.add(Released, "clearing", payout=PAYOUT, mid=MID, net_fen=100)


def released_again(day: Day) -> None:
    _whole(day)
    day.add(Suspended, "clearing", payout=PAYOUT, mid=MID, net_fen=100, reason="frozen")
    for _ in range(2):
        day.add(Released, "clearing", payout=PAYOUT, mid=MID, net_fen=100)


def merchant_of_nowhere(day: Day) -> None:
    _whole(day)
    key = day.sale("s1")
    day.records = [each for each in day.records if not each.actor.startswith("merchant.") or (
        type(each).__name__ != "MerchantOpened")]
    day.items = [(key, "sale", 6800)]
    day.close_batch()
    day.clear()


def terminal_of_nowhere(day: Day) -> None:
    _whole(day)
    del day.records[2]
    day.mean("s1")
    day.send("s1")


RECORD_BAD: dict[Callable[[Day], None], tuple[int, str]] = {
    lost_card_that_nobody_lost: (30, "issuer_declined_without_cause"),
    undone_that_was_never_undone: (30, "issuer_declined_without_cause"),
    too_little_though_enough: (30, "declined_with_money"),
    too_little_by_its_own_account: (30, "declined_with_money"),
    host_asks_nobody: (30, "declined_without_cause"),
    terminal_that_is_unknown: (30, "declined_without_cause"),
    host_that_waits_for_nobody: (30, "gave_up_at_once"),
    refuses_for_a_reversal: (30, "refused_without_cause"),
    refuses_for_a_settlement: (30, "refused_without_cause"),
    passed_over: (30, "never_answered"),
    told_and_not_written: (32, "told_before_written"),
    undone_and_nobody_heard: (32, "undoing_never_told"),
    undone_and_named_by_nobody: (32, "pending_not_told"),
    told_of_another_sum: (32, "notice_of_other_sum"),
    told_twice: (32, "notice_of_other_sum"),
    told_of_nothing: (32, "notice_missing"),
    batch_closed_by_the_host_again: (29, "batch_closed_twice"),
    clock_that_goes_back: (31, "time_went_back"),
    sent_and_never_seen: (31, "arrival_missing"),
    seen_and_never_sent: (31, "sending_missing"),
    dark_and_sends: (31, "restart_missing"),
    void_that_nobody_wanted: (31, "undoing_missing"),
    sold_to_nobody: (31, "meaning_missing"),
    heard_and_never_shown: (31, "outcome_missing"),
    power_after_a_decline_that_is_still_not_shown: (31, "outcome_missing"),
    forged_and_the_right_one_comes_twice: (31, "sending_missing"),
    end_without_beginning: (31, "beginning_missing"),
    beginning_without_end: (31, "end_missing"),
    drain_without_heal: (31, "phase_missing"),
    bank_answers_nothing: (31, "instruction_missing"),
    bank_never_answers: (31, "bank_answer_missing"),
    released_from_nowhere: (31, "suspension_missing"),
    released_again: (31, "suspension_missing"),
    merchant_of_nowhere: (31, "merchant_not_opened"),
    terminal_of_nowhere: (31, "terminal_not_opened"),
}
RECORD_GOOD = (
    card_of_its_own_that_is_lost, declined_by_a_fault, too_little, host_that_gave_up_in_time,
    undone_and_heard, refuses_for_its_reversal, passed_over_as_it_died, copy_that_waits_with_its_original,
    power_between_a_decline_and_its_screen, forged_under_the_number_of_what_comes,
)
