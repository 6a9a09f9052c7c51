"""Clerks say what a terminal does, T1 or terminal 1: the same sentences as those of its merchant."""

from __future__ import annotations

import pytest
from behave.step_registry import registry

from hil.gherkin.matching import SentenceMatch, install
from hil.gherkin.play import play
from hil.gherkin.references import Terminal, terminal
from simulator.commands.inputs import ExitCode


class Step:
    def __init__(self, name):
        self.name, self.step_type = name, "when"


@pytest.mark.parametrize(("said", "does"), [
    ("T2 sells for 68 yuan by card", "sells"), ("terminal 2 sells for ¥68.00", "sells"), ("T2刷卡收款68元", "sells"),
    ("T2 voids the sale", "voids"), ("2号终端撤销这笔消费", "voids"), ("T2 refunds ¥5 of the sale", "refunds"), ("T2退货5元", "refunds"),
    ("T2预授权1000元", "preauthorises"), ("T2 takes a QR payment of ¥5", "takes_qr"), ("T2扫码收款5元", "takes_qr"),
    ("T2 settles", "settles"), ("T2做结算", "settles"),
])
def test_what_a_terminal_does(said, does):
    install()
    match = registry.find_match(Step(said))
    assert isinstance(match, SentenceMatch)
    assert match.sentence.does.__name__ == does
    assert match.values()["terminal"] == Terminal(2)


def test_a_terminal_in_short():
    assert terminal("T12") == Terminal(12)


def test_it_is_played_for_the_merchant_that_there_is(tmp_path):
    """By hand: 68.00 less 0.60 % (0.41) = 67.59 on the next working day."""
    path = tmp_path / "day.feature"
    path.write_text("""Feature: a day
  Scenario: one
    Given a merchant "Corner Shop" with 2 terminals
    And it is 2026-01-27 10:00
    When T2 sells for 68 yuan by card
    And T2 settles
    Then by 2026-01-28 18:00 the merchant has received ¥67.59
""", "utf-8")
    assert play([str(path)], []) is ExitCode.PASSED
