"""What the document on reconciliation shows works as it stands there, and names what there is."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from hil.commands.entry import run
from simulator.reconciliation.column_map import readings
from simulator.reconciliation.entry import Side
from simulator.reconciliation.forms import FIELDS
from simulator.reconciliation.states import CLOSED, State

TEXT = Path("docs/reconciliation.md").read_text("utf-8")


def test_the_examples_run(tmp_path, capsys):
    lines = [line for line in TEXT.splitlines() if line.startswith("daozhang ") and "shop.csv" not in line]
    codes = [run([word.replace("day.jsonl", str(tmp_path / "day.jsonl")) for word in line.split()[1:]]) for line in lines]
    assert codes == [0, 0, 1]
    assert "only on one side" in capsys.readouterr().out


def test_the_columns_named_by_the_user(tmp_path, capsys):
    (tmp_path / "shop.csv").write_text("日期,收款,单号\n2026-01-29,68.00,O1\n", "utf-8")
    (tmp_path / "bank.csv").write_text("date,amount,text\n2026-01-30,68.00,POS\n", "utf-8")
    line = next(line for line in TEXT.splitlines() if "shop.csv" in line)
    words = line.replace("shop.csv", str(tmp_path / "shop.csv")).replace("bank.csv", str(tmp_path / "bank.csv")).split()[1:]
    assert run(words) == 0
    assert "68.00" in capsys.readouterr().out


def test_the_map_is_one(tmp_path):
    text = re.search(r"```toml\n(.*?)```", TEXT, re.DOTALL)[1]
    assert tomllib.loads(text)
    (tmp_path / "map.toml").write_text(text, "utf-8")
    found = readings((), tmp_path / "map.toml")
    assert found[Side.HOST].columns == {"amount": "收款", "order": "单号"}
    assert found[Side.HOST].delimiter == ";"


def test_every_state_has_its_row():
    rows = dict(re.findall(r"^\| `(\w+)` \| (yes|no) \|", TEXT, re.MULTILINE))
    assert rows == {state.value: "yes" if state in CLOSED else "no" for state in State}


def test_every_field_is_named():
    listed = re.search(r"Fields: `([^`]+)`", TEXT)[1].split()
    assert listed == list(FIELDS)
