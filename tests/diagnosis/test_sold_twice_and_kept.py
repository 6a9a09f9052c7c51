"""The same card and sum twice, of which the terminal warned and nobody voided either: said, as possible, with both ways out."""

from __future__ import annotations

import pytest

from simulator.catalogue.remedies import REMEDIES
from simulator.diagnosis.diagnosis import Answer, diagnose
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import Record
from simulator.world.run import build_world, run_virtual

DAY = """
title = "a customer pays twice"
start = 2026-01-26T10:00:00+08:00
until = "2d"
cards = [{{ name = "card.li" }}, {{ name = "card.wang" }}]
[[merchants]]
name = "corner shop"
terminals = {{ count = 1, profile = "lakala-touch", settings = {{ {settings} }} }}
habits = {{ settles = "22:30" }}
script = [
    {{ at = "10:20", sale = "S2", amount = "120.00", card = "card.li" }},
    {{ at = "{at}", sale = "S3", amount = "{amount}", card = "{card}" }},
    {more}
]
"""
WARNS = 'duplicate_warning = "5m"'


def answers(*, settings: str = WARNS, at: str = "10:21", amount: str = "120.00", card: str = "card.li", more: str = "") -> tuple[Answer, ...]:
    records: list[Record] = []
    text = DAY.format(settings=settings, at=at, amount=amount, card=card, more=more)
    run_virtual(build_world(scenario_of_text(text), [records.append]))
    return diagnose(records).answers


def test_it_is_named_as_possible_with_the_second_sale_and_what_to_do():
    [answer] = answers()
    assert answer.finding.modes == ("operator.duplicate_entry",)
    assert answer.finding.confidence.value == "possible"  # a customer may have wanted two
    assert [(each.sale, each.amount_fen, each.state) for each in answer.sales] == [("S3", 12_000, "arrived")]
    assert {"check_records", "void_or_refund"} == set(answer.remedies) <= set(REMEDIES)


@pytest.mark.parametrize("otherwise", [
    {"settings": 'duplicate_warning = "0s"'}, {"at": "10:40"}, {"amount": "12.00"}, {"card": "card.wang"},
], ids=["no warning is switched on", "long after", "another sum", "another card"])
def test_what_the_terminal_did_not_warn_of_is_nothing(otherwise):
    assert answers(**otherwise) == ()


def test_one_that_was_voided_is_told_as_put_right():
    [answer] = answers(more='{ at = "10:23", do = "void", sale = "V3", of = "S3" },')
    assert next(sign.name for sign in answer.finding.signs) == "sold_twice"
    assert answer.finding.confidence.value == "certain"


def test_one_that_was_refunded_the_next_day_is_not_kept():
    assert answers(more='{ at = "2026-01-27T10:23", do = "refund", sale = "R3", of = "S3" },') == ()
