"""What is called whole is whole, what the owner of a file would refuse is damaged; whatever accident befell it."""

from __future__ import annotations

import json
import shutil
from importlib import import_module
from pathlib import Path

import pytest
from damaged_states import closed_state, content_of, copied, killed_state, refusal
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from live_host import LiveHost

from hil.commands.entry import run
from hil.files.anchor import anchor_of
from hil.files.damage import Kind
from hil.files.nvm_file import MemoryOf, NvmFile
from hil.host import keeping
from hil.host.snapshot import ENDINGS
from hil.inspection.looks import look_at
from hil.inspection.places import FileOf
from simulator.machines.terminal.records import StanTaken
from simulator.trace.records import Journaled
from tests.secrecy.search import found_in, reachable, secrets_of

OWNER = MemoryOf("10000001", "898000000000001")
DAY = """
title = "a shop inside and a terminal at the port"
start = 2026-01-29T08:00:00+08:00
until = "1d"
acquirer = { latency = "2ms" }
banks = [{ name = "bank.a", latency = "5ms" }]
network = { ethernet = { latency = "2ms" } }
[[merchants]]
name = "shop"
terminals = { count = 2, outside = true }
[[merchants]]
name = "inside"
terminals = { count = 2 }
sales = { per_hour = 36000 }
"""


def beside(path, ending):
    return path.with_name(path.name + ending)


def kinds(looked):
    return {each.kind for each in looked.damage}


@pytest.fixture(scope="module")
def states(tmp_path_factory):
    folder = tmp_path_factory.mktemp("states")
    found = killed_state(folder / "killed"), closed_state(folder / "closed")
    return folder, found, content_of(copied(found[0], folder / "whole"))


