"""No option of a live command destroys a file, waits for one, or shares one, whatever it is called."""

from __future__ import annotations

import os
import socket
import sqlite3
from pathlib import Path

import pytest

from hil.commands.entry import run
from hil.files.nvm_file import MemoryOf, NvmFile
from hil.files.one_owner import StateError
from hil.files.trace_file import TraceFile
from hil.host.state import HostState
from hil.host.store import HostStore
from simulator.machines.acquirer.records import AnyHostRecord
from simulator.machines.terminal.records import StanTaken
from simulator.trace.records import Restarted, RunStarted, to_line

SCENARIO = """
title = "A shop on the bench"
start = 2026-01-27T10:00:00+08:00
until = "12h"
[[merchants]]
name = "corner shop"
terminals = { count = 1 }
"""
OWNER = MemoryOf("10000001", "898000000000001")
pytestmark = pytest.mark.timeout(90)  # a start that was not refused would run for ever
DEVICE = ["device", "--tid", OWNER.tid, "--mid", OWNER.mid, "--host", "127.0.0.1:9"]
OF_DEVICE = to_line(Restarted(5, "terminal.10000001", why="power returned")) + b"\n"
OF_RUN = to_line(RunStarted(5, "run", title="a day", seed=1, version="1")) + b"\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "day.toml").write_text(SCENARIO)
    return tmp_path


def host(folder, *options):
    return ["host", str(folder / "day.toml"), *(
        [] if "--state" in options else ["--state", str(folder / "new.sqlite")]
    ), *map(str, options)]


def device(folder, *options):
    return [*DEVICE, *([] if "--nvm" in options else ["--nvm", str(folder / "new.nvm")]),
            *map(str, options)]


def state_at(path):
    store = HostStore(path, AnyHostRecord)
    store.add_trace(OF_RUN.strip())
    store.commit()
    store.close()


def memory_at(path):
    memory = NvmFile(path, OWNER)
    memory.append(StanTaken(1))
    memory.close()


def other_database_at(path):
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE customers (name)")
    database.close()


OF_VALUE = {
    "a state": state_at,
    "a memory": memory_at,
    "a scenario": lambda path: path.write_text(SCENARIO),
    "a text": lambda path: path.write_text("notes without an end"),
    "another database": other_database_at,
    "JSON": lambda path: path.write_text('{"record": "of another kind"}\n'),
    "one letter": lambda path: path.write_text("x"),
    "binary": lambda path: path.write_bytes(bytes(range(256))),
}


def listing(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}


@pytest.mark.parametrize("command", [host, device])
@pytest.mark.parametrize("what", OF_VALUE)
def test_a_trace_is_written_over_nothing_but_a_trace(folder, command, what, capsys):
    path = folder / "precious"
    OF_VALUE[what](path)
    before = listing(folder)
    assert run(command(folder, "--trace", path)) == 2
    assert "precious" in capsys.readouterr().err
    assert listing(folder) == before


@pytest.mark.parametrize(("command", "option"), [(host, "--state"), (device, "--nvm")])
@pytest.mark.parametrize("what", [
    "a state", "a memory", "a scenario", "a text", "another database", "JSON", "one letter",
])
def test_a_state_or_memory_is_taken_for_none_that_it_is_not(folder, command, option, what, capsys):
    if what == {"--state": "a state", "--nvm": "a memory"}[option]:
        what = "binary"
    path = folder / "precious"
    OF_VALUE[what](path)
    before = listing(folder)
    assert run(command(folder, option, path)) == 2
    assert "precious" in capsys.readouterr().err
    assert listing(folder) == before


def test_a_host_does_not_write_over_the_trace_of_a_device(folder, capsys):
    (folder / "trace").write_bytes(OF_DEVICE)
    assert run(host(folder, "--trace", folder / "trace")) == 2
    assert "is no trace of a run" in capsys.readouterr().err
    assert (folder / "trace").read_bytes() == OF_DEVICE


