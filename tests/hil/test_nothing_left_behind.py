"""A live program that cannot start leaves the disk as it was."""

from __future__ import annotations

import socket

import pytest

from hil.command import run

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
