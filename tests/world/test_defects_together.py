"""Any number of defects at once: none is dropped, and those of one function work one over the other."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import combinations
from random import Random

import pytest

from simulator.judge.verdict import State
from simulator.machines.terminal.machine import TABLE
from simulator.money.issuer import IssuerBooks
from simulator.scenario.read import load_scenario
from simulator.scenario.scenario import Scenario
from simulator.trial import TrialOptions, try_scenario
from simulator.world.defects import DEFECTS
from simulator.world.workshop import Workshop

SCENARIOS = files("daozhang_fixtures").joinpath("scenarios")
# Of the thousands of pairs of one part so many, others for each table of defects.
PAIRS = Random(len(DEFECTS)).sample([
    (one, other) for one, other in combinations(DEFECTS.values(), 2)
    if {each.part for each in one.replacements()} & {each.part for each in other.replacements()}
], 150)
MOST_RECORDS = 100_000  # a machine that turns in circles is stopped


@cache
def scenario(name: str) -> Scenario:
    return load_scenario(str(SCENARIOS.joinpath(f"{name}.toml")))


def violated(name, *defects):
    judgement = try_scenario(scenario(name), TrialOptions(defects=defects))
    return {each.number for each in judgement.invariants if each.state is State.VIOLATED}


@pytest.mark.parametrize(("name", "defects", "numbers"), [
    # two of the terminal, of which the second was once dropped in silence
    ("defects/two-coffees", ("terminal.reuses_stan", "terminal.drops_receipted_sale"), {8, 3}),
    ("defects/two-coffees", ("terminal.drops_receipted_sale", "terminal.reuses_stan"), {8, 3}),
    ("lost-reply", ("terminal.sale_before_reversal", "terminal.totals_forget_voids"), {7}),
    ("lost-reply", ("terminal.totals_forget_voids", "terminal.sale_before_reversal"), {7}),
    # two of one function of the terminal
    ("defects/two-coffees", ("terminal.no_reversal", "terminal.drops_receipted_sale"), {3}),
    ("defects/given-up-sale", ("terminal.drops_receipted_sale", "terminal.no_reversal"), {4, 7}),
    # one of each machine, and two of one class of the books
    ("lost-reply", ("terminal.retries_as_new_sale", "ledger.one_legged"), {1, 2}),
    ("lost-reply", ("fee.rounds_each_batch", "clearing.loses_late_items"), {3}),
    ("defects/given-up-sale", ("issuer.no_duplicate_check", "issuer.reverses_on_paper"), {4}),
])
def test_both_defects_of_a_pair_are_in_the_run(name, defects, numbers):
    assert numbers <= violated(name, *defects)


@pytest.mark.parametrize("name", ["payout.twice", "payout.twice_after_window"])
def test_a_bank_may_send_back_both_copies_of_a_payout(name):
    assert 6 in violated("modes/bank.maintenance", name)


@pytest.mark.parametrize("pair", PAIRS, ids=lambda pair: "+".join(row.name for row in pair))
def test_each_pair_of_one_part_is_built_and_runs_to_its_end(pair):
    left = iter(range(MOST_RECORDS))
    try_scenario(
        scenario("lost-reply"), TrialOptions(defects=tuple(row.name for row in pair)),
        [lambda _record: next(left)])


def test_a_defect_named_twice_is_built_in_once():
    twice = Workshop(["terminal.reuses_stan", "terminal.reuses_stan"]).table(TABLE)
    once = Workshop(["terminal.reuses_stan"]).table(TABLE)
    depth = [0, 0]
    for number, table in enumerate((twice, once)):
        start = next(iter(table.jobs.values()))
        while (start := getattr(start, "__wrapped__", None)) is not None:
            depth[number] += 1
    assert depth == [1, 1]


def test_a_world_without_defects_uses_the_right_parts_themselves():
    workshop = Workshop()
    assert workshop.table(TABLE) is TABLE
    assert workshop.build(IssuerBooks) is IssuerBooks


def test_one_workshop_gives_all_terminals_one_table():
    workshop = Workshop(["terminal.sale_before_reversal"])
    assert workshop.table(TABLE) is workshop.table(TABLE)
