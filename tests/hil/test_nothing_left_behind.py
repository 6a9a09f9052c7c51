"""A live program that cannot start leaves the disk as it was."""

from __future__ import annotations

import resource
import socket

import pytest

from hil.commands.entry import run
from hil.host.store import HostStore
from simulator.machines.acquirer.records import AnyHostRecord

SCENARIO = """
title = "A shop on the bench"
start = 2026-01-27T10:00:00+08:00
until = "12h"
[[merchants]]
name = "corner shop"
terminals = { count = 1 }
"""


@pytest.fixture
def taken():
    with socket.create_server(("127.0.0.1", 0)) as server:
        yield f"127.0.0.1:{server.getsockname()[1]}"


def listing(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.mark.parametrize("option", ["--listen", "--control"])
def test_a_host_whose_port_is_taken_touches_no_file(tmp_path, taken, option, capsys):
    (tmp_path / "shop.toml").write_text(SCENARIO)
    (tmp_path / "old.jsonl").write_text("of another day\n")
    before = listing(tmp_path)
    assert run(["host", str(tmp_path / "shop.toml"), "--state", str(tmp_path / "host.sqlite"),
                "--trace", str(tmp_path / "old.jsonl"), option, taken]) == 2
    assert f"{taken}: is in use by another program" in capsys.readouterr().err
    assert listing(tmp_path) == before


def test_a_device_whose_control_port_is_taken_touches_no_file(tmp_path, taken, capsys):
    assert run(["device", "--tid", "10000001", "--mid", "898000000000001", "--host",
                "127.0.0.1:9", "--nvm", str(tmp_path / "device.nvm"), "--trace",
                str(tmp_path / "device.jsonl"), "--control", taken]) == 2
    assert f"{taken}: is in use by another program" in capsys.readouterr().err
    assert listing(tmp_path) == {}


@pytest.mark.parametrize(("options", "words"), [
    (["--listen", "0.0.0.0:0"], "started with --anywhere"),
    (["--control", "0.0.0.0:0", "--anywhere"], "control port stays on loopback"),
])
def test_a_host_that_would_be_open_to_the_network_is_refused_first(
    tmp_path, capsys, options, words,
):
    (tmp_path / "shop.toml").write_text(SCENARIO)
    before = listing(tmp_path)
    assert run(["host", str(tmp_path / "shop.toml"), "--state", str(tmp_path / "host.sqlite"),
                *options]) == 2
    assert words in capsys.readouterr().err
    assert listing(tmp_path) == before


@pytest.mark.parametrize("room", [0, 5_000, 20_000])
def test_a_host_whose_disk_is_full_leaves_no_empty_state(tmp_path, capsys, room):
    (tmp_path / "shop.toml").write_text(SCENARIO)
    before = listing(tmp_path)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        assert run(["host", str(tmp_path / "shop.toml"), "--state", str(tmp_path / "h.sqlite"),
                    "--trace", str(tmp_path / "h.jsonl")]) == 2
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert "h.sqlite" in capsys.readouterr().err
    assert listing(tmp_path) == before


DEVICE = ["device", "--tid", "10000001", "--mid", "898000000000001", "--host", "127.0.0.1:9"]


def test_a_start_whose_trace_cannot_be_written_leaves_no_state(tmp_path, capsys):
    (tmp_path / "shop.toml").write_text(SCENARIO)
    before = listing(tmp_path)
    trace = ["--trace", str(tmp_path / "nowhere" / "trace.jsonl")]
    assert run([*DEVICE, "--nvm", str(tmp_path / "device.nvm"), *trace]) == 2
    assert run(["host", str(tmp_path / "shop.toml"), "--state", str(tmp_path / "h.sqlite"),
                *trace]) == 2
    assert capsys.readouterr().err.count("nowhere") == 2
    assert listing(tmp_path) == before


def test_a_device_leaves_a_file_that_is_no_memory_as_it_is(tmp_path, capsys):
    (tmp_path / "README.md").write_text("# Something of value\n\nLines of it.\n")
    before = listing(tmp_path)
    assert run([*DEVICE, "--nvm", str(tmp_path / "README.md")]) == 2
    assert "is no terminal memory" in capsys.readouterr().err
    assert listing(tmp_path) == before


def test_the_state_of_a_host_is_for_its_owner_only(tmp_path):
    store = HostStore(tmp_path / "h.sqlite", AnyHostRecord)
    assert {path.name for path in tmp_path.iterdir()} >= {"h.sqlite", "h.sqlite-wal"}
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}
    store.close()
