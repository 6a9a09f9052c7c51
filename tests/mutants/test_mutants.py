"""The mutation test: what is reached, what counts as caught, and what it says of the rules."""

from __future__ import annotations

import json
import re
from functools import cache

import msgspec
import pytest
from typer.testing import CliRunner

from simulator.catalogue.language import speaking
from simulator.commands.app import COMMANDS, build_app
from simulator.judge.rules import RULE_OF
from simulator.mutants import matrix as whole
from simulator.mutants.matrix import Asked, Found, matrix, scenarios_tried
from simulator.mutants.summary import as_facts, summary_of
from simulator.mutants.told import told
from simulator.mutants.trying import Right, Tried, right, tried, watched
from simulator.report.wrap import WIDTH, width_of
from simulator.world.defects import DEFECTS

FEW = ("terminal.no_reversal", "ledger.one_legged", "terminal.ends_unbalanced_with_207")


def said(*arguments: str):
    return CliRunner().invoke(build_app(COMMANDS), ["defects", *arguments])


@cache
def found() -> Found:
    return matrix(Asked(FEW, ("lost-reply", "defects/given-up-sale", "defects/unbalanced-batch"), 2))


def test_a_machine_is_reached_where_its_trace_is_another_one():
    assert tried("terminal.ends_unbalanced_with_207", "defects/unbalanced-batch").reached
    # nothing is uploaded there: the wrong function is never called
    assert not tried("terminal.ends_unbalanced_with_207", "defects/two-coffees").reached


def test_it_is_caught_by_what_right_machines_do_not_violate():
    assert 1 in tried("ledger.one_legged", "lost-reply").caught_by
    # the terminal beside it violates 14 by itself; that counts for nobody
    beside = tried("acquirer.accepts_reused_stan", "defects/stan-reused")
    assert 8 in beside.caught_by


def test_all_pairs_are_tried_once():
    pairs = [(each.defect, each.scenario) for each in found().tried]
    assert len(pairs) == len(set(pairs)) == 9
    assert found().left == 0


def test_each_is_tried_in_its_own_scenario_first():
    own = {(name, DEFECTS[name].shown_by) for name in FEW}
    pieces, _ = whole._pieces(FEW, found().right, {})
    first = [(name, piece.alone.scenario) for piece in pieces for name in piece.defects][:3]
    assert set(first) == own


def test_what_replaces_nothing_that_is_called_is_known_without_its_run():
    alone = watched("defects/two-coffees")
    assert alone.called
    assert alone.digest == right("defects/two-coffees").digest
    idle = [name for name, row in DEFECTS.items() if not row.beside and not alone.may_reach(name)]
    assert "terminal.gives_up_advices" in idle
    for name in idle[::4]:  # run all the same, each leaves the trace that right machines leave
        assert not tried(name, "defects/two-coffees").reached, name
    assert watched("lost-reply").may_reach("terminal.no_reversal")
    # the whole counts them as tried
    name = "terminal.gives_up_advices"
    pieces, known = whole._pieces((name,), [alone], {})
    assert (pieces, known) == ([], [Tried(name, "defects/two-coffees")])


def test_where_watching_changes_the_trace_all_are_run():
    unwatched = Right("defects/two-coffees", "", 0, {}, "PASS", 0.0)
    assert unwatched.may_reach("terminal.gives_up_advices")
    assert not msgspec.structs.replace(unwatched, called=frozenset()).may_reach("terminal.no_reversal")


def test_nothing_is_begun_when_the_time_is_over():
    none = matrix(Asked(FEW, ("lost-reply",), 1, within_s=-1.0))
    assert (none.tried, none.left) == ((), 3)


def test_an_interruption_leaves_what_is_known(monkeypatch):
    def interrupted(done, planned, left_s):
        raise KeyboardInterrupt

    cut = matrix(Asked(FEW, ("lost-reply",), 1), interrupted)
    assert cut.interrupted
    assert cut.right
    summary = summary_of(cut)
    assert next(iter(told(summary))) == "interrupted: what was tried by then"


