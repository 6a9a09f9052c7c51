"""Blind seeds: a mode injected at random is found again, and a day without one is called healthy."""

from pathlib import Path

import pytest

from simulator.blind_test.blind import Summary
from simulator.blind_test.trying import Trial, run_seed, try_seed
from simulator.blind_test.worlds import drawn_modes, draws, modes_of
from simulator.catalogue.failures import catalogue
from simulator.diagnosis.diagnosis import diagnose
from simulator.diagnosis.page import written_into
from simulator.diagnosis.signatures import all_signatures
from simulator.diagnosis.words import SIGNS
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import FaultBegan, FaultEnded, FaultFired, Lost
from simulator.world.run import build_world, run_virtual

SEEDS = range(1, 25)
NEAR = {"line_dead@terminal", "line_dead@router", "line_dead@merchant", "line_dead@isp",
        "line_dead@region", "line_dead@all"}


def test_most_blind_seeds_are_right():
    trials = tuple(try_seed(seed) for seed in SEEDS)
    wrong = [(each.seed, each.modes, each.answers, each.broken) for each in trials if not each.is_right]
    assert not any(each.broken for each in trials)
    assert len(wrong) <= len(SEEDS) // 20 + 1, wrong


def test_a_day_without_a_fault_is_healthy():
    healthy = [seed for seed in range(1, 400) if not modes_of(seed, 1)][:2]
    assert healthy
    for seed in healthy:
        trial = try_seed(seed)
        assert (trial.answers, trial.broken) == ((), "")


def test_the_faults_of_a_trace_change_no_answer():
    """The same records without those of the injector: the same diagnosis."""
    run = run_seed(3)
    bare = [each for each in run.records if not isinstance(each, FaultBegan | FaultEnded | FaultFired | Lost)
            or (isinstance(each, Lost) and each.why == "refuse_connect")]
    assert diagnose(bare) == run.diagnosis


@pytest.mark.parametrize("row", all_signatures().signatures, ids=lambda row: row.mode)
def test_a_signature_names_a_mode_and_signs_that_there_are(row):
    assert row.mode in catalogue()
    for name in (*row.signs, *row.weak):
        assert name in NEAR or name.partition("@")[0].partition(":")[0] in SIGNS


def test_each_mode_has_one_signature():
    modes = [row.mode for row in all_signatures().signatures]
    assert sorted(modes) == sorted(set(modes))


def test_a_draw_aims_at_what_its_mode_may_have():
    for mode, row in drawn_modes().items():
        if mode in draws():
            assert set(draws()[mode].targets) <= {kind.value for kind in row.targets}, mode


def test_right_counts_the_first_answers_only():
    two = Trial(1, ("a", "b"), (("b",), ("a", "c"), ("d",)))
    assert two.is_right
    assert not two.is_strictly_right
    assert not Trial(1, ("a", "d"), two.answers).is_right
    assert not Trial(1, (), two.answers).is_right
    assert Trial(1, (), ()).is_right
    summary = Summary((two, Trial(2, (), ())), 2, 2)
    assert (summary.right, summary.strictly_right, summary.healthy) == (2, 1, (1, 1))


def test_the_page_holds_the_signatures_as_they_are():
    page = Path("docs/diagnosis.md").read_text("utf-8")
    assert written_into(page) == page


SHOP = """
title = "t"
start = 2026-01-26T10:00:00+08:00
until = "2d"
drain = "5d"
[[merchants]]
name = "shop"
terminals = { count = 2, profile = "lakala-touch" }
habits = { settles = "22:30", after_failed_sale = "gives_up" }
script = [ { at = "10:05", sale = "S1", amount = "68.00" } ]
"""


def test_nothing_is_said_of_a_day_on_which_nothing_happened():
    records = []
    run_virtual(build_world(scenario_of_text(SHOP), [records.append]))
    found = diagnose(records)
    assert (found.answers, found.left, found.open) == ((), (), ())


SHUT_OUT = SHOP + """
[[faults]]
mode = "account.credential"
target = "shop"
at = "1h"
for = "20h"
"""


@pytest.mark.parametrize(("look", "answers"), [
    ("check_records", [("account.credential",)]), ("check_fee", [("account.credential",)]),
    ("check_statement", []), ("", []),
])
def test_a_back_office_that_is_shut_is_known_to_whoever_looks_into_it(look, answers):
    """The bank's statement is seen at the bank, and who looks nowhere knows nothing."""
    looks = f'[[actions]]\ndo = "{look}"\nby = "shop"\nat = "3h"\n' if look else ""
    records = []
    run_virtual(build_world(scenario_of_text(SHUT_OUT + looks), [records.append]))
    assert [each.finding.modes for each in diagnose(records).answers] == answers
