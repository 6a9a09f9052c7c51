"""The doctor looks at everything, each look alone, and says for what is not well what to do."""

from __future__ import annotations

import json
import socket

import pytest

from hil.benches.bench_file import read_bench
from hil.capture import sniffer
from hil.commands.entry import run
from hil.doctor import doctor
from hil.doctor.doctor import Asked, look_at
from simulator.report.wrap import WIDTH, width_of

REAL = """
station = "bench 2"
[device]
kind = "real"
name = "Terminal X1"
[[terminals]]
tid = "77001234"
mid = "898000000000001"
"""


@pytest.fixture
def bench_of(tmp_path, monkeypatch):
    monkeypatch.setattr(doctor, "LATE_MS", 10_000)  # whatever else this machine does

    def write(text=""):
        path = tmp_path / "bench.toml"
        path.write_text(REAL + text, "utf-8")
        return path

    return write


def looks(path, **asked):
    return {each.name.en: each for each in look_at(read_bench(path), Asked(**asked))}


def test_a_bench_with_nothing_to_drive_its_terminal_is_not_well(bench_of):
    found = looks(bench_of())
    assert found["till"].state == "not ok"
    assert "[ecr] or [hands]" in found["till"].advice.en
    assert found["power"].state == found["capture"].state == found["terminal"].state == "not asked"
    assert {name for name, each in found.items() if each.state == "ok"} == {
        "terminals", "master key", "port of the host", "pyserial", "clock", "disk"}


def test_what_is_not_there_is_said_with_what_to_do(bench_of):
    found = looks(bench_of("""
[acquirer]
key_file = "nowhere.toml"
[ecr]
profile = "transbank"
line = "serial:/dev/ttyNOWHERE"
[hands]
driver = "person"
[power]
driver = "command"
settings = { on = ["no-such-program", "on"], off = ["no-such-program", "off"] }
[capture]
interface = "nosuchif0"
"""))
    wrong = {name: each for name, each in found.items() if each.state == "not ok"}
    assert set(wrong) == {"terminals", "ECR line: is there", "hands", "program of the power supply", "capture"}
    for each in wrong.values():
        assert each.advice is not None
        assert each.seen.zh
    assert "nowhere.toml" in found["terminals"].seen.en
    assert found["ECR line"].state == "ok"  # the profile can be read


def test_who_may_not_sniff_is_told_and_can_run_all_the_same(bench_of, monkeypatch):
    def refused(**_):
        raise PermissionError

    monkeypatch.setattr(sniffer, "L2ListenSocket", refused)
    found = looks(bench_of('[capture]\ninterface = "lo"\n'))["capture"]
    assert found.state == "not asked"
    assert "needs root" in found.seen.en
    assert "goes on" in found.seen.en
    assert "root" in found.advice.zh


def test_a_port_that_somebody_has_is_told(bench_of):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        found = looks(bench_of(f'[end]\nlisten = "tcp:127.0.0.1:{taken.getsockname()[1]}"\n'))
    assert found["port of the host"].state == "not ok"
    assert "in use" in found["port of the host"].seen.en
    assert "占用" in found["port of the host"].seen.zh


def test_too_little_room_and_a_slow_clock_are_told(bench_of, monkeypatch):
    monkeypatch.setattr(doctor, "LEAST_ROOM", 1 << 62)
    monkeypatch.setattr(doctor, "LATE_MS", -1.0)
    monkeypatch.setattr(doctor, "NAPS", 1)
    found = looks(bench_of())
    assert found["disk"].state == found["clock"].state == "not ok"
    monkeypatch.setattr(doctor, "EARLIEST_S", 1 << 40)
    assert "date" in looks(bench_of())["clock"].seen.en


def test_the_command_tells_it_in_eighty_columns_and_either_language(bench_of, capsys):
    path = bench_of()
    for language in ("en", "zh"):
        assert run(["bench", "doctor", str(path), "--lang", language]) == 3
        said = capsys.readouterr().out
        assert "bench 2" in said
        assert "real" in said
        assert all(width_of(line) <= WIDTH for line in said.splitlines())
    assert "有问题" in said


def test_as_json_it_is_for_programs(bench_of, capsys):
    assert run(["bench", "doctor", str(bench_of('[ecr]\nprofile = "transbank"\nline = "tcp:127.0.0.1:1"\n')),
                "--json"]) == 3
    told = json.loads(capsys.readouterr().out)
    assert (told["device"], told["station"], told["ok"]) == ("real", "bench 2", False)
    states = {each["name"]: each["state"] for each in told["looks"]}
    assert states["ECR line: other end"] == "not ok"


@pytest.mark.live
def test_a_virtual_bench_is_started_and_is_well(capsys, monkeypatch):
    monkeypatch.setattr(doctor, "LATE_MS", 10_000)
    assert run(["bench", "doctor", "fixtures/benches/virtual-rfc2217.toml"]) == 0
    said = capsys.readouterr().out
    assert "started and signed on in" in said
    assert "(virtual)" in said
