"""Two benches on one port, socket or robot are refused in clear words, before anything is started."""

from __future__ import annotations

import pytest

from hil.bench.reserved import reserved_names
from hil.bench.rig import RigSetting, open_rig
from hil.benches.bench_file import BenchFileError, read_bench
from hil.power.reservation import Reservation, ReservationError

BENCH = """
[device]
kind = "{kind}"
[[terminals]]
tid = "77001234"
mid = "898000000000001"
"""
RELAY = 'power = {driver = "serial_relay", settings = {port = "/dev/ttyUSB9"}}\n'


@pytest.fixture(autouse=True)
def runtime(tmp_path, monkeypatch):
    monkeypatch.setenv("DAOZHANG_RUNTIME", str(tmp_path / "locks"))


def bench_of(tmp_path, text, kind="real"):
    path = tmp_path / "bench.toml"
    path.write_text(text + BENCH.format(kind=kind))
    return read_bench(path)


@pytest.mark.parametrize(("text", "names"), [
    ("", ()),
    ('end = {listen = "tcp:127.0.0.1:8583"}\n', ("port:127.0.0.1:8583",)),
    ('end = {listen = "serial:/dev/ttyUSB0?9600 8N1"}\n', ("serial:/dev/ttyUSB0?9600 8N1",)),
    (RELAY, ("serial:/dev/ttyUSB9",)),
    ('power = {driver = "command", settings = {on = ["a", "b c"], off = ["d"]}}\n', ("power:a 'b c'",)),
    ('power = {driver = "http", settings = {on = "http://127.0.0.1/1", off = "http://127.0.0.1/0"}}\n',
     ("power:http://127.0.0.1/1",)),
    ('hands = {driver = "http", settings = {url = "http://127.0.0.1/deed"}}\n', ("hands:http://127.0.0.1/deed",)),
    ('hands = {driver = "person"}\n', ()),
])
def test_what_one_run_alone_may_have(tmp_path, text, names):
    assert reserved_names(bench_of(tmp_path, text)) == names


def test_a_second_bench_on_one_port_is_refused_before_anything_starts(tmp_path):
    bench = bench_of(tmp_path, RELAY)
    with Reservation(["serial:/dev/ttyUSB9"], "other.toml"), pytest.raises(ReservationError, match=r"other\.toml"), \
            open_rig(bench, RigSetting(folder=tmp_path / "run")):
        raise AssertionError("it was opened")
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(("text", "kind", "words"), [
    ('power = {driver = "lever"}\n', "real", "no driver 'lever'; allowed: process"),
    ('power = {driver = "process"}\n', "real", "of an emulator"),
    ('power = {driver = "process"}\n', "emulated", "command"),
    ('power = {driver = "serial_relay", settings = {port = "p", channel = 9}}\n', "real", "channels 1 to 1"),
    ('power = {driver = "http", settings = {on = "http://10.1.1.1/", off = "http://10.1.1.1/"}}\n', "real", "hosts"),
    ('power = {driver = "serial_relay", settings = {port = "p"}}\n', "virtual", "its process"),
    ('power = {driver = "process", settings = {command = ["x"]}}\n', "virtual", "without settings"),
    ('hands = {driver = "tentacle"}\n', "real", "person, command, http"),
    ('hands = {driver = "person"}\n', "virtual", "no keys to press"),
])
def test_power_and_hands_that_cannot_be_are_refused_when_the_file_is_read(tmp_path, text, kind, words):
    with pytest.raises(BenchFileError) as refused:
        bench_of(tmp_path, text, kind)
    assert words in str(refused.value)
    assert "bench.toml:1: " in str(refused.value)


def test_an_emulator_is_a_process_that_a_command_starts(tmp_path):
    bench_of(tmp_path, 'power = {driver = "process", settings = {command = ["qemu", "-M", "pos"]}}\n', "emulated")
