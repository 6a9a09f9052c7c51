"""``daozhang state`` names every damage by kind and place, believes none, and changes nothing."""

from __future__ import annotations

import json
import shutil

import pytest
from damaged_states import by_sql, closed_state, copied, flip, killed_state, swap_commits

from hil.commands.entry import run
from hil.files.anchor import anchor_of


def beside(path, ending):
    return path.with_name(path.name + ending)


def cut(path, to):
    with path.open("r+b") as file:
        file.truncate(to)


def checked(capsys, *paths):
    """Exit code and what was found of each file."""
    code = run(["state", "check", "--json", *map(str, paths)])
    captured = capsys.readouterr()
    return code, json.loads(captured.out)["files"] if code != 2 else captured.err


def kinds(files):
    return {damage["kind"] for each in files for damage in each["damage"]}


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    return killed_state(tmp_path_factory.mktemp("killed") / "state")


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    return closed_state(tmp_path_factory.mktemp("closed") / "state")


def test_whole_states_are_whole_and_stay_as_they_are(capsys, killed, closed, tmp_path):
    for number, state in enumerate((killed, closed)):
        path = copied(state, tmp_path / str(number))
        before = {each.name: (each.read_bytes(), each.stat().st_mtime_ns) for each in path.parent.iterdir()}
        code, [found] = checked(capsys, path)
        assert (code, found["commits"], found["journal"], found["trace"]) == (0, 12, 12, 12)
        assert {each.name: (each.read_bytes(), each.stat().st_mtime_ns) for each in path.parent.iterdir()} == before


@pytest.mark.parametrize(("spoil", "expected"), [
    (by_sql("DELETE FROM log WHERE number = 5"), ("lost", 5, 1)),
    (by_sql("DELETE FROM log WHERE number BETWEEN 5 AND 7"), ("lost", 5, 3)),
    (by_sql("DELETE FROM log WHERE number > 9"), ("cut", 10, 3)),
    (by_sql("INSERT INTO log SELECT 13, previous, link, body FROM log WHERE number = 12"), ("changed", 13, 1)),
    (by_sql("UPDATE log SET body = CAST(body || x'00' AS BLOB) WHERE number = 4"), ("changed", 4, 1)),
    (swap_commits, ("changed", 3, 1)),
    (by_sql("DELETE FROM nvm WHERE number = 2"), ("tables", 0, 0)),
    (by_sql("DELETE FROM notes"), ("tables", 0, 0)),
    (lambda path: cut(path, 0), ("empty", 1, 12)),
    (lambda path: path.unlink(), ("empty", 1, 12)),
    (lambda path: anchor_of(path).unlink(), ("anchor", 0, 0)),
    (lambda path: cut(anchor_of(path), 80), ("anchor", 0, 0)),
    (lambda path: path.write_bytes(b"X" + path.read_bytes()[1:]), ("head", 0, 0)),
])
def test_each_damage_of_a_state_has_its_name_and_place(capsys, closed, tmp_path, spoil, expected):
    path = copied(closed, tmp_path / "try")
    spoil(path)
    code, [found] = checked(capsys, path)
    assert code == 1
    assert expected in [(each["kind"], each.get("record", 0), each.get("count", 0)) for each in found["damage"]]


@pytest.mark.parametrize(("spoil", "kind"), [
    (lambda wal: wal.unlink(), "wal_missing"),
    (lambda wal: cut(wal, 0), "wal_missing"),
    (lambda wal: cut(wal, wal.stat().st_size // 2), "wal_cut"),
    (lambda wal: cut(wal, wal.stat().st_size - 1), "wal_cut"),
    (lambda wal: flip(wal, 8 * (wal.stat().st_size // 2)), "wal_changed"),
    (lambda wal: flip(wal, 40), "wal_changed"),
])
def test_what_befell_a_write_ahead_log_is_told(capsys, killed, tmp_path, spoil, kind):
    path = copied(killed, tmp_path / "try")
    spoil(beside(path, "-wal"))
    code, files = checked(capsys, path)
    assert code == 1
    assert kind in kinds(files)


def test_what_is_neither_is_bad_input(capsys, tmp_path):
    for name, content in (("a.txt", b"hello"), ("b.sqlite", b""), ("c.db", b"SQLite format 3\0" + bytes(84))):
        (tmp_path / name).write_bytes(content)
        code, said = checked(capsys, tmp_path / name)
        assert code == 2
        assert "neither a host's state nor a terminal's memory" in said
    code, said = checked(capsys, tmp_path)
    assert code == 2
    code, said = checked(capsys, tmp_path / "none.sqlite")
    assert (code, "no such file" in said) == (2, True)


def test_a_folder_is_looked_through(capsys, killed, closed, tmp_path):
    copied(killed, tmp_path / "all" / "one")
    path = copied(closed, tmp_path / "all" / "two")
    cut(anchor_of(path), 3)
    shutil.copy(path, path.with_name("host.sqlite.damaged-1"))
    code, files = checked(capsys, tmp_path / "all")
    assert (code, [each["whole"] for each in files]) == (1, [True, False])
