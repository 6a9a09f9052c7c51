"""No damage of a state is believed: it is told by name and left as it was, and never started over."""

from __future__ import annotations

import random
import shutil
import sqlite3

import damaged_states as states
import pytest
from damaged_states import by_sql, closed_state, content_of, copied, flip, killed_state, refusal

from hil.files.anchor import anchor_of
from hil.host.store import Fact, HostStore

FLIPS = 60  # of each file, by chance


def beside(path, ending):
    return path.with_name(path.name + ending)


def cut(path, to):
    with path.open("r+b") as file:
        file.truncate(to)


@pytest.fixture(scope="module")
def killed(tmp_path_factory):
    return killed_state(tmp_path_factory.mktemp("killed") / "state")


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    return closed_state(tmp_path_factory.mktemp("closed") / "state")


def test_what_was_not_damaged_is_all_there(killed, closed, tmp_path):
    ours = content_of(copied(killed, tmp_path / "a"))
    assert ours == content_of(copied(closed, tmp_path / "b"))
    assert [record.stan for record in ours[0]] == list(range(1, states.COMMITS + 1))


@pytest.mark.parametrize("ending", ["", "-wal", ".anchor"])
def test_no_flipped_bit_is_believed(killed, closed, tmp_path, ending):
    """What is refused is refused by name; what is opened holds all that was committed."""
    state = killed if ending == "-wal" else closed
    whole = content_of(copied(state, tmp_path / "whole"))
    bits = beside(state, ending).stat().st_size * 8
    chosen = random.Random(7)
    refused = 0
    for _ in range(FLIPS):
        path, bit = copied(state, tmp_path / "try"), chosen.randrange(bits)
        flip(beside(path, ending), bit)
        if why := refusal(path):
            refused += 1
            assert path.name in why, (bit, why)
        else:
            assert content_of(path) == whole, bit
    assert refused or ending == ".anchor"


@pytest.mark.parametrize(("spoil", "words"), [
    (by_sql("DELETE FROM log WHERE number = 5"), "1 missing before what follows: record 5"),
    (by_sql("DELETE FROM log WHERE number BETWEEN 5 AND 7"), "3 missing before what follows: record 5"),
    (by_sql("DELETE FROM log WHERE number > 9"), "the end is missing: 3 from record 10"),
    (by_sql("DELETE FROM log"), "the end is missing: 12 from record 1"),
    (by_sql("INSERT INTO log SELECT 13, previous, link, body FROM log WHERE number = 12"),
     "record 13 was changed"),
    (by_sql("UPDATE log SET body = CAST(body || x'00' AS BLOB) WHERE number = 4"), "record 4 was changed"),
    (by_sql("UPDATE log SET link = link + 1 WHERE number = 4"), "record 4 was changed"),
    (states.swap_commits, "record 3 was changed"),
    (by_sql("DELETE FROM nvm WHERE number = 2"), "13 rows that do not fit .* knows 13|12 rows .* knows 13"),
    (by_sql("""UPDATE nvm SET record = '{"stan":7}' WHERE number = 2"""), "rows that do not fit"),
    (by_sql("UPDATE nvm SET number = 99 WHERE number = 2"), "rows that do not fit"),
    (by_sql("INSERT INTO nvm SELECT 99, tid, record FROM nvm WHERE number = 2"), "rows that do not fit"),
    (by_sql("DELETE FROM notes"), "rows that do not fit"),
    (by_sql("DROP TABLE log"), "cannot be read: no such table|is another program"),
    (lambda path: cut(path, 0), "nothing is left in it, 12 commits are missing"),
    (lambda path: path.unlink(), "nothing is left in it, 12 commits are missing"),
    (lambda path: cut(path, 8192), "cannot be read"),
    (lambda path: anchor_of(path).unlink(), "anchor, which says how far it goes, is missing"),
    (lambda path: cut(anchor_of(path), 0), "is none, or was cut"),
    (lambda path: cut(anchor_of(path), 80), "is none, or was cut"),
])
def test_each_accident_is_told_by_name(closed, tmp_path, spoil, words):
    path = copied(closed, tmp_path / "try")
    spoil(path)
    before = {each.name: each.read_bytes() for each in path.parent.iterdir() if "host.sqlite-" not in each.name}
    with pytest.raises(states.StateError, match=words) as refused:
        content_of(path)
    assert str(path) in str(refused.value)
    after = {name: (path.parent / name).read_bytes() for name in before}
    assert after == before


