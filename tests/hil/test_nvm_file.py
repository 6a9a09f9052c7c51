"""A device's memory survives cuts at every byte, damage, a full disk, and has one owner."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import pytest
from msgspec.structs import replace

from hil.files.anchor import Anchor, anchor_of
from hil.files.chain import Place, after, place_of
from hil.files.nvm_file import COMPACT_OVER, MemoryOf, NvmFile
from hil.files.nvm_reading import FORMAT, Head
from hil.files.one_owner import StateError
from simulator.machines.terminal.journal import body_of, encode_record
from simulator.machines.terminal.memory import TerminalMemory
from simulator.machines.terminal.records import DamageFound, SignOnDemanded, Snapshot, StanTaken

OWNER = MemoryOf("10000001", "898000000000001")
HEAD = Head(OWNER.tid, OWNER.mid, FORMAT).line()
OLD_HEAD = Head(OWNER.tid, OWNER.mid).line()
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
    assert path.read_bytes() == HEAD + after(Place(), body_of(StanTaken(7))).line()
    nvm.close()


def lines_of(records):
    place, lines = Place(), []
    for record in records:
        linked = after(place, body_of(record))
        lines.append(linked.line())
        place = place_of(linked)
    return lines


def anchored_at(path, records):
    """As if a power cut had come when so much was durable, and no more known."""
    anchor_of(path).unlink(missing_ok=True)
    anchor, place = Anchor(anchor_of(path)), Place()
    for record in records:
        place = place_of(after(place, body_of(record)))
        anchor.moves(place)
    anchor.close()


def test_a_power_cut_at_every_byte_keeps_all_records_before_it_and_goes_on(path):
    """The anchor of a record is written after the record: it speaks of what is whole, or of one less."""
    fill(path)
    whole = path.read_bytes()
    ends = [len(HEAD) + sum(map(len, lines_of(THREE)[:n])) for n in range(4)]
    for cut in range(len(whole) + 1):
        kept = max((n for n in range(4) if ends[n] <= cut), default=0)
        for known in {kept, max(kept - 1, 0)}:
            path.write_bytes(whole[:cut])
            anchored_at(path, THREE[:known])
            nvm = NvmFile(path, OWNER)
            assert nvm.records() == THREE[:kept]
            assert nvm.recovered == ""
            nvm.append(StanTaken(99))
            nvm.close()
            assert held(path) == ([*THREE[:kept], StanTaken(99)], "")


def not_believed_but(kept, said, used):
    """What a terminal goes on with: a batch that it does not know, and the number after those used."""
    old = replace(TerminalMemory(kept).snapshot(), batch=0, signed_on=False)
    return [old, DamageFound(said), StanTaken(used), SignOnDemanded()]


def test_a_memory_that_was_cut_anywhere_is_told_and_no_number_is_used_again(path):
    """What was known to be durable is missing: it is no power cut, or the disk forgot what it had promised."""
    fill(path)
    whole, anchor = path.read_bytes(), anchor_of(path).read_bytes()
    ends = [len(HEAD) + sum(map(len, lines_of(THREE)[:n])) for n in range(4)]
    for cut in range(len(whole)):
        path.write_bytes(whole[:cut])
        anchor_of(path).write_bytes(anchor)
        records, said = held(path)
        kept = max((n for n in range(4) if ends[n] <= cut), default=0)
        assert "missing" in said, cut
        assert records == not_believed_but(THREE[:kept], said, 3)
        assert held(path) == (records, "")  # told once, remembered in the journal


def test_a_memory_that_is_gone_is_no_new_one(path):
    fill(path)
    path.unlink()
    records, said = held(path)
    assert said == "nothing is left of the memory: 3 records are missing"
    assert TerminalMemory(records).damage == said
    assert TerminalMemory(records).stan == 4
    assert TerminalMemory(records).batch == 0  # the host says where it stands


def test_an_older_copy_is_told(path):
    fill(path)
    older = path.read_bytes()
    nvm = NvmFile(path, OWNER)
    nvm.append(StanTaken(4))
    nvm.append(StanTaken(5))
    nvm.close()
    path.write_bytes(older)
    records, said = held(path)
    assert said == "the end is missing: 2 from record 4 on"
    assert TerminalMemory(records).stan == 6


def test_an_older_copy_from_before_it_was_shortened_is_told(path):
    fill(path)
    older = path.read_bytes()
    nvm = NvmFile(path, OWNER)
    nvm.wipe()
    nvm.append(StanTaken(1))
    nvm.close()
    path.write_bytes(older)
    assert "the end is missing" in held(path)[1]


def test_a_memory_of_another_life_of_this_terminal_is_told(path, tmp_path):
    fill(path)
    other = tmp_path / "other.nvm"
    fill(other, [StanTaken(7), StanTaken(8), StanTaken(9), StanTaken(10)])
    path.write_bytes(other.read_bytes())
    assert "another history" in held(path)[1]


def test_an_older_copy_with_its_anchor_is_given_on_purpose(path):
    fill(path)
    older, anchor = path.read_bytes(), anchor_of(path).read_bytes()
    nvm = NvmFile(path, OWNER)
    nvm.append(StanTaken(4))
    nvm.close()
    path.write_bytes(older)
    anchor_of(path).write_bytes(anchor)
    assert held(path) == (THREE, "")
    path.unlink()
    anchor_of(path).unlink()
    assert held(path) == ([], "")


def test_a_memory_without_its_anchor_is_told_and_goes_on(path):
    fill(path)
    anchor_of(path).unlink()
    records, said = held(path)
    assert said == "its anchor is missing: whether the end is missing cannot be known"
    assert records == not_believed_but(THREE, said, 3)
    assert held(path) == (records, "")


def changes(lines):
    """Every line lost, doubled, swapped with any other, and one bit of each byte changed; what each is called."""
    for at in range(len(lines)):
        yield f"lost {at}", [*lines[:at], *lines[at + 1:]]
        for to in range(len(lines) + 1):
            yield f"doubled {at} {to}", [*lines[:to], lines[at], *lines[to:]]
        for other in range(at):
            swapped = list(lines)
            swapped[at], swapped[other] = swapped[other], swapped[at]
            yield f"swapped {at} {other}", swapped
        for byte in range(len(lines[at])):
            changed = bytearray(lines[at])
            changed[byte] ^= 1 << byte % 8
            yield f"bit {at} {byte}", [*lines[:at], bytes(changed), *lines[at + 1:]]


def test_every_line_lost_doubled_swapped_or_changed_is_told(path):
    four = [*THREE, StanTaken(4)]
    fill(path, four)
    anchor = anchor_of(path).read_bytes()
    silent = []
    for what, lines in changes(lines_of(four)):
        path.write_bytes(HEAD + b"".join(lines))
        anchor_of(path).write_bytes(anchor)
        records, said = held(path)
        if not said:
            silent.append(what)
        assert DamageFound(said) in records
        assert SignOnDemanded() in records
        assert TerminalMemory(records).stan > 4, what  # no number is used again
        for each in path.parent.glob("*.damaged-*"):
            each.unlink()
    assert silent == []


def test_a_changed_anchor_is_told(path):
    fill(path)
    whole, anchor = path.read_bytes(), anchor_of(path).read_bytes()
    for byte in range(0, len(anchor), 7):
        changed = bytearray(anchor)
        changed[byte] ^= 1
        path.write_bytes(whole)
        anchor_of(path).write_bytes(changed)
        records, said = held(path)
        if said:  # none of its two places is left
            assert "its anchor" in said
            assert records == not_believed_but(THREE, said, 3)
        else:
            assert records == THREE


def test_a_memory_of_the_first_format_is_brought_up_to_date(path):
    path.write_bytes(OLD_HEAD + b"".join(map(encode_record, THREE)))
    assert held(path) == (THREE, "")
    assert path.read_bytes() == HEAD + b"".join(lines_of(THREE))
    lines = path.read_bytes().splitlines(keepends=True)
    path.write_bytes(b"".join(lines[:2] + lines[3:]))
    assert "1 missing before what follows: record 2 and on" in held(path)[1]


def test_damage_in_a_memory_of_the_first_format_is_told_and_kept_as_evidence(path):
    data = bytearray(OLD_HEAD + b"".join(map(encode_record, THREE)))
    data[len(OLD_HEAD) + len(encode_record(THREE[0])) + 12] ^= 0x20
    path.write_bytes(data)
    records, said = held(path)
    assert "line 3" in said
    assert records == not_believed_but([THREE[0], THREE[2]], said, 4)
    assert held(path) == (records, "")
    assert path.with_name("device.nvm.damaged-1").read_bytes() == data


def test_a_later_format_is_refused_by_name_and_left_alone(path):
    later = Head(OWNER.tid, OWNER.mid, FORMAT + 1).line()
    path.write_bytes(later)
    with pytest.raises(StateError, match="format 3, this version of the device reads 2 only"):
        NvmFile(path, OWNER)
    assert path.read_bytes() == later


def test_a_start_that_is_refused_does_not_forget_that_there_was_a_memory(path):
    fill(path)
    path.unlink()
    nvm = NvmFile(path, OWNER)
    nvm.withdraw()
    assert "nothing is left" in held(path)[1]


def test_damage_in_the_middle_is_remembered_once_and_kept_as_evidence(path):
    fill(path)
    data = bytearray(path.read_bytes())
    data[len(HEAD) + len(lines_of(THREE)[0]) + 30] ^= 0x20
    path.write_bytes(data)
    records, said = held(path)
    assert said == "record 2 was changed: its checksum does not fit"
    assert records == not_believed_but([THREE[0], THREE[2]], said, 4)
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
    HEAD.replace(b"10000001", b"10000002"),  # a checksum that is wrong
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
    assert len(list(path.parent.iterdir())) == 4
    assert {each.stat().st_mode & 0o777 for each in path.parent.iterdir()} == {0o600}


def test_a_start_that_is_refused_takes_back_a_new_memory_only(path):
    NvmFile(path, OWNER).withdraw()
    assert list(path.parent.iterdir()) == []
    fill(path)
    NvmFile(path, OWNER).withdraw()
    assert held(path) == (THREE, "")


@pytest.fixture(scope="module")
def day():
    """The records of a day with one of nearly everything."""
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(Path(__file__).parents[1] / "machines"))
        return list(import_module("test_terminal_journal").WHOLE.records)


def test_whatever_record_of_a_full_day_is_lost_the_terminal_can_go_on(path, day):
    """Each lost by itself, and all from each on: the rest can be folded, no number used is used again."""
    fill(path, day)
    anchor, lines, used = anchor_of(path).read_bytes(), lines_of(day), TerminalMemory(day).stan
    for at in range(len(day)):
        for left in ([*lines[:at], *lines[at + 1:]], lines[:at]):
            path.write_bytes(HEAD + b"".join(left))
            anchor_of(path).write_bytes(anchor)
            records, said = held(path)
            memory = TerminalMemory(records)
            assert "missing" in said
            assert memory.damage == said
            assert (memory.batch, memory.items, memory.armed, memory.signed_on) == (0, (), None, False)
            assert memory.stan >= used


def test_what_stands_there_twice_or_out_of_its_place_is_told_and_all_of_it_kept(path, day):
    fill(path, day)
    anchor, lines = anchor_of(path).read_bytes(), lines_of(day)
    for left in ([*lines[:5], lines[4], *lines[5:]], [*lines[:3], lines[4], lines[3], *lines[5:]]):
        path.write_bytes(HEAD + b"".join(left))
        anchor_of(path).write_bytes(anchor)
        records, said = held(path)
        assert said
        assert records == [*day, DamageFound(said), SignOnDemanded()]
