"""Traces in which a limit is not kept, or a hold does not end; and some that only look like it."""

from __future__ import annotations

from synthetic_day import CARDHOLDER, HOST, MID, T0, TERMINAL, TID, Day

from simulator.local_time import DAY_MS, HOUR_MS
from simulator.trace.records import (
    AcquirerOpened,
    BankOpened,
    ChannelAnswered,
    Concluded,
    LimitSet,
    NoticeSent,
    Posted,
    RunStarted,
    Unentitled,
)

HOLD = "hold:bank.a"


def _limited(day: Day, whose: str = CARDHOLDER, **limits: int) -> None:
    day.add(LimitSet, "bank.a" if whose == CARDHOLDER else HOST, whose=whose, **limits)


def _one_sale_too_large(day: Day) -> None:
    _limited(day, single_fen=6799)
    day.sale()


def _a_merchant_takes_too_much_in_a_day(day: Day) -> None:
    _limited(day, MID, day_fen=13_599)
    day.sale("s1")
    day.sale("s2")


def _a_card_spends_too_much_in_a_day(day: Day) -> None:
    _limited(day, day_fen=13_599)
    day.sale("s1")
    day.sale("s2")


def _a_card_spends_too_much_in_a_month(day: Day) -> None:
    _limited(day, day_fen=6_800, month_fen=13_599)
    day.sale("s1")
    day.at += DAY_MS
    day.sale("s2")


def _a_card_is_used_too_often(day: Day) -> None:
    _limited(day, times_a_day=2)
    for sale in ("s1", "s2", "s3"):
        day.sale(sale)


def _declined_for_a_limit(day: Day, code: str = "61", fen: int = 6800, sale: str = "s9") -> None:
    day.mean(sale, fen)
    day.send(sale, fen)
    day.request_arrives(fen)
    day.add(ChannelAnswered, "bank.a", key=day.key(), asked="debit", response_code=code)
    day.reply_arrives(code)
    day.conclude(sale, "declined", fen, code=code)


def _declined_though_the_day_has_room(day: Day) -> None:
    """68.00 and 68.00 are the day's 136.00; the first was reversed, and so the third is within it."""
    _limited(day, day_fen=13_600)
    day.unanswered_sale("s1")
    day.give_back()
    day.sale("s2")
    _declined_for_a_limit(day)


def _declined_as_used_too_often(day: Day) -> None:
    _limited(day, times_a_day=2)
    day.sale("s1")
    _declined_for_a_limit(day, "65")


def declined_at_its_limit(day: Day) -> None:
    """The day's 136.00 are taken: a fen is too much; so is a third use."""
    _limited(day, day_fen=13_600, times_a_day=2)
    day.sale("s1")
    day.sale("s2")
    _declined_for_a_limit(day, "61", 1, "s8")
    _declined_for_a_limit(day, "65", 1, "s9")


def used_as_often_as_it_may(day: Day) -> None:
    """Twice a day: one of three is reversed and was no use, and the next day counts anew."""
    _limited(day, times_a_day=2)
    day.unanswered_sale("s1")
    day.give_back()
    day.reversal()
    day.sale("s2")
    day.sale("s3")
    day.at += DAY_MS
    day.sale("s4")


def _held(day: Day) -> str:
    day.add(BankOpened, "bank.a", preauth_days=7)
    day.mean("p", what="preauth")
    key = day.send("p", what="preauth", mti="0100")
    day.request_arrives(what="preauth", mti="0100")
    day.add(Posted, "bank.a", why="hold", key=key, entries=((CARDHOLDER, -6800), (HOLD, 6800)))
    day.reply_arrives(what="preauth", mti="0110")
    day.conclude("p", what="preauth")
    return key


def _completed_when_it_was_over(day: Day) -> None:
    original = _held(day)
    day.at += 8 * DAY_MS
    key = day.send("p", what="completion", original=original)
    day.request_arrives(what="completion")
    day.add(Posted, "bank.a", why="debit", key=key,
            entries=((HOLD, -6800), (CARDHOLDER, 0), ("due:bank.a", 6800)))
    day.captured(what="completion")
    day.reply_arrives(what="completion")
    day.conclude("p", what="completion")


def _given_back_after(day: Day, days: int) -> None:
    """Held at 22:00 on 29 January for seven days: until 5 February 24:00."""
    key = _held(day)
    day.at = T0 + 2 * HOUR_MS + days * DAY_MS
    day.add(Posted, "bank.a", why="expire", key=key, entries=((HOLD, -6800), (CARDHOLDER, 6800)))


def _given_back_on_its_last_day(day: Day) -> None:
    _given_back_after(day, 6)


