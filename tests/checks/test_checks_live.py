"""Checks carried out on the virtual bench: the right terminal passes them, one that is wrong is told, all by line and till."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from msgspec.structs import replace

from hil.bench.tried_again import ROUNDS
from hil.benches.bench_file import read_bench
from hil.checks.case import CaseSetting, profile_of
from hil.checks.check import Check
from hil.checks.results import NotReachedError, Outcome
from hil.checks.run import CheckRun, run_checks
from hil.checks.table import CHECKS, chosen
from hil.commands.entry import run
from hil.control.bench_error import BenchError
from hil.processes.nursery import warm_processes
from simulator.catalogue.language import Told

pytestmark = pytest.mark.live
BENCH = Path(__file__).parents[2] / "fixtures/benches/virtual.toml"
JOBS = 6
RIGHT = "REV-01,RPL-03,PWR-02,SET-08,SET-26,SET-29,SET-31,KEY-03,TIL-14"
WRONG = {  # a sample of what make bench-defects does with all
    "terminal.reuses_stan": "TIL-04", "terminal.ignores_mac": "RPL-11",
    "terminal.reversal_stored_after_send": "PWR-02",
    "terminal.totals_forget_voids": "SET-02", "terminal.black_list_steps_of_14": "DLD-07",
}


def carried_out(folder: Path, checks: list[Check], *defects: str) -> CheckRun:
    """What a busy machine left open is tried again, as the command does."""
    return run_checks(checks, CaseSetting(bench=read_bench(BENCH), folder=folder, defects=defects, rounds=ROUNDS), JOBS)


def test_the_right_terminal_passes(tmp_path, capsys):
    junit, facts = tmp_path / "checks.xml", tmp_path / "checks.json"
    assert run([
        "bench", "check", str(BENCH), "--only", RIGHT, "--out", str(tmp_path / "out"), "--jobs", str(JOBS),
        "--json", str(facts), "--junit", str(junit)]) == 0
    said = capsys.readouterr().out
    assert "virtual" in said
    assert "9 held" in said
    told = json.loads(facts.read_bytes())
    assert (told["device"], told["counts"]["held"], told["whole"]) == ("virtual", 9, True)
    properties = {each.get("name"): each.get("value") for each in ET.parse(junit).iter("property")}
    assert properties.keys() >= {"device", "firmware", "serial", "station"}


def one_of_each_act() -> list[Check]:
    """The first check of each way in which something is done to a terminal, and those with settings of their own."""
    firsts = {each.act.__qualname__ + each.act.__module__: each for each in reversed(CHECKS.values())}
    return [each for each in CHECKS.values() if each in firsts.values() or each.settings or each.acquirer]


def test_the_right_terminal_passes_one_check_of_each_act(tmp_path):
    """What a machine was too busy to decide is left to the night's run of all checks; nothing is held against it."""
    done = run_checks(one_of_each_act(), CaseSetting(bench=read_bench(BENCH), folder=tmp_path, rounds=1), JOBS)
    wrong = {each.check: str(each.why) for each in done.results if each.outcome in (Outcome.FAILED, Outcome.BENCH)}
    assert not wrong
    assert not [each.check for each in done.results if each.outcome is Outcome.NOT_REACHED]


def test_a_terminal_that_is_wrong_is_told(tmp_path):
    def caught(name: str, check: str) -> None:
        (result,) = carried_out(tmp_path / name, chosen([check]), name).results
        assert result.outcome is Outcome.FAILED, (name, result.why)
        assert result.command.endswith(f"--only {check} --defect {name}")
        assert (Path(result.folder) / "host.jsonl").exists()

    profile_of(read_bench(BENCH), {})  # what is read when it is first needed is read by one thread
    with warm_processes(), ThreadPoolExecutor(JOBS) as pool:
        for each in [pool.submit(caught, name, check) for name, check in WRONG.items()]:
            each.result()


def test_what_goes_wrong_in_one_check_is_none_of_the_others(tmp_path):
    def raising(error: Exception) -> Check:
        def act(stage: object) -> None:
            raise error
        return replace(CHECKS["REV-24"], act=act)

    broken = [
        (replace(raising(BenchError("the relay does not click")), id="REV-24"), Outcome.BENCH),
        (replace(raising(NotReachedError(Told("nobody came", "没有人来"))), id="REV-25"), Outcome.NOT_REACHED),
        (replace(raising(ZeroDivisionError("ours")), id="REV-26"), Outcome.BENCH),
        (CHECKS["TIL-06"], Outcome.HELD),
    ]
    with warm_processes():
        done = carried_out(tmp_path, [check for check, _ in broken])
    assert [result.outcome for result in done.results] == [outcome for _, outcome in broken]


def test_a_setting_that_a_standing_terminal_has_not_is_not_reached(tmp_path):
    text = BENCH.read_text("utf-8").replace('kind = "virtual"', 'kind = "emulated"')
    standing = tmp_path / "standing.toml"
    standing.write_text(text, "utf-8")
    setting = CaseSetting(bench=read_bench(standing), folder=tmp_path / "out")
    done = run_checks(chosen(["TIL-08", "REV-27"]), setting, 1)
    assert {result.check: result.outcome for result in done.results} == {
        "TIL-08": Outcome.NOT_REACHED, "REV-27": Outcome.NOT_REACHED}


@pytest.mark.parametrize(("arguments", "said"), [
    (["--only", "REV-99"], 'no check "REV-99"'), (["--defect", "terminal.x"], "no defect"),
])
def test_what_cannot_be_is_refused_by_name(capsys, arguments, said):
    assert run(["bench", "check", str(BENCH), *arguments]) == 2
    assert said in capsys.readouterr().err


def test_jobs_and_defects_are_of_a_virtual_bench(tmp_path, capsys):
    standing = tmp_path / "standing.toml"
    standing.write_text(BENCH.read_text("utf-8").replace('kind = "virtual"', 'kind = "real"'), "utf-8")
    assert run(["bench", "check", str(standing), "--jobs", "2"]) == 2
    assert "--jobs" in capsys.readouterr().err
    assert run(["bench", "check", str(standing), "--defect", "terminal.no_reversal"]) == 2
    assert "--defect" in capsys.readouterr().err


def test_the_list_is_shown_in_chinese(capsys):
    assert run(["bench", "check", str(BENCH), "--list", "--only", "REV", "--lang", "zh"]) == 0
    assert "冲正" in capsys.readouterr().out
