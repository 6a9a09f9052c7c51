"""Customers come by the hour they should, each terminal's day decided by itself alone."""

import doctest
from datetime import datetime

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.local_time import BEIJING, DAY_MS, HOUR_MS, MINUTE_MS, moment_ms, time_of_day_ms
from simulator.scenario.parts.merchant import Hours, Sales
from simulator.wire.kinds import Kind
from simulator.wire.masking import mask_pan
from simulator.world.people import card_deck
from simulator.world.people.card_deck import SERIALS, card_number
from simulator.world.people.demand import NEVER, Mixture, Stream, is_open, opening_of
from simulator.world.time.spread import STEPS, log_normal

MIDNIGHT = moment_ms(datetime(2026, 1, 26, tzinfo=BEIJING))  # a Monday


def stream(tid="10000001", hours=None, terminals=1, **sales):
    facts = Sales.model_validate({"per_hour": 60.0} | sales)
    return Stream(1, tid, opening_of(hours or Hours(), facts, terminals), Mixture(facts))


def arrivals(customers, until_ms, since_ms=MIDNIGHT):
    at_ms = since_ms
    while (at_ms := customers.next_ms(at_ms)) < until_ms:
        yield at_ms


def test_a_day_has_as_many_customers_as_the_rate_says():
    days = 30
    seen = sum(1 for _ in arrivals(stream(), MIDNIGHT + days * DAY_MS))
    expected = 60 * 14 * days  # open from 8 to 22
    assert abs(seen - expected) < 4 * expected**0.5


def test_nobody_comes_while_the_shop_is_closed():
    hours = Hours.model_validate({"from": "10:30", "until": "15:00", "days": ["mon", "wed"]})
    for at_ms in arrivals(stream(hours=hours), MIDNIGHT + 14 * DAY_MS):
        assert is_open(hours, at_ms) or 10 * HOUR_MS <= time_of_day_ms(at_ms) < 10.5 * HOUR_MS
        assert (at_ms - MIDNIGHT) // DAY_MS % 7 in (0, 2)


