"""Parts of days on which the host is wrong in what it says, or a message in its dates and numbers."""

from __future__ import annotations

from collections.abc import Callable

from synthetic_day import CARD, HOST, TERMINAL, TID, Day

from simulator.trace.records import Arrived, ChannelAnswered, Concluded, Record, Sent, key_of

EVENING = ("0129", "220")  # the synthetic day begins at 22:00:00 of 29 January
RRN = "000000000001"


def clock(day: Day, more_s: int = 0) -> dict[str, str]:
    """F13 and F12 of the next record, or so many seconds beside it; counted by hand from 22:00."""
    seconds = 22 * 3600 + (day.at + 1000 - 1_769_695_200_000) // 1000 + more_s
    return {"local_date": f"01{29 + seconds // 86_400}",
            "local_time": f"{seconds % 86_400 // 3600:02}{seconds % 3600 // 60:02}{seconds % 60:02}"}


def asks(day: Day, sale: str = "s1", what: str = "sale", mti: str = "0200", **facts: object) -> None:
    """A request leaves and reaches the host."""
    day.stan += 1
    facts = {"amount_fen": 6800, "card": CARD, "sale": sale, **clock(day), **facts}
    day.add(Sent, TERMINAL, to=HOST, what=what, mti=mti, tid=TID, batch=day.batch, stan=day.stan, **facts)
    day.request_arrives(what=what, mti=mti)


def issuer_says(day: Day, code: str = "00", auth_code: str = "", asked: str = "debit") -> None:
    if code == "00" and asked == "debit":
        day.debited()
    day.add(ChannelAnswered, "bank.a", key=day.key(), asked=asked, response_code=code, auth_code=auth_code)


def answers(day: Day, code: str = "00", rrn: str = RRN, stan: int = 0, what: str = "sale",
            mti: str = "0210", **facts: object) -> Record:
    return day.add(Sent, HOST, to=TERMINAL, what=what, mti=mti, tid=TID, batch=day.batch,
                   stan=stan or day.stan, response_code=code, rrn=rrn, **{**clock(day), **facts})


def asks_again(day: Day, **facts: object) -> None:
    """The very same request once more, as a copy on the line."""
    day.request_arrives(copy=1, **facts)


def _meant(day: Day, **facts: object) -> None:
    day.mean("s1")
    asks(day, **facts)


# ---- dates and times -------------------------------------------------------------------------


def dated_rightly(day: Day) -> None:
    _meant(day)
    issuer_says(day)
    answers(day)


def request_an_hour_late(day: Day) -> None:
    _meant(day, **clock(day, -3_600))


def request_of_tomorrow(day: Day) -> None:
    _meant(day, **{**clock(day), "local_date": "0130"})


def reply_in_another_time_zone(day: Day) -> None:
    _meant(day)
    issuer_says(day)
    answers(day, **clock(day, -8 * 3_600))


def stored_an_hour_ago(day: Day) -> None:
    """Approved at the counter, delivered an hour later, as it was."""
    day.mean("s1", what="offline_sale")
    was = clock(day)
    day.wait(3_600_000)
    for _ in range(2):
        day.stan = 0
        asks(day, what="offline_sale", mti="0220", **was)


def stored_and_dated_anew(day: Day) -> None:
    day.mean("s1", what="offline_sale")
    asks(day, what="offline_sale", mti="0220")
    day.stan = 0
    asks(day, what="offline_sale", mti="0220")


def _void_of_a_completion_repeated(day: Day, second: str) -> None:
    day.mean("s1", what="preauth")
    asks(day, what="completion_void")
    day.add(Arrived, TERMINAL, sender=HOST, what="completion_void", mti="0210", tid=TID, batch=1,
            stan=day.stan, response_code="00", local_date="0129", genuine=False)
    day.conclude("s1", "failed", what="completion_void")
    for date in ("0129", second):
        day.reversal(reason="A0", original_date=date, answered=False)


