"""A reply to an earlier try, or its loss, says nothing of the last try."""

from __future__ import annotations

import pytest
from synthetic_day import HOST, TERMINAL, TID, Day

from simulator.catalogue.line_reasons import LineReason
from simulator.judge.verdict import State
from simulator.local_time import DAY_MS
from simulator.trace.records import Arrived, Lost, Sent, from_line, to_line

DETAILS = f"{6800:012}001{0:012}0000" + "0" * 31


def _asks(day: Day, attempt: int) -> None:
    day.add(Sent, TERMINAL, to=HOST, what="settlement", mti="0500", tid=TID, batch=1, stan=900,
            details=DETAILS, network_code="201", attempt=attempt)


def _answer(day: Day, answer: str, attempt: int | None) -> None:
    day.add(Arrived, TERMINAL, sender=HOST, what="settlement", mti="0510", tid=TID, batch=1,
            stan=900, details=DETAILS[:30] + answer + "0" * 31, attempt=attempt)


def _loses(day: Day, attempt: int | None) -> None:
    day.add(Lost, f"link.{TID}", sender=TERMINAL, what="settlement", mti="0500", tid=TID, batch=1,
            stan=900, why=LineReason.DROP, attempt=attempt)


def _why(day: Day) -> str:
    day.wait(3 * DAY_MS)
    day.end()
    return next(row.why for row in day.judged().sales)


@pytest.mark.parametrize(("attempt", "says"), [
    (0, "no answer came to the settlement asked for"),
    (1, "settlement was answered with an error"),
    (None, "settlement was answered with an error"),  # whose it is nobody knows
])
def test_a_late_answer_to_an_earlier_settlement_is_none_to_the_last(attempt, says) -> None:
    day = Day()
    day.sale()
    _asks(day, 0)
    _asks(day, 1)
    _answer(day, "3", attempt)
    assert says in _why(day)


@pytest.mark.parametrize(("attempt", "says"), [
    (0, "no answer came to the settlement asked for"), (1, "was lost on the way"),
    (None, "was lost on the way"),
])
def test_the_loss_of_an_earlier_settlement_is_none_of_the_last(attempt, says) -> None:
    day = Day()
    day.sale()
    _asks(day, 0)
    _asks(day, 1)
    _loses(day, attempt)
    assert says in _why(day)


def test_whichever_try_is_called_unbalanced_the_upload_must_end_so() -> None:
    day = Day()
    day.sale()
    _asks(day, 0)
    _asks(day, 1)
    _answer(day, "2", 0)
    day.add(Sent, TERMINAL, to=HOST, what="batch_upload", mti="0320", tid=TID, batch=1, stan=901,
            network_code="207")
    day.end()
    assert "wrong_end" in {finding.code for finding in day.judged().findings}


@pytest.mark.parametrize(("answer", "accused"), [("1", False), ("2", True), ("3", True), ("", True)])
def test_who_asks_again_and_is_told_that_it_balances_owes_no_upload(answer, accused) -> None:
    """The first totals were spoilt on the line; power went before the answer to them was stored."""
    day = Day()
    day.sale()
    day.ask_settlement("2")
    day.ask_settlement("")
    if answer == "1":
        day.count(HOST)
        day.count(TERMINAL)
    if answer:
        _answer(day, answer, 1)
    day.batch, day.debit, day.credit = 2, [0, 0], [0, 0]
    day.sale("s2", 700)
    day.end()
    assert ("went_on_uploading" in {finding.code for finding in day.judged().findings}) is accused


ALTERED = f"{6900:012}001{0:012}0000" + "0" * 31


@pytest.mark.parametrize(("heard", "unbalanced", "accused"), [
    ((ALTERED, DETAILS), ALTERED, False),  # the sum was spoilt on the line, the repeat came as meant
    ((DETAILS, ALTERED), ALTERED, False),
    ((ALTERED, DETAILS), DETAILS, True),
    ((DETAILS, DETAILS), DETAILS, True),
    ((DETAILS,), ALTERED, True),  # it answers totals that nobody asked about
])
def test_a_0510_answers_the_request_whose_totals_it_repeats(heard, unbalanced, accused) -> None:
    day = Day()
    day.sale()
    _asks(day, 0)
    for details in heard:
        day.add(Arrived, HOST, sender=TERMINAL, what="settlement", mti="0500", tid=TID, batch=1,
                stan=900, details=details)
    day.add(Sent, HOST, to=TERMINAL, what="settlement", mti="0510", tid=TID, batch=1, stan=900,
            details=unbalanced[:30] + "2" + unbalanced[31:61] + "1")
    day.end()
    assert ("called_unbalanced" in {finding.code for finding in day.judged().findings}) is accused


def _tried(*tries: tuple[LineReason, int | None], late: tuple[LineReason, int] | None = None) -> Day:
    """A sale tried again under its own key, each try lost; then another sale, nothing reversed."""
    day = Day(reversal_after_failed_connect=False)
    day.mean("s1")
    stan = None
    for number, (why, attempt) in enumerate(tries):
        day.send("s1", stan=stan, attempt=number)
        stan = day.stan
        day.add(Lost, f"link.{TID}", sender=TERMINAL, what="sale", mti="0200", tid=TID, batch=1,
                stan=stan, why=why, attempt=attempt)
    if late is not None:
        day.add(Lost, f"link.{TID}", sender=TERMINAL, what="sale", mti="0200", tid=TID, batch=1,
                stan=stan, why=late[0], attempt=late[1])
    day.conclude("s1", "failed")
    day.sale("s2")
    day.end()
    return day


REFUSED, DROPPED = LineReason.REFUSE_CONNECT, LineReason.DROP


@pytest.mark.parametrize(("day", "state"), [
    (_tried((REFUSED, 0), (REFUSED, 1)), State.NOT_EXERCISED),
    (_tried((REFUSED, None), (REFUSED, None)), State.NOT_EXERCISED),
    (_tried((DROPPED, 0), (REFUSED, 1)), State.VIOLATED),
    (_tried((DROPPED, None), (REFUSED, None)), State.VIOLATED),
    (_tried((REFUSED, 0), (DROPPED, 1)), State.VIOLATED),
    (_tried((REFUSED, None), (DROPPED, None)), State.VIOLATED),
    (_tried((REFUSED, 0), (DROPPED, 1), late=(REFUSED, 0)), State.VIOLATED),
    (_tried((REFUSED, 0), (REFUSED, 1), (REFUSED, 2)), State.NOT_EXERCISED),
])
def test_a_reversal_is_owed_where_any_try_may_have_left(day, state) -> None:
    assert day.judged().invariants[6].state is state


@pytest.mark.parametrize("attempt", [None, 0, 1])
def test_the_first_try_is_told_apart_from_one_that_nobody_knows(attempt) -> None:
    record = Arrived(1, TERMINAL, sender=HOST, what="sale", mti="0210", tid=TID, attempt=attempt)
    assert from_line(to_line(record)) == record
