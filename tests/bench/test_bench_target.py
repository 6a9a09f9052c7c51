"""A scenario is laid over whatever terminal a bench file names: its numbers, its cards, its acquirer."""

from __future__ import annotations

from pathlib import Path

import pytest

from hil.benches.bench_file import read_bench
from hil.targets.bench import BenchKind
from hil.targets.needs import CannotError, Need
from hil.targets.target import Accounts
from simulator.scenario.read import scenario_of_text

REAL = """
cards = [{ name = "card.gold", expiry = "3111" }]
[device]
kind = "real"
name = "N910"
firmware = "3.1"
settings = { reversal_tries = 2 }
[[terminals]]
tid = "77001234"
mid = "898111122223333"
"""
SCENARIO = """
title = "t"
start = 2026-01-27T10:00:00+08:00
until = "9d"
cards = [{{ name = "{card}" }}]
[[merchants]]
name = "Corner Shop"
fee = {{ percent = "0.6" }}
habits = {{ settles = "never" }}
[merchants.terminals]
count = 1
settings = {{ }}
"""


@pytest.fixture
def kind(tmp_path):
    path = tmp_path / "n910.toml"
    path.write_text(REAL)
    return BenchKind(read_bench(path))


def test_the_merchant_has_the_terminal_of_the_bench_and_its_own_terms(kind):
    scenario = scenario_of_text(kind.scenario(SCENARIO.format(card="card.gold")))
    accounts = Accounts(scenario)
    [terminal] = accounts.shop.terminals
    assert (terminal.tid, accounts.shop.mid) == ("77001234", "898111122223333")
    assert terminal.profile.reversal_tries == 2
    assert scenario.merchants[0].name == "Corner Shop"
    assert accounts.cards["card.gold"].expiry == "3111"


def test_how_the_acquirer_trades_is_the_cases_word_and_what_the_bench_says_stands(tmp_path):
    """A capture that was asked for and passed over would leave the merchant unpaid, at any terminal."""
    path = tmp_path / "n910.toml"
    path.write_text(REAL + '[acquirer]\ncut_over = "22:00"\n')
    asked = SCENARIO.format(card="card.gold") + '[acquirer]\ncapture = "host"\ncut_over = "21:00"\n'
    acquirer = scenario_of_text(BenchKind(read_bench(path)).scenario(asked)).acquirer
    assert (acquirer.capture, acquirer.cut_over_ms) == ("host", 22 * 3_600_000)


def test_a_card_that_the_bench_has_not_passes_the_scenario_over(kind):
    with pytest.raises(CannotError) as refused:
        kind.scenario(SCENARIO.format(card="card.customer"))
    assert "it has card.gold" in refused.value.why.en


FRESH = BenchKind(read_bench(Path(__file__).parents[2] / "fixtures/benches/virtual.toml"))
EMULATED = BenchKind(read_bench(Path(__file__).parents[2] / "fixtures/benches/board.toml"))
RICH = SCENARIO.format(card="card.gold").replace('{ name = "card.gold" }', '{ name = "card.gold", balance = "500.00" }')


def test_what_is_on_a_card_is_the_cases_word(kind):
    """At a bench it was passed over, and the customer had what the bank's cards begin with."""
    for each in (kind, FRESH):
        scenario = scenario_of_text(each.scenario(RICH))
        assert Accounts(scenario).opening_fen("card.gold") == 50_000
    assert "card.gold" in {card.name for card in scenario.cards}  # the bench's file does not name it
    assert Accounts(scenario_of_text(kind.scenario(RICH))).cards["card.gold"].expiry == "3111"


def test_plastic_that_somebody_holds_is_as_the_bench_says(kind):
    asked = RICH.replace("500.00", '500.00", pin = "123456')
    assert Accounts(scenario_of_text(FRESH.scenario(asked))).cards["card.gold"].pin == "123456"
    with pytest.raises(CannotError, match="of this bench would have to have pin"):
        kind.scenario(asked)
    same = RICH.replace("500.00", '500.00", expiry = "3111')
    assert Accounts(scenario_of_text(kind.scenario(same))).cards["card.gold"].expiry == "3111"


@pytest.mark.parametrize(("setting", "at_board"), [('offline_limit = "900.00"', True), ('supervised = ["void"]', False)])
def test_a_terminal_is_set_up_as_the_case_wants_or_the_case_is_passed_over(kind, setting, at_board):
    asked = RICH.replace("settings = { }", f"settings = {{ {setting} }}")
    [terminal] = Accounts(scenario_of_text(FRESH.scenario(asked))).shop.terminals
    assert (terminal.profile.offline_limit_fen, terminal.profile.supervised) in ((90_000, ()), (0, ("void",)))
    refusing = [kind] if at_board else [kind, EMULATED]
    for each in refusing:
        with pytest.raises(CannotError, match="would have to be set up with"):
            each.scenario(asked)
    if at_board:
        [terminal] = Accounts(scenario_of_text(EMULATED.scenario(asked))).shop.terminals
        assert terminal.profile.offline_limit_fen == 90_000


def test_clerks_of_the_case_work_at_a_virtual_terminal_alone(kind):
    asked = RICH.replace("settings = { }", 'clerks = { "01" = "0000", "07" = "1234" }')
    [terminal] = Accounts(scenario_of_text(FRESH.scenario(asked))).shop.terminals
    assert ("07", "1234") in terminal.profile.clerks
    for each in (kind, EMULATED):
        with pytest.raises(CannotError, match="know the clerks 01, 07"):
            each.scenario(asked)


def test_a_real_terminal_is_neither_built_wrong_nor_cut_between_its_steps(kind):
    assert {Need.STEP, Need.TERMINAL_DEFECT, Need.TERMINALS, Need.CUSTOMERS, Need.HABITS, Need.RECORDS} == set(kind.cannot)
    assert Need.STEP not in BenchKind(read_bench(Path(__file__).parents[2] / "fixtures/benches/virtual.toml")).cannot


def test_it_is_told_whether_it_is_virtual_or_real(kind):
    assert kind.about.startswith("n910.toml: N910 (real), 3.1, ")
