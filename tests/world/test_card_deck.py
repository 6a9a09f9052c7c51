"""What a test card says of itself is what its bank knows of it."""

from __future__ import annotations

import doctest
from datetime import datetime

import pytest

from simulator.local_time import moment_ms
from simulator.scenario.read import ScenarioError, scenario_of_text
from simulator.world.people import card_deck
from simulator.world.people.card_deck import CardDeck, CardFacts, usual_expiry

DAY = """
title = "t"
start = "2026-01-29T20:00"
until = "1d"
[[cards]]
name = "card.li"
pin = "778899"
expiry = "2706"
service_code = "101"
[[cards]]
name = "card.wang"
[[merchants]]
name = "shop"
terminals = {}
"""
SCENARIO = scenario_of_text(DAY)


def deck():
    made = CardDeck(SCENARIO.banks, {bank.name: "620000" for bank in SCENARIO.banks}, "3012")
    return made, [made.name(part, number) for number, part in enumerate(SCENARIO.cards)]


def test_a_named_card_has_what_its_row_says():
    made, (li, _) = deck()
    assert made.facts(li.pan) == CardFacts("778899", "2706", "101")
    assert (li.pin, li.expiry, li.track2) == ("778899", "2706", f"{li.pan}D27061010000000000")


def test_a_card_without_a_row_of_its_own_has_the_usual():
    made, (_, wang) = deck()
    somebody = made.of_customer(17, 0.5)
    for card in (wang, somebody):
        assert made.facts(card.pan) == CardFacts("123456", "3012", "201")
        assert (card.pin, card.expiry, card.track2) == ("", "3012", f"{card.pan}D30122010000000000")


@pytest.mark.parametrize(("year", "expiry"), [(2000, "3012"), (2026, "3012"), (2027, "3112"), (2098, "0212")])
def test_no_usual_card_is_expired_when_a_scenario_begins(year, expiry):
    assert usual_expiry(moment_ms(datetime(year, 12, 31))) == expiry  # noqa: DTZ001 - naive is Beijing time


@pytest.mark.parametrize(("there", "instead"), [
    ('"2706"', '"2713"'), ('"2706"', '"270"'), ('"101"', '"1"'), ('"778899"', '"12"'),
])
def test_what_no_card_can_have_is_refused_with_its_line(there, instead):
    with pytest.raises(ScenarioError, match=r"cards\[1\]"):
        scenario_of_text(DAY.replace(there, instead))


def test_the_examples_hold():
    assert doctest.testmod(card_deck).failed == 0
