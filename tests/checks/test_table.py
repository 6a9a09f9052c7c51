"""The table of checks: whole, in both languages, each row with a rule, a source and something measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hil.benches.bench_file import read_bench
from hil.checks import page
from hil.checks.case import profile_of
from hil.checks.check import GROUPS, NEEDS, Need
from hil.checks.matrix import caught
from hil.checks.table import CHECKS, UnknownCheckError, chosen
from hil.checks.told import listed
from hil.device.ecr_defects import ALL_DEFECTS, ECR_DEFECTS
from simulator.machines.terminal.profile import TerminalProfile
from simulator.report.wrap import WIDTH, width_of

ROOT = Path(__file__).parents[2]
HAN = re.compile("[\u4e00-\u9fff]")
SETTINGS = {name.removesuffix("_ms").removesuffix("_fen") for name in TerminalProfile.__struct_fields__}


def test_there_are_eighty_and_more_in_every_group():
    assert len(CHECKS) >= 80
    assert {check.group for check in CHECKS.values()} == set(GROUPS)
    assert set(NEEDS) == set(Need)


@pytest.mark.parametrize("check", CHECKS.values(), ids=CHECKS)
def test_a_row_is_whole(check):
    assert re.fullmatch(r"[A-Z]{2,3}-[0-9]{2}", check.id)
    for told in (check.title, check.rule, *(rule.words for rule in check.must)):
        assert told.en
        assert HAN.search(told.zh)
    assert check.source
    assert check.must
    assert check.kinds
    for setting in check.changed_by:
        assert setting in SETTINGS, setting


@pytest.mark.parametrize("check", [each for each in CHECKS.values() if each.settings], ids=lambda each: each.id)
def test_settings_of_a_check_are_settings_of_a_terminal(check):
    bench = read_bench(ROOT / "fixtures/benches/virtual.toml")
    assert profile_of(bench, check.settings) != profile_of(bench, {})


def test_titles_are_told_apart():
    titles = [check.title.en for check in CHECKS.values()]
    assert len(set(titles)) == len(titles)


def test_some_are_chosen_by_number_group_and_pattern():
    assert [check.id for check in chosen(["rev-01, SET-0[12]"])] == ["REV-01", "SET-01", "SET-02"]
    assert {check.group.value for check in chosen(["QR", "DAY"])} == {"QR", "DAY"}
    assert len(chosen([])) == len(CHECKS)
    with pytest.raises(UnknownCheckError, match="REV-99"):
        chosen(["REV-99"])


def test_the_list_fits_a_terminal():
    assert all(width_of(text) <= WIDTH for text in listed(CHECKS.values()))


def test_the_page_is_printed_from_the_rows():
    assert (ROOT / "docs/checks.md").read_text("utf-8") == page.page()


def test_every_terminal_built_wrong_is_caught_by_checks_that_are_there():
    found = caught()
    assert set(found.by) <= set(ALL_DEFECTS)
    assert set(ECR_DEFECTS) <= set(found.by)
    for name, checks in found.by.items():
        assert checks, name
        assert set(checks) <= set(CHECKS), name