@pytest.mark.parametrize(("command", "options"), [
    (host, ("--trace", "day.toml")), (host, ("--state", "day.toml")),
    (host, ("--state", "s", "--trace", "s")), (host, ("--state", "s", "--trace", "s-wal")),
    (host, ("--state", "s", "--trace", "s-shm")), (host, ("--state", "s", "--trace", "s.lock")),
    (host, ("--state", "s", "--trace", "s-journal")), (host, ("--trace", "link.toml")),
    (host, ("--trace", "twin.toml")),
    (device, ("--nvm", "n", "--trace", "n")), (device, ("--nvm", "n", "--trace", "n.new")),
    (device, ("--nvm", "n", "--trace", "n.lock")),
    (device, ("--scenario", "day.toml", "--trace", "day.toml")),
    (device, ("--scenario", "day.toml", "--nvm", "twin.toml")),
    (device, ("--scenario", "day.toml", "--nvm", "day.toml")),
])
def test_two_options_that_name_one_file_are_refused_before_anything_is_made(
    folder, monkeypatch, command, options, capsys,
):
    monkeypatch.chdir(folder)
    (folder / "link.toml").symlink_to("day.toml")
    (folder / "twin.toml").hardlink_to(folder / "day.toml")
    before = listing(folder)
    assert run(command(folder, *options)) == 2
    assert "would overwrite" in (said := capsys.readouterr().err) or "is written by" in said
    assert listing(folder) == before


def fifo(path):
    os.mkfifo(path)


def listening(path):
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(path))


SPECIAL = {
    "a pipe": fifo,
    "a socket": listening,
    "a directory": lambda path: path.mkdir(),
    "zeros without end": lambda path: path.symlink_to("/dev/zero"),
    "a full device": lambda path: path.symlink_to("/dev/full"),
    "nothing": lambda path: path.symlink_to("/dev/null"),
    "links in a circle": lambda path: path.symlink_to(path.name),
    "a link into nowhere": lambda path: path.symlink_to("no/such/folder"),
}


@pytest.mark.parametrize(("command", "option"), [
    (host, "--state"), (host, "--trace"), (device, "--nvm"), (device, "--trace"),
    (device, "--scenario"),
])
@pytest.mark.parametrize("what", SPECIAL)
def test_what_is_no_regular_file_is_refused_at_once(folder, command, option, what, capsys):
    path = folder / "special"
    SPECIAL[what](path)
    before = listing(folder)
    assert run(command(folder, option, path)) == 2
    assert "special" in capsys.readouterr().err
    assert listing(folder) == before