def given_back_at_the_midnight_that_ends_it(day: Day) -> None:
    _given_back_after(day, 7)


def _completed_the_day_after(day: Day) -> None:
    """Held on one day, completed on the next: that takes nothing more off the card, and counts as 68.00 there."""
    original = _held(day)
    day.at += DAY_MS
    key = day.send("p", what="completion", original=original)
    day.request_arrives(what="completion")
    day.add(Posted, "bank.a", why="debit", key=key,
            entries=((HOLD, -6800), (CARDHOLDER, 0), ("due:bank.a", 6800)))
    day.captured(what="completion")
    day.reply_arrives(what="completion")
    day.conclude("p", what="completion")
    day.receipt("p")


def _spends_beyond_its_completion(day: Day) -> None:
    """68.00 and 68.00 are a fen more than the card has in a day."""
    _limited(day, day_fen=13_599)
    _completed_the_day_after(day)
    day.sale("s2")


def spends_beside_its_completion(day: Day) -> None:
    """136.00 in the day and in the month, and two uses of the day: one of them the completion."""
    _limited(day, day_fen=13_600, month_fen=13_600, times_a_day=2)
    _completed_the_day_after(day)
    day.sale("s2")


def declined_beside_its_completion(day: Day) -> None:
    _limited(day, day_fen=13_599)
    _completed_the_day_after(day)
    _declined_for_a_limit(day)


def _declined_though_its_hold_was_of_the_day_before(day: Day) -> None:
    """The hold of yesterday is none of today's 68.00, though it is of the month."""
    _limited(day, day_fen=13_600)
    _completed_the_day_after(day)
    _declined_for_a_limit(day)


def _held_for_ever(day: Day) -> None:
    _held(day)
    day.at += 9 * DAY_MS


def _sells_to_a_clerk_who_is_not_signed_in(day: Day) -> None:
    day.add(Unentitled, "merchant.shop", sale="s1", tid=TID, what="sale", why="not_signed_in")
    day.sale("s1")


def up_to_every_limit(day: Day) -> None:
    """The very sums are allowed."""
    _limited(day, single_fen=6800, day_fen=13_600, month_fen=13_600)
    _limited(day, MID, single_fen=6800, day_fen=13_600, month_fen=13_600)
    day.sale("s1")
    day.sale("s2")


def given_back_in_time(day: Day) -> None:
    """A hold is over, and the cardholder has it again."""
    key = _held(day)
    day.at += 8 * DAY_MS
    day.add(Posted, "bank.a", why="expire", key=key, entries=((HOLD, -6800), (CARDHOLDER, 6800)))
    day.at += DAY_MS


def _completed_and_reversed(day: Day, *back: tuple[str, int]) -> str:
    original = _held(day)
    key = day.send("p", what="completion", original=original)
    day.request_arrives(what="completion")
    day.add(Posted, "bank.a", why="debit", key=key,
            entries=((HOLD, -6800), (CARDHOLDER, 0), ("due:bank.a", 6800)))
    day.add(Posted, "bank.a", why="reverse", key=key, entries=(*back, ("due:bank.a", -6800)))
    day.reply_arrives("98", what="completion")
    day.conclude("p", "declined", what="completion", code="98")
    return original


def completed_and_held_again(day: Day) -> None:
    """Its completion took the hold with it, and was reversed: it is held again, until its time is over."""
    original = _completed_and_reversed(day, (HOLD, 6800))
    day.at += 8 * DAY_MS
    day.add(Posted, "bank.a", why="expire", key=original, entries=((HOLD, -6800), (CARDHOLDER, 6800)))
    day.at += DAY_MS


def completed_and_taken_back_when_it_was_over(day: Day) -> None:
    """Reversed after its last day: there is nothing to be held again."""
    original = _held(day)
    key = day.send("p", what="completion", original=original)
    day.request_arrives(what="completion")
    day.add(Posted, "bank.a", why="debit", key=key,
            entries=((HOLD, -6800), (CARDHOLDER, 0), ("due:bank.a", 6800)))
    day.reply_arrives("98", what="completion")
    day.at += 8 * DAY_MS
    day.add(Posted, "bank.a", why="reverse", key=key, entries=((CARDHOLDER, 6800), ("due:bank.a", -6800)))
    day.conclude("p", "declined", what="completion", code="98")


def _taken_back_and_not_held_again(day: Day) -> None:
    """The cardholder could spend at once what the hotel still counts on."""
    _completed_and_reversed(day, (CARDHOLDER, 6800))