def reversal_that_keeps_its_date(day: Day) -> None:
    _void_of_a_completion_repeated(day, "0129")


def reversal_that_is_dated_anew(day: Day) -> None:
    _void_of_a_completion_repeated(day, "0130")


# ---- numbers ---------------------------------------------------------------------------------


def answer_under_another_number(day: Day) -> None:
    _meant(day)
    issuer_says(day)
    answers(day, stan=day.stan + 1)


def two_sales_of_one_rrn(day: Day) -> None:
    for sale in ("s1", "s2"):
        day.mean(sale)
        asks(day, sale)
        issuer_says(day, "51")
        answers(day, "51")


def copy_answered_under_another_rrn(day: Day) -> None:
    _meant(day)
    issuer_says(day, "51")
    answers(day, "51")
    asks_again(day)
    answers(day, "51", rrn="000000000002")


def taken_up_again_under_another_rrn(day: Day) -> None:
    """An advice that was declined for now only is something new when it comes again."""
    day.mean("s1", what="offline_sale")
    asks(day, what="offline_sale", mti="0220")
    issuer_says(day, "91")
    answers(day, "91", what="offline_sale", mti="0230")
    asks_again(day, what="offline_sale", mti="0220")
    issuer_says(day)
    day.captured()
    answers(day, rrn="000000000002", what="offline_sale", mti="0230")
    day.conclude("s1", what="offline_sale")
    day.receipt("s1")


def authorisation_code_of_another(day: Day) -> None:
    _meant(day)
    issuer_says(day, auth_code="123456")
    answers(day, auth_code="123457")


def void_by_another_rrn(day: Day) -> None:
    _meant(day)
    issuer_says(day)
    answers(day)
    asks(day, "s1-void", what="void", original=day.key(), rrn="000000000009")


def shown_under_another_rrn(day: Day) -> None:
    _meant(day)
    issuer_says(day)
    answers(day)
    day.reply_arrives()
    day.add(Concluded, TERMINAL, sale="s1", what="sale", result="approved", batch=1, stan=day.stan,
            amount_fen=6800, rrn="000000000002")


def _signs_on(day: Day, batch: int) -> None:
    facts = {"what": "sign_on", "tid": TID, "stan": 500, "batch": 1}
    day.add(Sent, TERMINAL, to=HOST, mti="0800", **facts)
    day.add(Arrived, HOST, sender=TERMINAL, mti="0800", **facts)
    day.add(Sent, HOST, to=TERMINAL, mti="0810", response_code="00", **{**facts, "batch": batch})


def next_batch_at_sign_on(day: Day) -> None:
    _signs_on(day, 1)
    _signs_on(day, 2)


def batch_far_ahead_at_sign_on(day: Day) -> None:
    _signs_on(day, 1)
    _signs_on(day, 4)


KEY = key_of(TID, 1, 1)
HOST_BAD: dict[Callable[[Day], None], tuple[int, str]] = {
    request_an_hour_late: (27, "request_of_other_time"),
    request_of_tomorrow: (27, "request_of_other_time"),
    reply_in_another_time_zone: (27, "reply_of_other_time"),
    stored_and_dated_anew: (27, "repeated_with_other_time"),
    reversal_that_is_dated_anew: (27, "reversal_repeats_other_date"),
    answer_under_another_number: (28, "answers_nothing"),
    two_sales_of_one_rrn: (28, "rrn_given_twice"),
    copy_answered_under_another_rrn: (28, "other_rrn"),
    authorisation_code_of_another: (28, "other_authorisation_code"),
    void_by_another_rrn: (28, "refers_by_other_number"),
    shown_under_another_rrn: (28, "shows_other_rrn"),
    batch_far_ahead_at_sign_on: (28, "batch_jumps"),
}
HOST_GOOD = (
    dated_rightly, stored_an_hour_ago, reversal_that_keeps_its_date, taken_up_again_under_another_rrn,
    next_batch_at_sign_on,
)
