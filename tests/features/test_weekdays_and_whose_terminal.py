"""A day of the week that is not that of its date, and a terminal of another merchant, are refused by name."""

from __future__ import annotations

from datetime import datetime

import pytest

from hil.gherkin.calendar_words import read_moment
from hil.gherkin.cast import Cast
from hil.gherkin.references import Merchant, Terminal, merchant
from hil.gherkin.wrong import WrongError
from simulator.local_time import datetime_at, midnight_ms

_TUESDAY_MS = midnight_ms(datetime(2026, 1, 27).date()) + 10 * 3_600_000  # noqa: DTZ001 - a date of the calendar


@pytest.mark.parametrize(("text", "told"), [
    ("Monday 27 January 2026 9:05", "2026-01-27 is a Tuesday, not a Monday"),
    ("2026-01-27 9:05, Friday", "2026-01-27 is a Tuesday, not a Friday"),
    ("2026年1月27日星期一9:05", "2026-01-27 is a Tuesday, not a Monday"),
])
def test_a_wrong_day_of_the_week_is_refused(text, told):
    with pytest.raises(WrongError, match=told):
        read_moment(text)


@pytest.mark.parametrize("text", ["Thursday 28 January 9:05", "the next day 9:05, Monday"])
def test_a_day_without_its_year_is_held_to_its_weekday_on_the_stage(text):
    with pytest.raises(WrongError, match="2026-01-28 is a Wednesday"):
        read_moment(text).at_ms(_TUESDAY_MS)


@pytest.mark.parametrize(("text", "moment"), [
    ("Tuesday 27 January 2026 11:05", "2026-01-27 11:05"), ("2026年1月27日星期二11:05", "2026-01-27 11:05"),
    ("Tuesday 11:05", "2026-01-27 11:05"), ("Tuesday 9:05", "2026-02-03 09:05"), ("Monday 9:05", "2026-02-02 09:05"),
    ("星期五9:05", "2026-01-30 09:05"), ("on Sunday 9:05", "2026-02-01 09:05"),
])
def test_a_right_day_of_the_week_is_that_day(text, moment):
    assert f"{datetime_at(read_moment(text).at_ms(_TUESDAY_MS)):%Y-%m-%d %H:%M}" == moment


def _two_shops() -> Cast:
    cast = Cast("")
    cast.open_shop("Baker", 2)
    cast.open_shop("Butcher", 1)
    cast.name_terminal(Merchant("Baker"), "P1")
    return cast


@pytest.mark.parametrize(("terminal", "shop"), [
    (Terminal(name="P1"), "Butcher"), (Terminal(name="P1", merchant="Butcher"), ""), (Terminal(1, "Baker"), "Butcher"),
])
def test_a_terminal_of_another_merchant_is_refused(terminal, shop):
    with pytest.raises(WrongError, match="not of merchant"):
        _two_shops().place_of(terminal, Merchant(shop))


def test_a_terminal_of_the_merchant_is_found():
    cast = _two_shops()
    assert cast.place_of(Terminal(name="P1"), Merchant("Baker")) == ("Baker", 1)
    assert cast.place_of(Terminal(2, "Baker"), Merchant("Baker")) == ("Baker", 2)
    assert cast.place_of(Terminal(1), usual=Merchant("Butcher")) == ("Butcher", 1)


@pytest.mark.parametrize("text", ["Li's shop", "Mrs Wang"])
def test_a_name_that_nobody_introduced_is_no_merchant(text):
    with pytest.raises(WrongError, match="merchant"):
        _two_shops().shop_name(merchant(text))