def accident(path, draw):
    """Something that happens to a file: bits, blocks, its end, all of it."""
    content = path.read_bytes()
    how = draw(st.sampled_from(["bit", "zero", "cut", "swap", "double", "drop", "gone"]))
    at = draw(st.integers(0, max(len(content) - 1, 0)))
    block = draw(st.sampled_from([1, 31, 512, 4096]))
    other = draw(st.integers(0, max(len(content) - 1, 0)))
    if how == "gone":
        path.unlink()
    elif how == "bit":
        path.write_bytes(content[:at] + bytes([content[at] ^ 1 << draw(st.integers(0, 7))]) + content[at + 1:])
    elif how == "zero":
        path.write_bytes(content[:at] + bytes(len(content[at:at + block])) + content[at + block:])
    elif how == "cut":
        path.write_bytes(content[:at])
    elif how == "drop":
        path.write_bytes(content[:at] + content[at + block:])
    elif how == "double":
        path.write_bytes(content[:at + block] + content[at:])
    else:
        low, high = sorted((at // block * block, other // block * block))
        swapped = bytearray(content)
        one, two = content[low:low + block], content[high:high + block]
        if low + block <= high and len(one) == len(two):
            swapped[low:low + block], swapped[high:high + block] = two, one
        path.write_bytes(swapped)


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_check_and_the_host_are_of_one_mind_about_any_accident(states, data):
    """What the host refuses is damaged; what is whole holds all that was acknowledged, and the host opens it."""
    folder, both, whole = states
    state = data.draw(st.sampled_from(both))
    ending = data.draw(st.sampled_from(["", ".anchor", "-wal"] if beside(state, "-wal").exists() else ["", ".anchor"]))
    path = copied(state, folder / "try")
    accident(beside(path, ending), data.draw)
    before = {each.name: each.read_bytes() for each in path.parent.iterdir()}
    looked = look_at(path)
    assert {each.name: each.read_bytes() for each in path.parent.iterdir()} == before
    if looked is None or not looked.is_whole:
        return
    assert refusal(path) == ""
    assert content_of(path) == whole


@pytest.mark.parametrize("version", [0, 1, 2, 4, 259, 1 << 31])
def test_a_state_whose_format_is_another_is_not_whole(states, version):
    folder, (_, closed), _ = states
    path = copied(closed, folder / "format")
    content = path.read_bytes()
    path.write_bytes(content[:60] + version.to_bytes(4, "big") + content[64:])
    assert not look_at(path).is_whole
    assert refusal(path)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_the_host_refuses_is_damaged(states, data):
    folder, both, whole = states
    path = copied(data.draw(st.sampled_from(both)), folder / "host")
    accident(path, data.draw)
    look = copied(path, folder / "look")
    if refusal(path):
        assert not look_at(look).is_whole
    else:
        assert content_of(path) == whole


@pytest.fixture(scope="module")
def memory(tmp_path_factory):
    """The memory of a day with one of nearly everything."""
    path = tmp_path_factory.mktemp("memory") / "device.nvm"
    with pytest.MonkeyPatch.context() as patched:
        patched.syspath_prepend(str(Path(__file__).parents[1] / "machines"))
        records = list(import_module("test_terminal_journal").WHOLE.records)
    nvm = NvmFile(path, OWNER)
    for record in records:
        nvm.append(record)
    nvm.close()
    return path


def lines_in(memory):
    head, *lines = memory.read_bytes().splitlines(keepends=True)
    return head, lines


@pytest.mark.parametrize(("how", "kind"), [
    ("drop", {Kind.LOST, Kind.CUT}), ("double", {Kind.DOUBLED}), ("swap", {Kind.LOST, Kind.SWAPPED}),
])
def test_each_line_of_a_memory_that_is_dropped_doubled_or_swapped_is_told(memory, tmp_path, how, kind):
    head, lines = lines_in(memory)
    path = copied(memory, tmp_path / "try")
    for at in range(len(lines) - (how == "swap")):
        left = {"drop": [*lines[:at], *lines[at + 1:]], "double": [*lines[:at + 1], *lines[at:]],
                "swap": [*lines[:at], *lines[at:at + 2][::-1], *lines[at + 2:]]}[how]
        path.write_bytes(head + b"".join(left))
        looked = look_at(path)
        assert kinds(looked) <= kind
        assert looked.damage
        assert looked.damage[0].record == at + 1 + (how == "swap" and looked.damage[0].kind is Kind.SWAPPED)


@pytest.mark.parametrize(("spoil", "kind"), [
    (lambda path: path.write_bytes(b""), Kind.EMPTY),
    (lambda path: path.unlink(), Kind.EMPTY),
    (lambda path: path.write_bytes(lines_in(path)[0]), Kind.CUT),
    (lambda path: path.write_bytes(b"X" + path.read_bytes()[1:]), Kind.HEAD),
    (lambda path: anchor_of(path).unlink(), Kind.ANCHOR),
    (lambda path: anchor_of(path).write_bytes(b"?"), Kind.ANCHOR),
    (lambda path: path.write_bytes(path.read_bytes().replace(b'"stan":', b'"sten":', 1)), Kind.CHANGED),
])
def test_each_other_damage_of_a_memory_is_told(memory, tmp_path, spoil, kind):
    path = copied(memory, tmp_path / "try")
    assert look_at(path).is_whole
    spoil(path)
    looked = look_at(path)
    assert (looked.of, kind in kinds(looked)) == (FileOf.TERMINAL, True)


def test_an_unfinished_last_line_is_no_damage(memory, tmp_path):
    path = copied(memory, tmp_path / "try")
    path.write_bytes(path.read_bytes() + b"0037affd 0000")
    looked = look_at(path)
    assert looked.is_whole
    assert "13 bytes" in looked.remarks[0].en


def test_a_write_ahead_log_of_another_state_is_told(states, tmp_path):
    """The file itself is whole: what lies beside it is another's, as a careless copy leaves it."""
    _, (killed, closed), _ = states
    path = copied(closed, tmp_path / "try")
    shutil.copy(beside(killed_state(tmp_path / "other", 7), "-wal"), beside(path, "-wal"))
    assert Kind.WAL_FOREIGN in kinds(look_at(path))
    assert look_at(killed).is_whole


def test_a_memory_that_a_device_has_open_is_looked_at_beside_it(tmp_path):
    nvm = NvmFile(tmp_path / "device.nvm", OWNER)
    for stan in range(1, 600):  # it is made shorter in between
        nvm.append(StanTaken(stan))
        if stan % 50 == 0:
            looked = look_at(tmp_path / "device.nvm")
            assert (looked.is_whole, looked.is_open) == (True, True)
    nvm.close()
    assert not look_at(tmp_path / "device.nvm").is_open


def passed(host, by_ms):
    """So much of the day, all that it brings."""
    done = []
    host.host.jump.begin(by_ms, lambda: done.append(by_ms))
    host.until(lambda: bool(done))
    host.host.state.commit()


@pytest.fixture(scope="module")
def lived(tmp_path_factory):
    """A host that is running, with terminals inside that sold something; its folder, and what must not be seen."""
    folder = tmp_path_factory.mktemp("lived")
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(keeping, "AT_A_STOP", 1)
        host = LiveHost(folder, DAY)
        passed(host, 60_000)
        host.until(lambda: sum(isinstance(each, Journaled) for each in host.records) > 60)
        host.host.state.commit()
        yield folder, host, secrets_of(*reachable(host.host.world))
        host.close()


def test_a_state_is_looked_at_while_its_host_goes_on(lived, capsys):
    folder, host, _ = lived
    for stan in range(3):
        passed(host, 1_000)
        code = run(["state", "check", "--json", str(folder / "host.sqlite")])
        [found] = json.loads(capsys.readouterr().out)["files"]
        assert (code, found["whole"], found["in_use"]) == (0, True, True), (stan, found["damage"])
        assert found["scenario"] == "a shop inside and a terminal at the port"
        assert found["memory_rows"] > 0


def test_an_export_shows_every_record_and_no_secret(lived, tmp_path, capsys):
    folder, host, secrets = lived
    out = tmp_path / "records.jsonl"
    assert run(["state", "export", str(folder / "host.sqlite"), "--out", str(out)]) == 0
    content = out.read_bytes()
    rows = [json.loads(line) for line in content.splitlines()]
    tables = [row["table"] for row in rows]
    looked = look_at(folder / "host.sqlite")
    assert tables.count("journal") == looked.facts["journal"] > 10
    assert tables.count("trace") == looked.facts["trace"]
    assert tables.count("memory") == looked.facts["memory_rows"]
    assert found_in(content, secrets) == set()
    assert f"{len(rows):,} records that are whole; 0 " in capsys.readouterr().err
    assert run(["state", "export", str(folder / "host.sqlite"), "--out", str(folder / "host.sqlite.anchor")]) == 2
    assert run(["state", "export", str(folder / "host.sqlite"), "--json"]) == 0
    assert len(json.loads(capsys.readouterr().out)) == len(rows)
    assert host.host.state.is_clean


def test_an_export_of_what_is_damaged_holds_what_is_whole(states, tmp_path, capsys):
    from damaged_states import by_sql  # noqa: PLC0415

    path = copied(states[1][1], tmp_path / "try")
    by_sql("DELETE FROM log WHERE number = 5", "UPDATE log SET link = 0 WHERE number = 8")(path)
    assert run(["state", "export", str(path)]) == 1
    captured = capsys.readouterr()
    numbers = [row["commit"] for row in map(json.loads, captured.out.splitlines()) if "commit" in row]
    assert sorted(set(numbers)) == [1, 2, 3, 4, 6, 7, 9, 10, 11, 12]
    assert "; 2 could not be read or are missing" in captured.err


def test_a_snapshot_that_is_damaged_or_of_another_history_is_told(tmp_path, monkeypatch):
    monkeypatch.setattr(keeping, "AT_A_STOP", 1)
    for name in ("one", "other"):
        (tmp_path / name).mkdir()
        host = LiveHost(tmp_path / name, DAY.replace("08:00:00", "09:00:00") if name == "other" else DAY)
        passed(host, 60_000)
        host.close()
    path = tmp_path / "one" / "host.sqlite"
    looked = look_at(path)
    assert looked.is_whole
    assert [each["whole"] for each in looked.facts["snapshots"]] == [True]
    newest = beside(path, ENDINGS[0])
    content = newest.read_bytes()
    newest.write_bytes(content[:-1])
    assert kinds(look_at(path)) == {Kind.SNAPSHOT_CHANGED}
    shutil.copy(beside(tmp_path / "other" / "host.sqlite", ENDINGS[0]), newest)
    assert kinds(look_at(path)) == {Kind.SNAPSHOT_FOREIGN}
