"""``daozhang run --compare``: the same day with and without something, side by side."""

from __future__ import annotations

import json

import pytest

from hil.commands.entry import run

DAY = """
title = "a router restarted"
start = 2026-01-27T10:00:00+08:00
until = "4d"
[[merchants]]
name = "shop"
terminals = { count = 1, settings = { reply_timeout = "20s" } }
habits = { after_failed_sale = "gives_up" }
script = [
    { at = "10m", sale = "S1", amount = "68.00" },
    { at = "2h", sale = "S2", amount = "12.00" },
]
[[faults]]
mode = "network.router_down"
target = "router.1"
at = "1m"
for = "3h"
[[actions]]
do = "restart_router"
target = "router.1"
at = "1h"
[[actions]]
do = "check_records"
at = "90m"
"""


def ran(capsysbinary, *arguments):
    code = run(["run", *map(str, arguments)])
    out, err = capsysbinary.readouterr()
    return code, out.decode(), err.decode()


@pytest.fixture
def day(tmp_path):
    path = tmp_path / "day.toml"
    path.write_text(DAY, encoding="utf-8")
    return path


@pytest.mark.parametrize("what", ["actions", "restart_router"])
def test_a_restart_brings_the_sale_that_the_dead_router_would_have_kept_away(capsysbinary, day, what):
    code, out, _ = ran(capsysbinary, day, "--compare", what, "--json", "-")
    both = json.loads(out)
    assert code == 0
    assert (both["first"]["taken"], both["other"]["taken"]) == (
        {"sales": 1, "fen": 1200}, {"sales": 0, "fen": 0})
    assert both["effect"] == "helped"
    assert {"what": "taken", "by": 1200, "good": True} in [
        {key: each[key] for key in ("what", "by", "good")} for each in both["changes"]]


def test_a_fault_that_is_left_out_takes_no_action_with_it(capsysbinary, day):
    _, out, _ = ran(capsysbinary, day, "--compare", "network.router_down", "--json", "-")
    both = json.loads(out)
    assert both["first"]["taken"]["sales"] == 1
    assert both["other"]["taken"]["sales"] == 2
    assert both["effect"] == "harmed"


def test_what_only_looks_changes_nothing(capsysbinary, day):
    _, out, _ = ran(capsysbinary, day, "--compare", "check_records", "--json", "-")
    assert json.loads(out)["effect"] == "none"


def test_moments_that_hung_on_a_fault_stay_where_they_were(capsysbinary, day):
    day.write_text(DAY.replace('target = "router.1"\nat = "1h"', 'after = "the window"'))
    code, out, _ = ran(capsysbinary, day, "--compare", "faults", "--json", "-")
    assert code == 0
    assert json.loads(out)["other"]["taken"]["sales"] == 2


@pytest.mark.parametrize("language", ["en", "zh"])
def test_both_stand_side_by_side_in_eighty_columns(capsysbinary, day, language):
    from simulator.report.wrap import width_of  # noqa: PLC0415

    code, out, _ = ran(capsysbinary, day, "--compare", "actions", "--lang", language)
    assert code == 0
    assert max(map(width_of, out.splitlines())) <= 80
    [taken] = [line for line in out.splitlines() if line.startswith(("taken", "收款"))]
    assert taken.split()[1:] == ["1", "·", "¥12.00", "0", "·", "¥0.00"]


def test_another_scenario_is_compared_as_it_is(capsysbinary, day, tmp_path):
    other = tmp_path / "other.toml"
    other.write_text(DAY.replace("12.00", "13.00"), encoding="utf-8")
    _, out, _ = ran(capsysbinary, day, "--compare", other, "--json", "-")
    both = json.loads(out)
    assert both["other"]["taken"]["fen"] - both["first"]["taken"]["fen"] == 100


@pytest.mark.parametrize(("arguments", "said"), [
    (["--compare", "restart_ruter"], "did you mean restart_router?"),
    (["--compare", "restart_ruter"], "allowed: actions, faults, restart_router, check_records"),
    (["--compare", "actions", "--trace", "t.jsonl"], "--trace does not go with --compare"),
    (["--compare", "actions", "--sales"], "--sales does not go with --compare"),
])
def test_what_there_is_not_is_refused_by_name(capsysbinary, day, arguments, said):
    code, out, err = ran(capsysbinary, day, *arguments)
    assert (code, out) == (2, "")
    assert said in err
