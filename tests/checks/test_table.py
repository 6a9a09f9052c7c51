"""The table of checks: whole, in both languages, each row with a rule, a source and something measured."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from hil.benches.bench_file import read_bench
from hil.checks import matrix, page
from hil.checks.case import profile_of
from hil.checks.catchers import FIRST, UNSEEN
from hil.checks.check import GROUPS, NEEDS, Need
from hil.checks.matrix import (
    Caught,
    Tried,
    caught,
    checks_for,
    main,
    terminals,
    with_tried,
    write_caught,
)
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
    found = caught().tried
    assert not caught().escaped
    for name, tried in found.items():
        assert set(tried.by) <= set(CHECKS), name
        assert tried.by, name


def test_no_wrong_terminal_of_the_catalogue_is_left_out():
    wrong = {name for name in ALL_DEFECTS if name.startswith("terminal.")} | set(ECR_DEFECTS)
    assert wrong - set(caught().tried) == set(UNSEEN)
    assert set(terminals()) - set(caught().tried) <= set(UNSEEN)


def test_what_cannot_be_seen_says_why_in_both_languages():
    for name, why in UNSEEN.items():
        assert name in ALL_DEFECTS
        assert len(why.en) > 40
        assert HAN.search(why.zh)
        assert not FIRST.get(name)


def test_checks_that_are_known_to_catch_come_first():
    assert set(FIRST) <= set(ALL_DEFECTS)
    for name, first in FIRST.items():
        tried = [check.id for check in checks_for(name)]
        assert tuple(tried[:len(first)]) == first, name
        assert sorted(tried) == sorted(CHECKS), name
    assert [check.id for check in checks_for("terminal.prints_twice")] == list(CHECKS)


def test_what_was_caught_before_is_caught_still_where_only_the_first_was_tried():
    before = Caught({"terminal.any_clerk": Tried(by=("TIL-01", "TIL-05"), checks=217)})
    again = with_tried(before, "terminal.any_clerk", Tried(by=("TIL-01",), checks=1))
    assert again.tried["terminal.any_clerk"].by == ("TIL-01", "TIL-05")
    escaped = with_tried(before, "terminal.any_clerk", Tried(by=(), checks=len(CHECKS)))
    assert escaped.escaped == ("terminal.any_clerk",)  # it was, and is not any more: nothing is kept of that
    whole = with_tried(before, "terminal.any_clerk", Tried(by=("TIL-05",), checks=len(CHECKS)))
    assert whole.tried["terminal.any_clerk"].by == ("TIL-05",)


def test_what_was_found_is_kept_and_taken_up(tmp_path):
    path = tmp_path / "caught.json"
    write_caught(path, caught())
    assert path.read_bytes() == (ROOT / "hil/checks/caught.json").read_bytes()
    assert [each.name for each in tmp_path.iterdir()] == ["caught.json"]


def test_a_defect_that_is_none_is_refused_by_name(capsys):
    assert main(["terminal.nothing"]) == 2
    assert "terminal.nothing" in capsys.readouterr().err


def test_a_run_of_all_that_was_ended_is_taken_up(tmp_path, monkeypatch, capsys):
    tried: list[tuple[str, ...]] = []

    def stopped_after_two(names, _bench, on_tried, **_more):
        tried.append(tuple(names))
        for name in names[:2] if len(tried) == 1 else names:
            on_tried(name, Tried(by=("TIL-06",), checks=1))
        return len(tried) > 1

    monkeypatch.setattr(matrix, "try_defects", stopped_after_two)
    path = tmp_path / "caught.json"
    write_caught(path, caught())
    monkeypatch.setattr(matrix, "caught", lambda: Caught(dict(caught().tried)))
    assert main(["--again", "--save", str(path)]) == 130
    assert main(["--again", "--save", str(path)]) == 0
    assert tried[1] == tried[0][2:]
    assert [each.name for each in tmp_path.iterdir()] == ["caught.json"]
    assert "escaped: none" in capsys.readouterr().out
