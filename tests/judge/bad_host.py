"""Parts of days on which the host is wrong in what it says, or a message in its dates and numbers."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import structs
from synthetic_day import CARD, HOST, TERMINAL, TID, Day

from simulator.trace.records import (
    Arrived,
    ChannelAnswered,
    Concluded,
    Journaled,
    Record,
    SaleUndone,
    Sent,
)

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
    facts = {"batch": day.batch, **clock(day), **facts}
    return day.add(Sent, HOST, to=TERMINAL, what=what, mti=mti, tid=TID, stan=stan or day.stan,
                   response_code=code, rrn=rrn, **facts)


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


def refusal_of_what_is_of_no_kind(day: Day) -> None:
    """Of a message that is of no kind only its refusal is recorded."""
    _meant(day)
    issuer_says(day)
    answers(day)
    answers(day, "12", rrn="", stan=day.stan + 1, what="unknown")


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


def authorisation_code_left_out(day: Day) -> None:
    _meant(day)
    issuer_says(day, auth_code="123456")
    answers(day)


def reply_of_another_card(day: Day) -> None:
    _meant(day)
    issuer_says(day)
    answers(day, card="622000******0999")


def reply_of_another_batch(day: Day) -> None:
    _meant(day)
    issuer_says(day)
    answers(day, batch=day.batch + 1)


def void_sent_as_a_refund(day: Day) -> None:
    """The host takes it for what its codes say, and answers so."""
    _meant(day)
    issuer_says(day)
    answers(day)
    day.add(SaleUndone, "merchant.shop", sale="s1", how="void", order="s1-void")
    asks(day, "s1-void", what="void", original=day.key())
    answers(day, what="refund", rrn="000000000002")


def _two_sales_and_a_void(day: Day, meant: str) -> None:
    """The first of two sales is voided on the line."""
    first = ""
    for sale, rrn in (("s1", RRN), ("s2", "000000000002")):
        day.mean(sale)
        asks(day, sale)
        first = first or day.key()
        issuer_says(day)
        day.captured()
        answers(day, rrn=rrn)
        day.reply_arrives()
        day.conclude(sale)
        day.receipt(sale)
    day.add(SaleUndone, "merchant.shop", sale=meant, how="void", order="v")
    asks(day, "v", what="void", original=first, rrn=RRN)


def void_of_another_sale(day: Day) -> None:
    _two_sales_and_a_void(day, "s2")


def void_of_the_sale_that_was_meant(day: Day) -> None:
    _two_sales_and_a_void(day, "s1")


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


# ---- totals ----------------------------------------------------------------------------------


def both_sides_count_a_yuan_more(day: Day) -> None:
    day.sale()
    day.ask_settlement()
    day.debit[0] += 100
    day.count(HOST)
    day.count(TERMINAL)


def both_sides_forget_a_void(day: Day) -> None:
    key = day.sale()
    day.void("s1", key)
    day.credit = [0, 0]
    day.count(HOST)
    day.count(TERMINAL)


def _foreign_half(day: Day, debit: tuple[int, int]) -> str:
    return (f"{day.debit[0] - debit[0]:012}{day.debit[1] - debit[1]:03}{0:012}0000"
            f"{debit[0]:012}{debit[1]:03}{0:012}0000")


def domestic_card_among_the_foreign(day: Day) -> None:
    day.records[2] = structs.replace(day.records[2], domestic=("62",))
    day.sale()
    day.add(Sent, TERMINAL, to=HOST, what="settlement", mti="0500", tid=TID, batch=1, stan=900,
            details=_foreign_half(day, (6800, 1)))


def right_totals_called_unbalanced(day: Day) -> None:
    day.sale()
    details = f"{6800:012}001{0:012}0000" + "0" * 31
    facts = {"what": "settlement", "tid": TID, "batch": 1, "stan": 900}
    day.add(Sent, TERMINAL, to=HOST, mti="0500", details=details, **facts)
    day.add(Arrived, HOST, sender=TERMINAL, mti="0500", details=details, **facts)
    day.add(Sent, HOST, to=TERMINAL, mti="0510", details=details[:30] + "2" + details[31:61] + "1", **facts)


def _sold_and_closed(day: Day) -> None:
    day.sale("s1")
    day.sale("s2", 1000)
    day.close_batch()


def one_item_left_out_of_clearing(day: Day) -> None:
    _sold_and_closed(day)
    day.items.pop()
    day.add(Journaled, HOST, entry="cutover")
    day.clear()


def cleared_with_a_yuan_less(day: Day) -> None:
    _sold_and_closed(day)
    key, what, fen = day.items.pop()
    day.items.append((key, what, fen - 100))
    day.clear()


def dead_batch_of_zeros(day: Day) -> None:
    day.ask_settlement()
    day.count(HOST)
    day.count(TERMINAL)


# ---- what the host says ----------------------------------------------------------------------


def approved_though_the_issuer_declined(day: Day) -> None:
    _meant(day)
    issuer_says(day, "51")
    answers(day)


def declined_with_another_code(day: Day) -> None:
    _meant(day)
    issuer_says(day, "51")
    answers(day, "05")


def given_up_before_the_issuer_spoke(day: Day) -> None:
    _meant(day)
    answers(day, "98")
    issuer_says(day, "51")
    asks_again(day)
    answers(day, "98")


def forgery_approved(day: Day) -> None:
    issuer_says(day, "51")
    day.stan += 1
    day.request_arrives(genuine=False)
    day.mean("s1")
    day.add(Sent, TERMINAL, to=HOST, what="sale", mti="0200", tid=TID, batch=1, stan=day.stan,
            amount_fen=6800, card=CARD, sale="s1", **clock(day))
    day.request_arrives(genuine=False)
    answers(day)


def approved_for_another_sum(day: Day) -> None:
    _meant(day)
    issuer_says(day)
    answers(day, amount_fen=6900)


def approved_in_part(day: Day) -> None:
    _meant(day)
    day.debited(5000)
    day.add(ChannelAnswered, "bank.a", key=day.key(), asked="debit", response_code="10", part_fen=5000)
    day.captured(5000)
    answers(day, "10", amount_fen=5000)
    day.add(Arrived, TERMINAL, sender=HOST, what="sale", mti="0210", tid=TID, batch=1, stan=day.stan,
            response_code="10", amount_fen=5000)
    day.conclude("s1", fen=5000)
    day.receipt("s1")


def decline_that_a_copy_turned_round(day: Day) -> None:
    _meant(day)
    issuer_says(day, "51")
    answers(day, "51")
    asks_again(day)
    issuer_says(day)
    answers(day)


def approval_that_a_copy_is_refused(day: Day) -> None:
    _meant(day)
    issuer_says(day)
    answers(day)
    asks_again(day)
    answers(day, "51")


def approval_that_a_copy_is_told_it_had(day: Day) -> None:
    _meant(day)
    issuer_says(day)
    day.captured()
    answers(day)
    day.reply_arrives()
    day.conclude("s1")
    day.receipt("s1")
    asks_again(day)
    answers(day, "94")


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
    authorisation_code_left_out: (28, "other_authorisation_code"),
    reply_of_another_card: (28, "answers_other_card"),
    reply_of_another_batch: (28, "answers_other_batch"),
    void_sent_as_a_refund: (28, "sent_as_other_kind"),
    void_of_another_sale: (28, "refers_to_other_sale"),
    void_by_another_rrn: (28, "refers_by_other_number"),
    shown_under_another_rrn: (28, "shows_other_rrn"),
    batch_far_ahead_at_sign_on: (28, "batch_jumps"),
    both_sides_count_a_yuan_more: (29, "host_totals_not_as_captured"),
    both_sides_forget_a_void: (29, "host_totals_not_as_captured"),
    domestic_card_among_the_foreign: (29, "classes_mixed"),
    right_totals_called_unbalanced: (29, "called_unbalanced"),
    one_item_left_out_of_clearing: (29, "settled_not_cleared"),
    cleared_with_a_yuan_less: (29, "cleared_other_sum"),
    approved_though_the_issuer_declined: (32, "approved_without_issuer"),
    declined_with_another_code: (32, "other_code_than_issuer"),
    forgery_approved: (32, "approved_forgery"),
    approved_for_another_sum: (32, "reply_of_other_sum"),
    decline_that_a_copy_turned_round: (32, "answered_otherwise"),
    approval_that_a_copy_is_refused: (32, "answered_otherwise"),
}
HOST_GOOD = (
    refusal_of_what_is_of_no_kind,
    void_of_the_sale_that_was_meant,
    dated_rightly, stored_an_hour_ago, reversal_that_keeps_its_date, taken_up_again_under_another_rrn,
    next_batch_at_sign_on, dead_batch_of_zeros, given_up_before_the_issuer_spoke, approved_in_part,
    approval_that_a_copy_is_told_it_had,
)