def _notice(day: Day, key: str, text: str) -> None:
    tid, batch, stan = key.rsplit("/", 2)
    day.add(NoticeSent, HOST, mid=MID, text=f"【预授权到期】终端{tid}批次{batch}凭证{stan}的预授权{text}元未完成")


def _ended(day: Day) -> str:
    key = _held(day)
    day.add(RunStarted, "run", title="t", seed=1, version="1", whole=True)  # from here on all is seen
    day.at += 8 * DAY_MS
    day.add(Posted, "bank.a", why="expire", key=key, entries=((HOLD, -6800), (CARDHOLDER, 6800)))
    return key


def _ended_and_nobody_was_told(day: Day) -> None:
    _ended(day)


def _ended_and_told_another_sum(day: Day) -> None:
    _notice(day, _ended(day), "680.00")


def ended_and_told(day: Day) -> None:
    """A hold is over, and its merchant knows."""
    _notice(day, _ended(day), "68.00")


def a_clerk_who_may_not_is_refused(day: Day) -> None:
    """And signed in, he sells."""
    day.add(Unentitled, "merchant.shop", sale="s1", tid=TID, what="sale", why="not_signed_in")
    day.add(Concluded, TERMINAL, sale="s1", what="sale", result="refused", reason="clerk_not_signed_in")
    day.sale("s1")


def held_on_its_last_day(day: Day) -> None:
    """It may still be completed."""
    _held(day)
    day.at += 6 * DAY_MS


def _with_a_tip(day: Day, fen: int) -> None:
    """A fifth of a sale may be added."""
    day.add(AcquirerOpened, HOST, tip_percent=20)
    key = day.sale("s1")
    day.mean("s1-tip", fen, "tip")
    day.stan += 1
    day.conclude("s1-tip", fen=fen, what="tip")
    day.send("s1-tip", fen, "tip", "0220", original=key, stan=day.stan)
    day.request_arrives(fen, "tip", "0220")
    day.debited(fen)
    day.captured(fen, what="tip")
    day.reply_arrives(what="tip", mti="0230")


def _a_tip_of_a_fen_more(day: Day) -> None:
    _with_a_tip(day, 1361)


def a_tip_of_the_very_part(day: Day) -> None:
    """13.60 of 68.00."""
    _with_a_tip(day, 1360)


def _completed_in_part_and_debited_twice(day: Day) -> None:
    """Of 68.00 that are held 30.00 are completed, and taken once more: 60.00, less than was held."""
    original = _held(day)
    for stan, entries in ((2, ((HOLD, -6800), (CARDHOLDER, 3800))), (3, ((CARDHOLDER, -3000),))):
        key = day.send("p", 3000, "completion", original=original, stan=stan)
        day.request_arrives(3000, what="completion")
        day.add(Posted, "bank.a", why="debit", key=key, entries=(*entries, ("due:bank.a", 3000)))
    day.captured(3000, what="completion")
    day.reply_arrives(what="completion")
    day.conclude("p", fen=3000, what="completion")


LIMITS_BAD = {
    _completed_in_part_and_debited_twice: (2, "debited_twice"),
    _a_tip_of_a_fen_more: (20, "added_more"),
    _sells_to_a_clerk_who_is_not_signed_in: (25, "did_what_it_must_refuse"),
    _one_sale_too_large: (35, "over_single"),
    _a_merchant_takes_too_much_in_a_day: (35, "over_day"),
    _a_card_spends_too_much_in_a_day: (35, "over_day"),
    _a_card_spends_too_much_in_a_month: (35, "over_month"),
    _a_card_is_used_too_often: (35, "over_times"),
    _declined_though_the_day_has_room: (35, "declined_within_limits"),
    _spends_beyond_its_completion: (35, "over_day"),
    _declined_though_its_hold_was_of_the_day_before: (35, "declined_within_limits"),
    _declined_as_used_too_often: (35, "declined_within_limits"),
    _completed_when_it_was_over: (35, "completed_late"),
    _given_back_on_its_last_day: (35, "released_early"),
    _held_for_ever: (35, "held_too_long"),
    _taken_back_and_not_held_again: (35, "hold_not_put_back"),
    _ended_and_told_another_sum: (35, "release_told_otherwise"),
    _ended_and_nobody_was_told: (35, "release_not_told"),
}
LIMITS_GOOD = (given_back_at_the_midnight_that_ends_it, spends_beside_its_completion, declined_beside_its_completion,
               a_tip_of_the_very_part, up_to_every_limit, given_back_in_time, completed_and_held_again,
               completed_and_taken_back_when_it_was_over, ended_and_told, a_clerk_who_may_not_is_refused,
               held_on_its_last_day, declined_at_its_limit, used_as_often_as_it_may)