@pytest.mark.parametrize("arguments", [
    ["decode", "/dev/zero"], ["encode", "/dev/zero"], ["run", "/dev/zero"],
    ["run", "lost-reply", "--atoms", "/dev/zero"], ["host", "/dev/zero", "--state", "x"],
])
def test_a_device_without_end_is_no_input(arguments, monkeypatch, tmp_path, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("simulator.commands.inputs.LARGEST_INPUT", 1 << 20)
    assert run(arguments) == 2
    assert "/dev/zero" in capsys.readouterr().err
    assert list(tmp_path.iterdir()) == []


# ---- one owner ---------------------------------------------------------------------------------


def renamed(path):
    other = path.with_name("renamed")
    path.rename(other)
    return other


def linked(path):
    other = path.with_name("twin")
    other.hardlink_to(path)
    return other


def pointed_at(path):
    other = path.with_name("link")
    other.symlink_to(path.name)
    return other


def opened_state(path):
    return HostStore(path, AnyHostRecord)


def opened_memory(path):
    return NvmFile(path, OWNER)


def opened_trace(path):
    return TraceFile(path)


@pytest.mark.parametrize("opened", [opened_state, opened_memory, opened_trace])
@pytest.mark.parametrize("other_name", [renamed, linked, pointed_at])
def test_a_file_has_one_owner_under_whatever_name(tmp_path, opened, other_name):
    owner = opened(tmp_path / "file")
    other = other_name(tmp_path / "file")
    with pytest.raises(StateError, match=r"in use|second name"):
        opened(other)
    owner.close()


def test_a_memory_that_was_put_in_a_new_file_is_still_held(tmp_path):
    owner = opened_memory(tmp_path / "file")
    owner.wipe()
    with pytest.raises(StateError, match="in use"):
        opened_memory(renamed(tmp_path / "file"))
    owner.close()


@pytest.mark.parametrize("opened", [opened_state, opened_memory])
def test_a_file_with_a_second_name_is_refused_even_when_nobody_has_it(tmp_path, opened):
    opened(tmp_path / "file").close()
    twin = linked(tmp_path / "file")
    for path in (tmp_path / "file", twin):
        with pytest.raises(StateError, match="second name"):
            opened(path)
    twin.unlink()
    opened(tmp_path / "file").close()


def test_a_memory_behind_a_link_stays_behind_it(tmp_path):
    memory_at(tmp_path / "real")
    link = pointed_at(tmp_path / "real")
    memory = opened_memory(link)
    memory.wipe()
    memory.append(StanTaken(9))
    memory.close()
    assert link.is_symlink()
    again = opened_memory(tmp_path / "real")
    assert again.records() == [StanTaken(9)]
    again.close()


def test_two_hosts_do_not_share_a_trace(tmp_path):
    one = HostState(tmp_path / "one", tmp_path / "trace")
    before = listing(tmp_path)
    with pytest.raises(StateError, match="in use"):
        HostState(tmp_path / "two", tmp_path / "trace")
    assert listing(tmp_path) == before
    one.close()


# ---- traces of ours ----------------------------------------------------------------------------


@pytest.mark.parametrize("before", [b"", OF_DEVICE, OF_DEVICE * 3, OF_RUN, b'{"rec'])
def test_a_trace_goes_on_behind_what_is_whole(tmp_path, before):
    path = tmp_path / "trace"
    path.write_bytes(before + (b'{"record":"torn' if b"\n" in before else b""))
    trace = TraceFile(path)
    trace.write(OF_DEVICE.strip())
    trace.close()
    assert path.read_bytes() == (before if b"\n" in before else b"") + OF_DEVICE


def test_a_torn_line_longer_than_a_piece_is_cut_off(tmp_path):
    path = tmp_path / "trace"
    path.write_bytes(OF_DEVICE + b'{"record":"' + b"x" * 200_000)
    TraceFile(path).close()
    assert path.read_bytes() == OF_DEVICE


# ---- names made from file names ----------------------------------------------------------------


@pytest.mark.parametrize("name", ["...toml", "..toml", "....toml", ".. .toml"])
def test_a_report_is_never_written_outside_its_folder(tmp_path, name, capsys):
    (tmp_path / name).write_text(SCENARIO)
    assert run(["run", str(tmp_path / name), "--report", str(tmp_path / "out" / "reports")]) == 2
    assert "give the scenario's file another name" in capsys.readouterr().err
    assert [path.name for path in tmp_path.iterdir()] == [name]


def test_a_report_does_not_replace_somebody_elses_files(tmp_path, capsys):
    mine = tmp_path / "lost-reply"
    mine.mkdir()
    for name in ("judgement.json", "junit.xml", "summary.txt", "bank-statement.csv", "notices.csv"):
        for each in mine.iterdir():
            each.unlink()
        (mine / name).write_text("my own notes\n")
        assert run(["run", "lost-reply", "--report", str(tmp_path)]) == 2
        assert name in capsys.readouterr().err
        assert listing(mine) == {name: b"my own notes\n"}
    (mine / name).unlink()
    for _ in range(2):
        assert run(["run", "lost-reply", "--report", str(tmp_path)]) == 0


@pytest.mark.parametrize("option", ["--trace", "--json", "--junit", "--pcap"])
@pytest.mark.parametrize("what", OF_VALUE)
def test_a_run_writes_over_files_of_its_own_kind_only(tmp_path, option, what, capsys):
    path = tmp_path / "precious"
    OF_VALUE[what](path)
    before = listing(tmp_path)
    assert run(["run", "lost-reply", option, str(path)]) == 2
    assert "precious" in capsys.readouterr().err
    assert listing(tmp_path) == before


@pytest.mark.parametrize("option", ["--trace", "--json", "--junit", "--pcap"])
def test_a_run_writes_over_what_it_wrote_before(tmp_path, option):
    path = tmp_path / "mine"
    assert run(["run", "lost-reply", option, str(path)]) == 0
    before = path.read_bytes()
    assert run(["run", "lost-reply", option, str(path)]) == 0
    assert Path(path).stat().st_size == len(before)
