"""A device's memory survives cuts at every byte, damage, a full disk, and has one owner."""

from __future__ import annotations

import os
import resource
import subprocess
import sys

import pytest

from hil.nvm_file import COMPACT_OVER, NvmFile
from hil.one_owner import StateError
from simulator.machines.journal import encode_record
from simulator.machines.nvm_records import DamageFound, Snapshot, StanTaken
from simulator.machines.terminal_memory import TerminalMemory

THREE = [StanTaken(1), StanTaken(2), StanTaken(3)]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "device.nvm"


def fill(path, records=THREE):
    nvm = NvmFile(path)
    for record in records:
        nvm.append(record)
    nvm.close()


def held(path):
    nvm = NvmFile(path)
    try:
        return nvm.records(), nvm.recovered
    finally:
        nvm.close()


def test_what_was_appended_is_there_again(path):
    fill(path)
    assert held(path) == (THREE, "")


def test_a_record_is_in_the_file_when_append_returns(path):
    nvm = NvmFile(path)
    nvm.append(StanTaken(7))
    assert path.read_bytes() == encode_record(StanTaken(7))
    nvm.close()


def test_a_cut_at_every_byte_keeps_all_records_before_it_and_goes_on(path):
    fill(path)
    whole = path.read_bytes()
    ends = [sum(len(encode_record(record)) for record in THREE[:n]) for n in range(4)]
    for cut in range(len(whole) + 1):
        path.write_bytes(whole[:cut])
        nvm = NvmFile(path)
        kept = max(n for n in range(4) if ends[n] <= cut)
        assert nvm.records() == THREE[:kept]
        assert nvm.recovered == ""
        nvm.append(StanTaken(99))
        nvm.close()
        assert held(path) == ([*THREE[:kept], StanTaken(99)], "")


def test_damage_in_the_middle_is_remembered_once_and_kept_as_evidence(path):
    fill(path)
    data = bytearray(path.read_bytes())
    data[len(encode_record(THREE[0])) + 12] ^= 0x20
    path.write_bytes(data)
    records, said = held(path)
    assert "line 2" in said
    assert records == [THREE[0], THREE[2], DamageFound(said)]
    assert held(path) == (records, "")
    assert path.with_name("device.nvm.damaged-1").read_bytes() == data


def test_a_second_device_on_the_same_memory_is_refused(path):
    nvm = NvmFile(path)
    with pytest.raises(StateError, match=r"device\.nvm is in use by another device"):
        NvmFile(path)
    nvm.close()
    NvmFile(path).close()


def test_another_process_is_refused_too_and_a_killed_one_leaves_no_lock(path):
    program = (
        "import sys, pathlib; from hil.nvm_file import NvmFile;"
        "nvm = NvmFile(pathlib.Path(sys.argv[1])); print('open', flush=True); sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", program, path], stdin=subprocess.PIPE, stdout=subprocess.PIPE,
    ) as other:
        assert other.stdout.readline() == b"open\n"
        with pytest.raises(StateError, match="in use"):
            NvmFile(path)
        other.kill()
        other.wait()
    NvmFile(path).close()


def test_a_full_disk_is_said_and_nothing_is_lost(path):
    nvm = NvmFile(path)
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
    nvm = NvmFile(path)
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
        NvmFile(path)
    path.parent.chmod(0o700)


def test_a_missing_directory_is_named(tmp_path):
    with pytest.raises(StateError, match="No such file or directory"):
        NvmFile(tmp_path / "nowhere" / "device.nvm")