def test_hours_after_midnight_belong_to_the_shop():
    hours = Hours.model_validate({"from": "20:00", "until": "02:00"})
    times = {time_of_day_ms(at) // HOUR_MS for at in arrivals(stream(hours=hours), MIDNIGHT + DAY_MS * 9)}
    assert times == {20, 21, 22, 23, 0, 1}


def test_twice_as_many_come_at_a_peak():
    busy = stream(peaks=["12:00"], per_hour=600.0)
    by_hour = [0] * 24
    for at_ms in arrivals(busy, MIDNIGHT + 10 * DAY_MS):
        by_hour[time_of_day_ms(at_ms) // HOUR_MS] += 1
    assert 1.8 < by_hour[12] / by_hour[16] < 2.2


def test_the_same_terminal_has_the_same_day_whoever_stands_beside_it():
    def day(tid):
        customers = stream(tid)
        return [(at, customers.wish()) for at in arrivals(customers, MIDNIGHT + DAY_MS)]

    assert day("10000001") == day("10000001")
    assert day("10000001") != day("10000002")


def test_shares_of_the_mix_come_out():
    customers = stream(mix={"qr": 0.3, "void": 0.1})
    wishes = [customers.wish() for _ in arrivals(customers, MIDNIGHT + 20 * DAY_MS)]
    qr = sum(wish.what is Kind.QR_SALE for wish in wishes) / len(wishes)
    voids = sum(wish.then == "void" for wish in wishes) / len(wishes)
    assert 0.28 < qr < 0.32
    assert 0.09 < voids < 0.11


@pytest.mark.parametrize(("median", "p95"), [(68_00, 400_00), (12, 40), (100, 100)])
def test_a_log_normal_table_has_its_median_and_its_95th_percentile(median, p95):
    table = log_normal(median, p95)
    assert len(table) == STEPS
    assert list(table) == sorted(table)
    assert abs(table[STEPS // 2] - median) <= 1 + median // 100
    assert abs(table[STEPS * 95 // 100] - p95) <= 1 + p95 // 50


@pytest.mark.parametrize("serial", [0, 1, 120, 999_999_999])
def test_card_numbers_pass_the_luhn_check(serial):
    digits = [int(digit) for digit in card_number("620000", serial)]
    doubled = [digit * 2 - 9 * (digit > 4) for digit in digits[-2::-2]]
    assert (sum(digits[-1::-2]) + sum(doubled)) % 10 == 0
    assert len(digits) == 16


@given(st.integers(0, SERIALS - 1))
def test_a_mask_changes_every_digit_that_it_hides(serial):
    pan = card_number("620000", serial)
    for mask in "*0":  # of texts and of frames
        shown = mask_pan(pan).replace("*", mask)
        assert [a == b for a, b in zip(pan, shown, strict=True)] == [True] * 6 + [False] * 6 + [True] * 4


@given(st.sets(st.integers(0, SERIALS - 1), min_size=2))
def test_each_serial_is_a_card_of_its_own(serials):
    assert len({card_number("620000", serial) for serial in serials}) == len(serials)


def test_the_examples_of_the_card_deck_hold():
    assert doctest.testmod(card_deck).failed == 0
class Untouchable(tuple):
    """Hours that nobody may look at: a terminal that sells nothing must cost nothing."""

    __slots__ = ()

    def __getitem__(self, hour):
        raise AssertionError("looked through the hours of a terminal that sells nothing")


def test_a_terminal_that_sells_nothing_is_not_looked_through_hour_by_hour():
    closed = opening_of(Hours(), Sales.model_validate({"per_hour": 0.0}), 1)
    idle = opening_of(Hours(), Sales.model_validate({"per_hour": 1e-9}), 1)
    for opening in (closed, idle):
        blind = msgspec.structs.replace(opening, per_ms=Untouchable(opening.per_ms))
        customers = Stream(1, "10000001", blind, Mixture(Sales.model_validate({"per_hour": 1.0})))
        assert customers.next_ms(MIDNIGHT, MIDNIGHT + 30 * DAY_MS) == NEVER


@pytest.mark.parametrize("per_hour", [0.01, 0.1, 1.0, 60.0])
def test_a_bound_hides_no_customer_who_comes_before_it(per_hour):
    hours = Hours.model_validate({"from": "10:30", "until": "15:00", "days": ["mon", "wed"]})
    whole = list(arrivals(stream(hours=hours, per_hour=per_hour), MIDNIGHT + 60 * DAY_MS))
    bounded, customers, at_ms = [], stream(hours=hours, per_hour=per_hour), MIDNIGHT
    while (at_ms := customers.next_ms(at_ms, MIDNIGHT + 60 * DAY_MS)) < MIDNIGHT + 60 * DAY_MS:
        bounded.append(at_ms)
    assert bounded == whole


def test_who_comes_next_comes_by_the_hours_of_the_day_to_which_the_calendar_jumped():
    customers = stream(per_hour=600.0)
    first = customers.next_ms(MIDNIGHT + 10 * HOUR_MS)
    number = customers.number
    later = customers.jump(MIDNIGHT + 10 * HOUR_MS, MIDNIGHT + 23 * HOUR_MS)
    assert first < MIDNIGHT + 11 * HOUR_MS
    assert later >= MIDNIGHT + DAY_MS + 8 * HOUR_MS  # closed until then
    assert customers.number == number  # the same customer


def test_jumps_of_the_calendar_neither_drive_customers_away_nor_bring_more():
    """Whoever has waited a while does not begin to wait anew."""
    begin, came = MIDNIGHT + 10 * HOUR_MS, 0
    for number in range(400):
        customers = stream(tid=str(10_000_001 + number), per_hour=12.0)
        now = begin
        comes = customers.next_ms(now)
        for _ in range(60):  # a minute of real time, then a jump of a minute
            while comes <= now + MINUTE_MS:
                came += 1
                comes = customers.next_ms(comes)
            now += MINUTE_MS
            comes = customers.jump(now, now + MINUTE_MS)
            now += MINUTE_MS
    expected = 400 * 12.0  # in an hour of which no jump took anything
    assert abs(came - expected) < 4 * expected**0.5


def test_a_jump_does_not_open_the_shop_before_its_time_nor_make_it_wait_longer():
    customers = stream(per_hour=3600.0)
    opens = MIDNIGHT + 10 * HOUR_MS
    comes = customers.next_ms(opens)
    assert abs(customers.jump(opens - HOUR_MS, opens - HOUR_MS // 2) - comes) <= 1
    assert abs(customers.jump(opens - HOUR_MS // 2, opens) - comes) <= 1
    after = customers.jump(opens, opens + HOUR_MS)
    assert abs(after - comes - HOUR_MS) <= 2