def summary(*rows: Tried):
    return summary_of(Found(rows, ()))


def test_the_share_is_of_machines_that_are_reached_and_have_to_be_caught():
    it = summary(
        Tried("ledger.one_legged", "a", True, (1,)), Tried("ledger.one_legged", "b", True),
        Tried("terminal.no_reversal", "a", True),  # escapes
        Tried("fee.rounds_each_batch", "a"),  # not reached
        Tried("terminal.drops_keys_before_loading", "a", True),  # a warning says it, no rule has to
    )
    assert (it.reached, it.caught, it.share_percent) == (2, 1, 50.0)
    assert [row.defect for row in it.escaped] == ["terminal.no_reversal"]
    assert it.not_reached == ("fee.rounds_each_batch",)
    assert not it.is_enough


def test_a_rule_is_needed_where_it_catches_and_most_where_no_other_does():
    it = summary(
        Tried("ledger.one_legged", "a", True, (1, 3)), Tried("terminal.no_reversal", "a", True, (3,)))
    needed = {each.number: (each.catches, each.alone) for each in it.rules}
    assert needed[1] == (("ledger.one_legged",), ())
    assert needed[3][1] == ("terminal.no_reversal",)
    assert needed[2] == ((), ())
    assert f"2 {RULE_OF[2].en}" in " ".join(told(it))
    assert it.is_enough


def test_what_is_told_fits_and_is_chinese_where_that_is_asked_for():
    rows = [Tried(name, row.shown_by, True, row.caught_by, True) for name, row in DEFECTS.items()]
    for language in ("en", "zh"):
        with speaking(language):
            for line in told(summary(*rows)):
                assert width_of(line) <= WIDTH or line.startswith("    daozhang run "), line
                if language == "zh" and "daozhang run" not in line:
                    assert not re.search("[A-Za-z]{2,} [a-z]{2,}", line), line


def test_the_command_says_it_saves_it_and_fails_below_the_share(tmp_path):
    save = tmp_path / "mutants.json"
    done = said("--matrix", "--defect", "ledger.one_legged", "--scenario", "lost-reply",
                "--jobs", "1", "--save", str(save))
    assert done.exit_code == 0, done.output
    assert "ledger.one_legged: caught by 1" in done.output
    assert "(1 of 1 scenarios)" in done.output
    facts = json.loads(save.read_text())
    assert facts["caught"] == facts["reached"] == 1
    assert facts["defects"][0]["caught"]["lost-reply"][0] == 1
    facts = json.loads(said(
        "--matrix", "--json", "--defect", "terminal.ends_unbalanced_with_207", "--scenario",
        "lost-reply", "--jobs", "1").output)
    assert facts["not_reached"] == ["terminal.ends_unbalanced_with_207"]


@pytest.mark.parametrize(("arguments", "text"), [
    (("--matrix", "--defect", "terminal.no_reversals"), "did you mean terminal.no_reversal?"),
    (("--matrix", "--scenario", "lost"), "no scenario 'lost'"),
    (("--matrix", "--within", "soon"), "--within soon"),
    (("--jobs", "2"), "--jobs: goes with --matrix only"),
    (("--within", "5m"), "--within: goes with --matrix only"),
    (("--resume", "kept"), "--resume: goes with --matrix only"),
    (("--matrix", "--save", "no/folder/mutants.json"), "there is no directory no/folder"),
    (("--matrix", "--save", "README.md", "--resume", "README.md"), "--resume README.md"),
])
def test_what_is_wrong_is_refused_by_its_name(arguments, text):
    done = said(*arguments)
    assert text in str(done.exception)


def test_scenarios_for_ports_are_left_alone():
    assert "lost-reply" in scenarios_tried()
    assert not [name for name in scenarios_tried() if name.startswith("live/")]


def test_facts_name_all_that_the_lines_do():
    facts = as_facts(summary_of(found()))
    assert [row["name"] for row in facts["defects"]] == [name for name in DEFECTS if name in FEW]
    assert {each["number"] for each in facts["rules"]} == set(RULE_OF)
