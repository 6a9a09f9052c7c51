"""A bench file is read whole or refused with file, line, key and what is allowed; nothing is opened."""

from __future__ import annotations

import json
import subprocess
import sys
import tomllib
from datetime import datetime

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hil.benches.bench_file import BenchFileError, read_bench, shipped_benches
from hil.benches.bench_parts import bench_schema
from hil.benches.bench_scenario import dut_tid, scenario_text
from hil.benches.toml_text import toml_text
from hil.commands.entry import run
from simulator.scenario.read import scenario_of_text

VIRTUAL = """
[device]
kind = "virtual"
[[terminals]]
tid = "10000001"
mid = "898000000000001"
"""
REAL = VIRTUAL.replace("virtual", "real")
CASE = """
title = "a case"
start = 2026-01-27T10:00:00+08:00
until = "2d"
[[merchants]]
name = "shop"
mid = "898000000000009"
terminals = { tids = ["20000001"], settings = { reversal_tries = 2 } }
"""


def write(tmp_path, text):
    path = tmp_path / "bench.toml"
    path.write_text(text, "utf-8")
    return path


@pytest.mark.parametrize("name", shipped_benches())
def test_what_is_shipped_is_read_and_fits_the_schema(name):
    bench = read_bench(f"fixtures/benches/{name}")
    assert bench.terminal.tid
    jsonschema.validate(tomllib.loads(bench.path.read_text("utf-8")), bench_schema())


@pytest.mark.parametrize(("text", "told"), [
    ("", "device: missing"),
    (VIRTUAL + "[limit]\n", ':7: limit: unknown key "limit"; did you mean "limits"?'),
    (VIRTUAL.replace('"virtual"', '"vrtual"'), ':3: device.kind: not possible: "vrtual"; did you mean "virtual"?'),
    (VIRTUAL.replace("10000001", "1"), ":5: terminals[1].tid: "),
    (VIRTUAL + '[[terminals]]\ntid = "10000001"\nmid = "898000000000001"\n', "stands there twice"),
    (VIRTUAL + '[end]\nlisten = "udp:127.0.0.1:1"\n', 'no kind of end "udp"; allowed: tcp, tls, serial'),
    (VIRTUAL + '[end]\nlisten = "tls:127.0.0.1:0"\n', "end.certificate: missing; an end of tls needs it"),
    (VIRTUAL + '[end]\nkey = "k.pem"\n', "end.key: has no effect without tls:HOST:PORT"),
    (VIRTUAL + '[end]\nlisten = "serial:/dev/ttyUSB0"\n', "a virtual device comes over tcp or tls"),
    (VIRTUAL + '[acquirer]\ntls = { certificate = "a", key = "b" }\n', "stand in [end]"),
    (VIRTUAL + '[power]\ndriver = "command"\nsettings = { on = ["x"], off = ["y"] }\n', "is its process"),
    (VIRTUAL + '[hands]\ndriver = "person"\n', "has no keys to press"),
    (VIRTUAL + '[ecr]\nprofile = "transbnk"\n', 'no ECR profile transbnk; did you mean "transbank"?'),
    (VIRTUAL + '[ecr]\nprofile = "transbank"\nline = "serial:/dev/ttyUSB0"\n', "waits at pty:, tcp:HOST:PORT"),
    (VIRTUAL + '[ecr]\nprofile = "transbank"\nline = "modem:1"\n', "is no line"),
    (REAL + '[power]\ndriver = "process"\n', "a real one is turned off by a relay"),
    (REAL + '[power]\ndriver = "serial_relay"\n', "power.settings: "),
    (REAL + '[power]\ndriver = "steam"\n', "steam"),
    (REAL + '[hands]\ndriver = "http"\nsettings = { url = "ftp://x" }\n', "hands.settings: "),
    ("[device\n", "no TOML"),
])
def test_what_cannot_be_is_refused_with_its_place(tmp_path, text, told):
    with pytest.raises(BenchFileError) as refused:
        read_bench(write(tmp_path, text))
    assert told in str(refused.value)
    assert str(tmp_path) in str(refused.value)


