"""Values as people write them, and one clear sentence for each that is none."""

from __future__ import annotations

from datetime import datetime

import pytest

from hil.gherkin.calendar_words import read_moment
from hil.gherkin.kinds import VALUES
from hil.gherkin.plain import plain
from hil.gherkin.tables import laid, pairs, typed
from hil.gherkin.wrong import WrongError
from simulator.local_time import datetime_at, moment_ms
from simulator.scenario.parts.merchant import Merchant
from simulator.scenario.story import Fault

NOW = moment_ms(datetime(2026, 1, 27, 10))  # noqa: DTZ001 - Beijing time


@pytest.mark.parametrize(("text", "amount"), [
    ("68", 6800), ("68.00", 6800), ("¥68", 6800), ("¥1,234.50", 123450), ("1,234.5元", 123450), ("68 yuan", 6800),
    ("RMB 68.5", 6850), ("0.01", 1), ("６８．５", 6850), ("￥６８", 6800), ("１，２３４．５０ 元", 123450),
])
def test_sums(text, amount):
    assert VALUES["Money"].read(plain(text)) == amount


@pytest.mark.parametrize("text", ["68.001", "1,23", "68.", "6 8", "-5", "68.0x", "$5", "1,2345", ""])
def test_what_is_no_sum_says_what_is_one(text):
    with pytest.raises(WrongError, match=r"allowed: 68, 68\.00") as caught:
        VALUES["Money"].read(text)
    assert "可写" in caught.value.told.zh


@pytest.mark.parametrize(("text", "ms"), [
    ("10 minutes", 600_000), ("90 s", 90_000), ("1 hour and 30 minutes", 5_400_000), ("1h30m", 5_400_000),
    ("half", None), ("10分钟", 600_000), ("1小时30分钟", 5_400_000), ("两天", 172_800_000), ("1.5 hours", 5_400_000),
    ("10 parsecs", None), ("two days", 172_800_000), ("an hour", 3_600_000), ("250毫秒", 250),
])
def test_lengths(text, ms):
    if ms is None:
        with pytest.raises(WrongError, match="allowed: 90 seconds"):
            VALUES["Length"].read(text)
    else:
        assert VALUES["Length"].read(plain(text)) == ms


@pytest.mark.parametrize(("text", "at"), [
    ("2026-01-29 22:30", "2026-01-29 22:30:00"), ("2026/1/29 9:05", "2026-01-29 09:05:00"),
    ("2026年1月29日 22:30:15", "2026-01-29 22:30:15"), ("1月29日 9点", "2026-01-29 09:00:00"),
    ("29 January 2026 9:05", "2026-01-29 09:05:00"), ("January 29, 2026 at 9:05", "2026-01-29 09:05:00"),
    ("29 Jan 9:05", "2026-01-29 09:05:00"), ("22:30", "2026-01-27 22:30:00"), ("9:05", "2026-01-28 09:05:00"),
    ("the next day 9:00", "2026-01-28 09:00:00"), ("次日9点30分", "2026-01-28 09:30:00"),
    ("the third working day 18:00", "2026-01-30 18:00:00"), ("2026年1月29日 24:00", "2026-01-30 00:00:00"),
])
def test_moments(text, at):
    assert f"{datetime_at(read_moment(plain(text)).at_ms(NOW)):%Y-%m-%d %H:%M:%S}" == at


def test_a_working_day_is_not_a_holiday_and_a_date_alone_ends_with_its_day():
    friday = moment_ms(datetime(2026, 1, 30, 10))  # noqa: DTZ001
    assert f"{datetime_at(read_moment('the next working day 9:00').at_ms(friday)):%m-%d}" == "02-02"
    spring = moment_ms(datetime(2026, 2, 13, 10))  # noqa: DTZ001 - 14 February is a make-up workday
    assert f"{datetime_at(read_moment('the next working day 9:00').at_ms(spring)):%m-%d}" == "02-14"
    assert f"{datetime_at(read_moment('2026-01-30').at_ms(NOW, ends_day=True)):%m-%d %H:%M}" == "01-30 23:59"


@pytest.mark.parametrize(("text", "words"), [
    ("2026-02-30 10:00", "no such date"), ("2026-13-01 10:00", "no such date"), ("2026-01-29 25:00", "no such time"),
    ("2026-01-29 10:75", "no such time"), ("29 Janvier 2026 10:00", "no moment"), ("soon", "no moment"),
    ("2026-01-29", "time of day is missing"),
])
def test_what_is_no_moment_is_told(text, words):
    with pytest.raises(WrongError, match=words):
        read_moment(text).at_ms(NOW)


@pytest.mark.parametrize("typed_as", [
    '商户"街角小店"做一笔68.50元的消费', "商户“街角小店”做一笔68.50元的消费", "商户「街角小店」 做一笔 ６８．５０ 元的消费。",
    '商户 "街角小店" 做一笔68.50元 的消费',
])
def test_quotes_widths_and_spaces_say_the_same(typed_as):
    assert plain(typed_as) == '商户"街角小店"做一笔68.50元的消费'


def test_what_stands_in_quotes_stays_as_it_is():
    assert plain("商户“１号，店” 结算") == '商户"１号，店"结算'


def test_a_table_has_two_columns_known_keys_and_typed_values():
    assert typed({"nth": "2", "chance": "5%", "delay": "90 seconds", "services": "sale, void", "may_stay_away": "yes"}, Fault) == {
        "nth": 2, "chance": 0.05, "delay": "90000ms", "services": ["sale", "void"], "may_stay_away": True}
    assert laid({"fee.percent": "1", "habits.tries": "2", "terminals.settings.reply_timeout": "20 seconds"}, Merchant) == {
        "fee.percent": "1", "habits.tries": 2, "terminals.settings.reply_timeout": "20000ms"}
    with pytest.raises(WrongError, match=r'no key "percnt"; nearest: percent'):
        laid({"fee.percnt": "1"}, Merchant)
    with pytest.raises(WrongError, match="two columns"):
        pairs([["a", "b", "c"]])
    with pytest.raises(WrongError, match="twice"):
        pairs([["a", "1"], ["a", "2"]])
    assert pairs([["key", "value"], ["nth", "2"]]) == {"nth": "2"}
