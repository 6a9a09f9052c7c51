"""A device's memory survives cuts at every byte, damage, a full disk, and has one owner."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

from hil.files.nvm_file import COMPACT_OVER, MemoryOf, NvmFile
from hil.files.one_owner import StateError
from simulator.machines.terminal.journal import encode_record
from simulator.machines.terminal.memory import TerminalMemory
from simulator.machines.terminal.records import DamageFound, Snapshot, StanTaken

OWNER = MemoryOf("10000001", "898000000000001")
THREE = [StanTaken(1), StanTaken(2), StanTaken(3)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "device.nvm"


def fill(path, records=THREE):
    nvm = NvmFile(path, OWNER)
    for record in records:
        nvm.append(record)
    nvm.close()


def held(path):
    nvm = NvmFile(path, OWNER)
    try:
        return nvm.records(), nvm.recovered
    finally:
        nvm.close()


def test_what_was_appended_is_there_again(path):
    fill(path)
    assert held(path) == (THREE, "")


def test_a_record_is_in_the_file_when_append_returns(path):
    nvm = NvmFile(path, OWNER)
    nvm.append(StanTaken(7))
    assert path.read_bytes() == OWNER.line() + encode_record(StanTaken(7))
    nvm.close()


def test_a_cut_at_every_byte_keeps_all_records_before_it_and_goes_on(path):
    fill(path)
    whole = path.read_bytes()
    ends = [len(OWNER.line()) + sum(len(encode_record(record)) for record in THREE[:n]) for n in range(4)]
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        nvm = NvmFile(path, OWNER)
        kept = max((n for n in range(4) if ends[n] <= cut), default=0)
        assert nvm.records() == THREE[:kept]
        assert nvm.recovered == ""
        nvm.append(StanTaken(99))
        nvm.close()
        assert held(path) == ([*THREE[:kept], StanTaken(99)], "")


def test_damage_in_the_middle_is_remembered_once_and_kept_as_evidence(path):
    fill(path)
    data = bytearray(path.read_bytes())
    data[len(OWNER.line()) + len(encode_record(THREE[0])) + 12] ^= 0x20
    path.write_bytes(data)
    records, said = held(path)
    assert "line 3" in said
    assert records == [THREE[0], THREE[2], DamageFound(said)]
    assert held(path) == (records, "")
    assert path.with_name("device.nvm.damaged-1").read_bytes() == data


def test_a_second_device_on_the_same_memory_is_refused(path):
    nvm = NvmFile(path, OWNER)
    with pytest.raises(StateError, match=r"device\.nvm is in use by another device"):
        NvmFile(path, OWNER)
    nvm.close()
    NvmFile(path, OWNER).close()


def test_another_process_is_refused_too_and_a_killed_one_leaves_no_lock(path):
    program = (
        "import sys, pathlib; from hil.files.nvm_file import MemoryOf, NvmFile;"
        "owner = MemoryOf('10000001', '898000000000001');"
        "nvm = NvmFile(pathlib.Path(sys.argv[1]), owner); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(StateError, match="in use"):
            NvmFile(path, OWNER)
        other.kill()
        other.wait()
    NvmFile(path, OWNER).close()


def test_a_full_disk_is_said_and_nothing_is_lost(path):
    nvm = NvmFile(path, OWNER)
    for record in THREE:
        nvm.append(record)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 5, hard))
    try:
        with pytest.raises(StateError, match="no room left"):
            nvm.append(StanTaken(4))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert nvm.records() == THREE
    nvm.append(StanTaken(5))
    nvm.close()
    assert held(path) == ([*THREE, StanTaken(5)], "")


def test_a_long_journal_is_compacted_to_the_same_state(path):
    records = [StanTaken(n) for n in range(1, COMPACT_OVER + 40)]
    fill(path, records)
    kept, _ = held(path)
    assert isinstance(kept[0], Snapshot)
    assert len(kept) == 39
    assert TerminalMemory(kept).snapshot() == TerminalMemory(records).snapshot()


def test_what_a_cut_in_the_middle_of_a_compaction_leaves_does_no_harm(path):
    fill(path)
    path.with_name("device.nvm.new").write_bytes(b"half a jour")
    nvm = NvmFile(path, OWNER)
    assert nvm.records() == THREE
    nvm.wipe()
    nvm.close()
    assert held(path) == ([], "")


@pytest.mark.parametrize("make", [
    lambda path: path.mkdir(),
    lambda path: path.parent.chmod(0o500) if os.geteuid() else path.mkdir(),
])
def test_a_path_that_cannot_be_a_memory_is_named(path, make):
    make(path)
    with pytest.raises(StateError, match=r"device\.nvm"):
        NvmFile(path, OWNER)
    path.parent.chmod(0o700)


def test_a_missing_directory_is_named(tmp_path):
    with pytest.raises(StateError, match="No such file or directory"):
        NvmFile(tmp_path / "nowhere" / "device.nvm", OWNER)


@pytest.mark.parametrize("content", [
    b"# A readme\n\nof several lines\n", b"no end", b"\n", bytes(range(256)), b"{}\n",
    encode_record(StanTaken(7)),  # records, but nobody's
    OWNER.line().replace(b"10000001", b"10000002"),  # a checksum that is wrong
])
def test_a_file_that_is_no_terminal_memory_is_refused_and_left_alone(path, content):
    path.write_bytes(content)
    with pytest.raises(StateError, match="is no terminal memory"):
        NvmFile(path, OWNER)
    assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == {path.name: content}


@pytest.mark.parametrize("other", [
    MemoryOf("10000002", OWNER.mid), MemoryOf(OWNER.tid, "898000000000002"),
])
def test_the_memory_of_another_terminal_is_refused_and_named(path, other):
    fill(path)
    before = path.read_bytes()
    with pytest.raises(StateError, match="memory of terminal 10000001 of merchant 898000000000001"):
        NvmFile(path, other)
    assert path.read_bytes() == before


def test_a_memory_and_what_lies_beside_it_are_for_their_owner_only(path):
    fill(path)
    path.write_bytes(path.read_bytes() + b"damage\n")
    held(path)
    assert len(list(path.parent.iterdir())) == 3
    assert {each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {0o600}


def test_a_start_that_is_refused_takes_back_a_new_memory_only(path):
    NvmFile(path, OWNER).withdraw()
    assert list(path.parent.iterdir()) == []
    fill(path)
    NvmFile(path, OWNER).withdraw()
    assert held(path) == (THREE, "")