@pytest.mark.parametrize("content", [b"\xff\xfe", b"x" * (2 << 20)])
def test_what_is_no_text_of_a_bench_is_refused(tmp_path, content):
    path = tmp_path / "bench.toml"
    path.write_bytes(content)
    with pytest.raises(BenchFileError):
        read_bench(path)
    with pytest.raises(BenchFileError, match="is a directory"):
        read_bench(tmp_path)
    with pytest.raises(BenchFileError):
        read_bench(tmp_path / "nowhere.toml")


def test_the_command_says_so_with_status_2_in_either_language(tmp_path, capsys):
    path = write(tmp_path, VIRTUAL + '[hands]\ndriver = "person"\n')
    assert run(["bench", "doctor", str(path)]) == 2
    assert "has no keys to press" in capsys.readouterr().err
    assert run(["bench", "doctor", str(path), "--lang", "zh"]) == 2
    assert "虚拟设备没有按键" in capsys.readouterr().err


def test_the_schema_is_printed(capsys):
    assert run(["bench", "schema"]) == 0
    assert json.loads(capsys.readouterr().out) == bench_schema()


# ---- the scenario of a bench ---------------------------------------------------------------------


def test_the_benchs_own_scenario_has_its_terminals_and_settings(tmp_path):
    bench = read_bench(write(tmp_path, VIRTUAL.replace(
        'kind = "virtual"', 'kind = "virtual"\nsettings = { reply_timeout = "3s" }')
        + '[[terminals]]\ntid = "10000002"\nmid = "898000000000001"\n[[cards]]\nname = "card.li"\npin = "1234"\n'))
    text = scenario_text(bench, None, {"reversal_tries": 5}, 0)
    scenario = scenario_of_text(text)
    [shop] = scenario.merchants
    [group] = shop.terminals
    assert (shop.mid, group.tids, group.outside) == ("898000000000001", ("10000001", "10000002"), True)
    assert (group.settings.reply_timeout_ms, group.settings.reversal_tries) == (3_000, 5)
    assert [card.name for card in scenario.cards] == ["card.li"]
    assert datetime.fromisoformat(text.split("start = ")[1].split("\n")[0]).year == 2026


def test_a_standing_terminal_lives_by_the_wall_clock(tmp_path):
    bench = read_bench(write(tmp_path, REAL))
    assert "start = 2033-05-18T11:33:20+08:00" in scenario_text(bench, None, {}, 2_000_000_000_000)


def test_a_cases_own_scenario_is_kept_and_settings_are_laid_over_it(tmp_path):
    virtual = read_bench(write(tmp_path, VIRTUAL))
    assert scenario_text(virtual, CASE, {}, 0) == CASE
    laid = scenario_of_text(scenario_text(virtual, CASE, {"reply_timeout": "2s"}, 0))
    assert laid.merchants[0].terminals[0].settings.reply_timeout_ms == 2_000
    assert laid.merchants[0].terminals[0].settings.reversal_tries == 2
    assert dut_tid(virtual, CASE, "case") == "20000001"  # a virtual device stands where it is put
    with pytest.raises(BenchFileError, match="the terminal 10000001 of"):
        dut_tid(read_bench(write(tmp_path, REAL)), CASE, "case")


values = st.recursive(
    st.booleans() | st.integers(-2**62, 2**62) | st.text(max_size=20) | st.floats(allow_nan=False, allow_infinity=False),
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(st.text(max_size=8), inside, max_size=3), max_leaves=8)


@given(st.dictionaries(st.text(max_size=8), values, max_size=4))
def test_a_table_as_text_reads_back_as_itself(table):
    assert tomllib.loads(toml_text(table)) == table


LOOK = """
import sys
from hil.commands.entry import run
run(["bench", "--help"])
print([name for name in sys.modules if name in ("simpy", "pydantic", "serial", "hil.bench.rig")])
"""


def test_the_bench_is_loaded_when_it_is_asked_for():
    done = subprocess.run([sys.executable, "-c", LOOK], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