@pytest.mark.parametrize("spoil", [
    lambda path: beside(path, "-wal").unlink(),
    lambda path: cut(beside(path, "-wal"), 0),
    lambda path: cut(beside(path, "-wal"), beside(path, "-wal").stat().st_size // 2),
    lambda path: cut(beside(path, "-wal"), beside(path, "-wal").stat().st_size - 1),
])
def test_a_write_ahead_log_that_is_missing_or_cut_is_a_loss(killed, tmp_path, spoil):
    path = copied(killed, tmp_path / "try")
    spoil(path)
    assert "missing" in refusal(path)


def test_an_older_copy_in_the_place_of_a_state_is_a_loss(tmp_path):
    path = closed_state(tmp_path / "state", 5)
    shutil.copy(path, tmp_path / "older")
    store = HostStore(path, states.Sold)
    store.append([states.Sold(6)])
    store.append([states.Sold(7)])
    store.close()
    shutil.copy(tmp_path / "older", path)
    assert "the end is missing: 2 from record 6" in refusal(path)


def test_another_history_of_the_same_length_is_seen(tmp_path):
    path, other = closed_state(tmp_path / "state", 3), closed_state(tmp_path / "other", 3)
    for each, stan in ((path, 4), (other, 5)):
        store = HostStore(each, states.Sold)
        store.append([states.Sold(stan)])
        store.close()
    shutil.copy(other, path)
    assert "continues another history" in refusal(path)


def test_an_anchor_that_is_older_than_its_state_is_no_damage(tmp_path):
    """So a kill between a commit and its anchor leaves it."""
    path = closed_state(tmp_path / "state", 5)
    kept = anchor_of(path).read_bytes()
    store = HostStore(path, states.Sold)
    store.append([states.Sold(6)])
    store.close()
    anchor_of(path).write_bytes(kept)
    assert [record.stan for record in content_of(path)[0]] == [1, 2, 3, 4, 5, 6]


def test_an_anchor_never_claims_what_is_not_durable(tmp_path, monkeypatch):
    """Whoever looks at both files at any moment finds the state at least as far as the anchor says."""
    seen = []
    path = tmp_path / "host.sqlite"
    store = HostStore(path, states.Sold)
    add = store._database.execute

    class Watched:
        in_transaction = property(lambda _: store_database.in_transaction)

        def execute(self, statement, *values):
            seen.append(states.Sold(0) and anchor_of(path).read_bytes())
            return add(statement, *values)

        def close(self):
            store_database.close()

    store_database = store._database
    monkeypatch.setattr(store, "_database", Watched())
    before = anchor_of(path).read_bytes()
    store.append([states.Sold(1)])
    assert set(seen) == {before}, "the anchor moved before the commit was over"
    assert anchor_of(path).read_bytes() != before
    store.close()


OLD = """
CREATE TABLE journal (number INTEGER PRIMARY KEY, record TEXT NOT NULL) STRICT;
CREATE TABLE facts (number INTEGER PRIMARY KEY, at_ms INTEGER NOT NULL, name TEXT NOT NULL, body TEXT NOT NULL) STRICT;
CREATE TABLE trace (number INTEGER PRIMARY KEY, line TEXT NOT NULL) STRICT;
CREATE TRIGGER trace_is_never_cut BEFORE DELETE ON trace
    BEGIN SELECT RAISE(ABORT, 'the trace table is append-only'); END;
PRAGMA application_id = 1146767443;
INSERT INTO journal VALUES (1, '{"record":"sold","stan":1}'), (4, '{"record":"sold","stan":2}');
INSERT INTO facts VALUES (2, 7, 'posted', '{"fen":1}');
INSERT INTO trace VALUES (3, '{"record":"sent","at_ms":9}');
"""
OF_FORMAT_2 = """
CREATE TABLE nvm (number INTEGER PRIMARY KEY, tid TEXT NOT NULL, record TEXT NOT NULL) STRICT;
CREATE TABLE notes (name TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT;
INSERT INTO nvm VALUES (5, '10000001', '{}');
"""


@pytest.mark.parametrize(("version", "more", "nvm"), [
    (1, "", []), (2, OF_FORMAT_2, [("10000001", b"{}")])])
def test_older_formats_are_brought_up_to_date_where_they_are(tmp_path, version, more, nvm):
    path = tmp_path / "host.sqlite"
    database = sqlite3.connect(path)
    database.executescript(f"{OLD} {more} PRAGMA user_version = {version};")
    database.close()
    for _ in range(2):
        assert content_of(path) == (
            [states.Sold(1), states.Sold(2)], [Fact(7, "posted", b'{"fen":1}')],
            [b'{"record":"sent","at_ms":9}'], nvm, [])
    store = HostStore(path, states.Sold)
    assert store.stands.head.last_ms == 9
    store.close()


def test_an_older_format_in_the_place_of_a_newer_one_is_an_older_copy(tmp_path):
    path = closed_state(tmp_path / "state")
    path.unlink()
    database = sqlite3.connect(path)
    database.executescript(f"{OLD} {OF_FORMAT_2} PRAGMA user_version = 2;")
    database.close()
    before = path.read_bytes()
    assert "an older copy lies in its place" in refusal(path)
    assert path.read_bytes() == before
