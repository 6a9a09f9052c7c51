"""Terminals with names and master keys of their own come to a live host, which says what to type into them."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from hil.bench.virtual_bench import VirtualBench
from hil.commands.entry import run
from simulator.judge.verdict import Verdict
from simulator.machines.acquirer.settings import PrefixTable
from simulator.report.wrap import width_of
from simulator.scenario.key_file import read_keys
from simulator.scenario.places import places_of
from simulator.scenario.read import load_scenario
from simulator.wire.kinds import Kind
from simulator.world.settings import acquirer_settings

pytestmark = pytest.mark.live

TIDS = ("POS-A/1 ", '77"0\\1#*')
MID = "M/1 & co: 15.00"
SCENARIO = f"""
title = "Who comes"
start = 2026-01-27T10:00:00+08:00
until = "12h"
drain = "2d"
banks = [{{ name = "bank.a", latency = "5ms" }}]
cards = [
    {{ name = "card.li", pin = "778899", balance = "0.00" }},
    {{ name = "card.wang", bank = "bank.a", balance = "1234.50" }},
]
acquirer = {{ key_file = "keys.toml", tpdu = "echo", header = "617710998877", key_download = ["004", "001"] }}

[[merchants]]
name = "corner shop"
mid = {json.dumps(MID)}
terminals = {{ tids = {json.dumps(TIDS)}, link = "ethernet" }}

[[faults]]
mode = "account.frozen"
target = "card.wang"
at = "21:00"
for = "30m"
may_stay_away = true
"""


@pytest.fixture
def scenario(tmp_path):
    path = tmp_path / "who.toml"
    path.write_text(SCENARIO, "utf-8")
    options = [option for tid in TIDS for option in ("--tid", tid)]
    assert run(["keys", "new", str(tmp_path / "keys.toml"), *options, "--components", "3"]) == 0
    return path


def test_terminals_of_any_name_and_own_keys_are_paid(scenario, tmp_path):
    with VirtualBench(scenario, tmp_path / "bench") as bench:
        for number, tid in enumerate(TIDS):
            device = bench.plug_in(tid)
            assert (device.tid, device.mid) == (tid, MID)
            assert device.sign_on().result == "approved"
            assert device.sell(f"S{number}", 1_000 + number).result == "approved"
            device.wait_at_rest()
            assert device.operate(Kind.SETTLEMENT).result == "approved"
        bench.pay_out()
        judgement = bench.finish()
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.arrived.sales == 2


def test_a_terminal_with_another_key_does_not_get_in(scenario, tmp_path):
    other = tmp_path / "other.toml"
    assert run(["keys", "new", str(other), "--one-for-all"]) == 0
    with VirtualBench(scenario, tmp_path / "bench") as bench:
        device = bench.plug_in(TIDS[0], "--keys", str(other))
        outcome = device.sign_on()
    assert (outcome.result, outcome.reason) == ("failed", "key_check_failed")


def test_the_host_says_what_to_type_and_whose_key_has_changed(scenario, tmp_path):
    keys = tmp_path / "keys.toml"
    first = said_at_start(scenario, tmp_path)
    assert "6000030000, in replies 6000030000" in "".join(first.out)
    assert "in replies 617710998877" in "".join(first.out)
    assert "F60.3 = 004, 001" in "".join(first.out)
    before = check_values(keys)
    for tid, value in zip(TIDS, before, strict=True):
        row = next(line for line in first.out if f'"{tid}"' in line)
        assert f'"{MID}"' in row
        assert row.endswith(value)
    assert not any("another master key" in line for line in first.err)
    keys.unlink()
    assert run(["keys", "new", str(keys), *(each for tid in TIDS for each in ("--tid", tid))]) == 0
    again = said_at_start(scenario, tmp_path)
    told = [line for line in again.err if "another master key" in line]
    assert [f"{old} before, {new} now" in line
            for line, old, new in zip(sorted(told), *ordered(before, check_values(keys)), strict=True)] == [True, True]
    assert not any("another master key" in line for line in said_at_start(scenario, tmp_path).err)


def test_the_cards_are_shown_when_asked_for(scenario, capfd):
    assert run(["host", str(scenario), "--cards"]) == 0
    li, wang, *_ = capfd.readouterr().out.split("\n\ncard.")[1:]
    assert "778899" in li
    assert "no balance" in li
    assert "1,234.50" in wang
    assert "account.frozen" in wang
    assert run(["host", str(scenario), "--cards", "--state", "x.sqlite"]) == 2
    assert "--cards" in capfd.readouterr().err
    assert run(["host", str(scenario)]) == 2
    assert "--state" in capfd.readouterr().err


CHIP_KEY = "0123456789ABCDEFFEDCBA9876543210"  # its check value is published: 08D7B4FB
SHOWN = f"""
title = "Cards and codes"
start = 2026-01-27T10:00:00+08:00
until = "12h"
banks = [{{ name = "bank.a" }}, {{ name = "bank.b", unknown_cards = "refuse" }}]
wallets = [{{ name = "wallet.a" }}, {{ name = "wallet.b" }}, {{ name = "wallet.c" }}]
cards = [
    {{ name = "card.chip", service_code = "601", entry = "chip", pin = "246810", chip_key = "{CHIP_KEY}" }},
    {{ name = "card.old", bank = "bank.b", expiry = "2512" }},
]
[[merchants]]
name = "shop"
terminals = {{}}
"""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_cards_and_codes_are_shown_with_all_that_is_typed_and_no_key(tmp_path, capfd, language):
    path = tmp_path / "shown.toml"
    path.write_text(SHOWN, "utf-8")
    assert run(["host", str(path), "--cards", "--lang", language]) == 0
    out = capfd.readouterr().out
    assert all(width_of(line) <= 80 for line in out.splitlines())
    chip, old, anybody = out.split("\n\n")[1:4]
    for said in (" 3012", " 601", "246810", "08D7B4FB"):
        assert said in chip
    assert CHIP_KEY not in out.replace(" ", "").upper()
    assert "2512" in old
    assert "54" in old
    assert "08D7B4FB" not in old
    assert "bank.a" in anybody
    assert "bank.b" not in anybody  # it knows the cards alone that have a row
    assert "620001" not in out.rpartition("bank.b")[2]
    scenario = load_scenario(path)
    wallets = PrefixTable(acquirer_settings(scenario, places_of(scenario)).wallets)
    rows = dict(re.findall(r"^  (wallet\.\w+) +([0-9]+) ", out, re.MULTILINE))
    assert rows.keys() == {"wallet.a", "wallet.b", "wallet.c"}
    for name, code in rows.items():
        assert wallets.find(code) == name
        assert 16 <= len(code) <= 24


class Said:
    def __init__(self, process):
        out, err = process.communicate(timeout=30)
        self.out, self.err = out.splitlines(), err.splitlines()


def said_at_start(scenario, folder):
    process = subprocess.Popen(
        [sys.executable, "-m", "hil.commands.entry", "host", str(scenario), "--state", str(folder / "state.sqlite")],
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    read = []
    for line in process.stdout:
        read.append(line.rstrip("\n"))
        if line.startswith("  keys from"):
            break
    process.terminate()
    said = Said(process)
    said.out = read + said.out
    return said


def check_values(path):
    keys = read_keys(path)
    return [keys.key_of(tid).check_value for tid in TIDS]


def ordered(before, now):
    """As the lines about them are sorted: by the name in quotes."""
    names = sorted(range(len(TIDS)), key=lambda at: f'"{TIDS[at]}"')
    return [before[at] for at in names], [now[at] for at in names]
