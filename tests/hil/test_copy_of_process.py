"""A copy of the process packs a long history: what it laid down takes its place, and nothing of it stays behind."""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from test_snapshots import DAY, KEY, Host, folded

from hil.host import keeping
from hil.host.copy_of_process import Copy
from hil.host.snapshot import ENDINGS
from simulator.local_time import HOUR_MS
from simulator.scenario.read import scenario_of_text

pytestmark = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a process is copied on Linux only")
LONG_S = 30.0


def until_done(copy):
    """Whether it did its work, once it has ended."""
    until_s = time.monotonic() + LONG_S
    while time.monotonic() < until_s:
        if copy.has_done():
            return True
        if not copy.is_at_work:
            return False
        time.sleep(0.01)
    raise AssertionError("it does not end")


def test_it_works_with_what_was_there_when_it_began(tmp_path):
    copy, values = Copy(), [1]
    assert copy.begins(lambda: str(values), (tmp_path / "copied").write_text)
    values.append(2)
    assert until_done(copy)
    assert (tmp_path / "copied").read_text() == "[1]"
    assert not copy.has_done()  # told once


def test_one_at_a_time():
    copy = Copy()
    assert copy.begins(lambda: time.sleep(LONG_S), print)
    assert not copy.begins(lambda: None, print)
    assert not copy.has_done(0.01)  # whoever takes longer than there is time is ended
    assert not copy.is_at_work
    assert copy.begins(lambda: None, lambda _: None)
    assert until_done(copy)


def test_one_that_fails_or_is_killed_has_done_nothing():
    copy = Copy()
    assert copy.begins(lambda: 1 // 0, print)
    assert not until_done(copy)
    assert copy.begins(lambda: os.kill(os.getpid(), signal.SIGKILL), print)
    assert not until_done(copy)


def test_who_was_started_without_hearing_of_its_children_goes_on():
    """Whoever starts a host may have left their ends ignored: nobody can say then that the work was done."""
    before = signal.signal(signal.SIGCHLD, signal.SIG_IGN)
    try:
        copy = Copy()
        assert copy.begins(lambda: None, lambda _: None)
        assert not until_done(copy)
        assert copy.begins(lambda: time.sleep(LONG_S), print)
        assert not copy.has_done(0.01)
        assert not copy.is_at_work
    finally:
        signal.signal(signal.SIGCHLD, before)


def test_a_lock_of_the_process_ends_with_it_and_not_with_its_copy(tmp_path):
    """And a copy that has lost its process puts nothing, since there may be another owner."""
    program = (
        "import fcntl, os, signal, sys, time\n"
        "from hil.host.copy_of_process import Copy\n"
        "kept = open(sys.argv[1], 'w'); fcntl.flock(kept, fcntl.LOCK_EX)\n"
        "Copy().begins(lambda: time.sleep(1.0), lambda _: open(sys.argv[2], 'w').close())\n"
        "time.sleep(0.3); os.kill(os.getpid(), signal.SIGKILL)\n")
    lock, put = tmp_path / "lock", tmp_path / "put"
    subprocess.run([sys.executable, "-c", program, str(lock), str(put)], stderr=subprocess.DEVNULL, check=False)
    with lock.open() as file:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    time.sleep(1.0)
    assert not put.exists()


def test_a_copy_ends_with_its_process_however_that_ends():
    program = (
        "import os, signal, time\n"
        "from hil.host.copy_of_process import Copy\n"
        "copy = Copy(); copy.begins(lambda: time.sleep(60.0), print)\n"
        "print(copy._pid, flush=True); os.kill(os.getpid(), signal.SIGKILL)\n")
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, check=False)
    until_s = time.monotonic() + LONG_S
    while Path(f"/proc/{int(done.stdout)}").exists():
        assert time.monotonic() < until_s
        time.sleep(0.01)


def test_a_snapshot_that_a_stop_begins_is_waited_for(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "LONGEST_PACKING_S", LONG_S)
    host, _ = kept_by_a_copy(tmp_path / "host.sqlite", monkeypatch)
    host.keep()  # at a stop: the copy that is at work is waited for, and another one begun
    assert host.state._keeping._copy.is_at_work
    host.state.close()
    assert sorted(each.name for each in tmp_path.iterdir() if "snapshot" in each.name) == [
        f"host.sqlite{ending}" for ending in sorted(ENDINGS)]


def test_what_a_process_that_was_killed_had_laid_down_does_not_stay(tmp_path):
    path = tmp_path / "host.sqlite"
    left = path.with_name(path.name + ".snapshot.new")
    left.write_bytes(b"half of it")
    Host(path, scenario_of_text(DAY)).state.close()
    assert not left.exists()


def kept_by_a_copy(path, monkeypatch):
    """Some hours of a host, the beginning of which a copy of the process has laid down meanwhile."""
    for name, value in (("AT_A_STOP", 50), ("LONG", 0)):
        monkeypatch.setattr(keeping, name, value)
    scenario = scenario_of_text(DAY)
    host = Host(path, scenario)
    host.run(10 * HOUR_MS)
    host.keep()
    assert host.state._keeping._copy.is_at_work
    assert not path.with_name(path.name + ENDINGS[0]).exists()
    host.run(5 * HOUR_MS)
    return host, scenario


def test_a_snapshot_of_a_copy_is_the_history_as_it_stood_when_it_began(tmp_path, monkeypatch):
    path = tmp_path / "host.sqlite"
    host, scenario = kept_by_a_copy(path, monkeypatch)
    until_s = time.monotonic() + LONG_S
    while not path.with_name(path.name + ENDINGS[0]).exists():
        assert time.monotonic() < until_s
        monkeypatch.setattr(keeping, "AT_A_STOP", 1_000_000)  # what it laid down, and no other one
        host.keep()
    there = host.stands()
    host.state.close()
    whole, all_steps = folded(path, scenario, "")
    short, steps = folded(path, scenario, KEY)
    assert there == whole == short
    assert 0 < steps < all_steps


def test_a_copy_that_has_no_time_left_is_ended_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "LONGEST_PACKING_S", 0.05)
    monkeypatch.setattr(keeping, "laid_down", lambda path, _: (
        path.with_name(path.name + ".snapshot.new").write_bytes(b"half of it"), time.sleep(LONG_S)))
    path = tmp_path / "host.sqlite"
    host, scenario = kept_by_a_copy(path, monkeypatch)
    monkeypatch.setattr(keeping, "AT_A_STOP", 1_000_000)
    host.keep()
    host.state.close()
    assert not [each.name for each in tmp_path.iterdir() if "snapshot" in each.name]
    assert folded(path, scenario, KEY) == folded(path, scenario, "")
