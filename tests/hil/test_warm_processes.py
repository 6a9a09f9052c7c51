"""Processes forked from a warm parent are what started ones are: arguments, words, ends, and nothing left."""

import json
import signal
import socket
import subprocess
import sys
import tempfile

import pytest

from hil.host.requests import HostReport, HostStatus, StopHost
from hil.processes.nursery import PARENT_OF_ALL, WARM, warm_processes
from hil.processes.process import BenchError, BenchProcess

pytestmark = pytest.mark.live
SCENARIO = """
title = "warm"
start = 2026-01-27T10:00:00+08:00
until = "2d"
[[merchants]]
name = "shop"
terminals = { count = 1 }
"""


@pytest.fixture(scope="module", autouse=True)
def warm():
    before = WARM.nursery
    with warm_processes():
        assert WARM.nursery is not before
        yield
    assert WARM.nursery is before


def host(folder, *options):
    folder.mkdir(exist_ok=True)
    (folder / "day.toml").write_text(SCENARIO)
    return BenchProcess("host", [
        "host", str(folder / "day.toml"), "--state", str(folder / "host.sqlite"), *options,
    ], folder / "host.err")


def test_two_hosts_live_beside_each_other_and_end_each_in_its_way(tmp_path):
    one, other = host(tmp_path / "one"), host(tmp_path / "other")
    assert one.pid != other.pid
    assert one.ask(HostStatus(), HostReport).title == "warm"
    other.kill()
    assert not other.is_running()
    assert one.is_running()
    assert one.stop(StopHost()) == 0


def test_a_kill_is_told_as_such(tmp_path):
    process = host(tmp_path)
    process._process.send_signal(signal.SIGKILL)
    assert process.has_died()


def test_what_is_refused_says_why_in_its_own_file(tmp_path):
    with pytest.raises(BenchError, match="status 2: "):
        host(tmp_path, "--listen", "nowhere")
    assert "nowhere" in (tmp_path / "host.err").read_text()


def test_children_stop_when_their_parent_has_gone(tmp_path):
    with warm_processes():
        process = host(tmp_path)
    process._process.wait(timeout=10)
    assert not process.is_running()


def test_a_signal_ends_it_in_good_order(tmp_path):
    process = host(tmp_path)
    process.ask(HostStatus(), HostReport)  # by now it hears signals
    assert process.interrupt(signal.SIGTERM) == 0


def test_one_that_ends_before_its_number_is_read_has_told_both():
    for _ in range(20):
        with tempfile.TemporaryFile() as errors:
            assert WARM.nursery.start(["bogus"], {"PATH": "/bin"}, errors).wait(10) == 2


def test_whoever_asked_may_be_killed_before_it_hears_the_answer():
    """The bench is killed between its question and the answer: the parent ends, and says nothing of it."""
    ours, theirs = socket.socketpair()
    parent = subprocess.Popen(
        [sys.executable, "-m", PARENT_OF_ALL, str(theirs.fileno())], pass_fds=(theirs.fileno(),), stderr=subprocess.PIPE)
    theirs.close()
    dead, told = socket.socketpair()
    dead.close()
    with open("/dev/null", "wb") as nothing:  # noqa: PTH123 - a device
        request = json.dumps({"arguments": ["--version"], "environment": {}}).encode()
        socket.send_fds(ours, [request], [told.fileno(), nothing.fileno(), nothing.fileno()])
    told.close()
    ours.close()
    assert parent.communicate(timeout=30)[1] == b""
    assert parent.returncode == 0
