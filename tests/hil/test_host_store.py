"""What a host has committed is there after it was killed; a wrong file is refused by name."""

from __future__ import annotations

import os
import signal
import sqlite3
import subprocess
import sys

import msgspec
import pytest

from hil.files.one_owner import StateError
from hil.files.state_log import EntryKind
from hil.host.store import Fact, HostStore


class Opened(msgspec.Struct, frozen=True, tag=str.lower, tag_field="record"):
    tid: str


class Approved(msgspec.Struct, frozen=True, tag=str.lower, tag_field="record"):
    amount_fen: int
    key: bytes = b""


AnyTestRecord = Opened | Approved
RECORDS = [Opened("10000001"), Approved(6_800, b"\x00\xff"), Approved(1)]
FACTS = [Fact(5, "posted", b'{"entries":[["fees",12]]}'), Fact(6, "payout_sent", b'"p1"')]


@pytest.fixture
def path(tmp_path):
    return tmp_path / "host.sqlite"


def held(path):
    store = HostStore(path, AnyTestRecord)
    try:
        return list(store.records()), list(store.facts())
    finally:
        store.close()


def test_what_was_appended_is_there_again_in_order(path):
    store = HostStore(path, AnyTestRecord)
    store.append(RECORDS[:1], FACTS[:1])
    store.append(RECORDS[1:], FACTS[1:])
    store.close()
    assert held(path) == (RECORDS, FACTS)


def test_records_and_facts_share_one_numbering(path):
    for number in range(3):
        store = HostStore(path, AnyTestRecord)
        store.append(RECORDS[number:number + 1], FACTS[number:number + 1])
        store.close()
    store = HostStore(path, AnyTestRecord)
    kinds = [entry.kind for entry in store.entries()]
    assert kinds == [EntryKind.JOURNAL, EntryKind.FACT] * 2 + [EntryKind.JOURNAL]
    assert store.stands.next_entry == 6
    store.close()


PROGRAM = """
import os, pathlib, signal, sys
sys.path.insert(0, {tests!r})
from test_host_store import AnyTestRecord, FACTS, RECORDS
from hil.host.store import HostStore
store = HostStore(pathlib.Path({path!r}), AnyTestRecord)
store.append(RECORDS[:2], FACTS[:1])
store.add_record(RECORDS[2]); store.add_fact(FACTS[1])
{then}
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize(("then", "records", "facts"), [
    ("", RECORDS[:2], FACTS[:1]),
    ("store.commit()", RECORDS, FACTS),
])
def test_a_killed_host_keeps_what_it_committed_and_nothing_else(path, then, records, facts):
    program = PROGRAM.format(tests=os.path.dirname(__file__), path=str(path), then=then)  # noqa: PTH120
    done = subprocess.run([sys.executable, "-c", program], check=False)
    assert done.returncode == -signal.SIGKILL
    assert held(path) == (records, facts)


def test_a_second_host_is_refused_and_a_reader_is_not(path):
    store = HostStore(path, AnyTestRecord)
    store.append(RECORDS)
    with pytest.raises(StateError, match=r"host\.sqlite is in use by another host"):
        HostStore(path, AnyTestRecord)
    with sqlite3.connect(path) as reader:
        assert reader.execute("SELECT count(*) FROM log").fetchone() == (1,)
    reader.close()
    store.close()


@pytest.mark.parametrize("statement", [
    "UPDATE log SET body = x''", "DELETE FROM log",
])
def test_nothing_that_was_written_can_be_changed(path, statement):
    store = HostStore(path, AnyTestRecord)
    store.add_trace(b'{"record":"sent"}')
    store.append(RECORDS, FACTS)
    store.close()
    database = sqlite3.connect(path)
    with pytest.raises(sqlite3.IntegrityError, match="append-only"):
        database.execute(statement)
    database.close()


def write_text(path):
    path.write_text("no database at all, but long enough to be looked at " * 40)


def write_other_database(path):
    database = sqlite3.connect(path)
    database.execute("CREATE TABLE customers (name)")
    database.close()


def write_later_format(path):
    HostStore(path, AnyTestRecord).close()
    database = sqlite3.connect(path)
    database.execute("PRAGMA user_version = 9")
    database.close()


@pytest.mark.parametrize(("make", "words"), [
    (write_text, "is no host state"),
    (write_other_database, "some other database"),
    (write_later_format, "format 9"),
    (lambda path: path.mkdir(), "unable to open"),
    (lambda path: path.with_name("host.sqlite.lock").mkdir(), "directory"),
])
def test_a_file_that_is_no_host_state_is_refused_and_not_touched(path, make, words):
    make(path)
    before = path.read_bytes() if path.is_file() else b""
    with pytest.raises(StateError, match=f"host.sqlite.*{words}"):
        HostStore(path, AnyTestRecord)
    assert (path.read_bytes() if path.is_file() else b"") == before


def test_a_record_of_another_version_is_named(path):
    store = HostStore(path, AnyTestRecord)
    store.append(RECORDS)
    store.close()
    store = HostStore(path, Opened)
    with pytest.raises(StateError, match="entry 2 cannot be read"):
        list(store.records())
    store.close()


def test_of_a_commit_that_fails_nothing_is_kept_and_nothing_after_it(path):
    store = HostStore(path, AnyTestRecord)
    store.append(RECORDS[:1])
    with sqlite3.connect(path, isolation_level=None) as other:
        other.execute("BEGIN IMMEDIATE")  # as a disk that is full: nothing can be written
        store.add_record(RECORDS[1])
        with pytest.raises(StateError, match=r"cannot be written.*nothing of it was answered"):
            store.commit()
        other.execute("ROLLBACK")
    other.close()
    store.append(RECORDS[2:])  # whoever goes on all the same writes nothing behind the gap
    store.close()
    assert held(path) == (RECORDS[:1], [])
