"""``daozhang defects`` says of each machine built wrong what it violates and which run shows it."""

from __future__ import annotations

import json
import re

from typer.testing import CliRunner

from simulator.catalogue.language import speaking
from simulator.commands.app import COMMANDS, build_app
from simulator.commands.sayings import WHERE_SEEN
from simulator.report.wrap import WIDTH, width_of
from simulator.world.defects import DEFECTS


def printed(*arguments: str) -> str:
    result = CliRunner().invoke(build_app(COMMANDS), ["defects", *arguments])
    assert result.exit_code == 0
    return result.output


def test_every_defect_is_listed_with_the_command_that_shows_it():
    text = printed()
    for defect in DEFECTS.values():
        assert f"{defect.shown_by} --defect {defect.name}" in text
    assert f"{len(DEFECTS)} machines built wrong" in text


def test_as_json_each_defect_has_its_invariants_by_number_and_name():
    rows = {row["name"]: row for row in json.loads(printed("--json"))}
    assert list(rows) == list(DEFECTS)
    assert rows["payout.twice_after_window"] == {
        "name": "payout.twice_after_window", "what": "a payout queued by maintenance is made twice",
        "what_zh": "因维护排队的付款付了两次",
        "caught_by": [{"number": 6, "name": "payout exactly once"}], "recorded": "",
        "unmet": False, "seen_in": "",
        "scenario": "defects/payout-in-bank-window", "beside": [],
    }


def test_every_defect_is_described_in_chinese_in_the_columns_of_a_terminal():
    for defect in DEFECTS.values():
        assert any("\u4e00" <= letter <= "\u9fff" for letter in defect.zh), defect.name
        assert not defect.seen_in or defect.seen_in in WHERE_SEEN
    with speaking("zh"):
        lines = printed().splitlines()
    for line in lines:
        if " --defect " not in line:  # one line, to be copied
            assert not re.search("[A-Za-z]{2,} [a-z]{2,}", line), line
            assert width_of(line) <= WIDTH
