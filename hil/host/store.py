"""What a live host must not forget, in an SQLite file: append-only, durable before it is answered.

The journal of the acquirer, the facts of the world around it (postings, payouts, dates) and the
trace share one numbering, so they can be folded again in the order in which they happened, and one
transaction, so a killed host never remembers less than its trace tells.  It neither interprets nor
changes what it holds.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from hil.files.one_owner import OneOwner, StateError

_SQLITE = b"SQLite format 3\0"
_HEADER = 100  # bytes; the application's id is in 68 to 71
APPLICATION_ID = 0x44_5A_48_53  # "DZHS" in the header of the file
FORMAT = 2  # 1 had no terminals inside; such a file is brought up to date where it is
_SCHEMA = f"""
PRAGMA application_id = {APPLICATION_ID};
CREATE TABLE journal (
    number INTEGER PRIMARY KEY,
    record TEXT NOT NULL CHECK (json_valid(record))
) STRICT;
CREATE TABLE facts (
    number INTEGER PRIMARY KEY,
    at_ms INTEGER NOT NULL,
    name TEXT NOT NULL,
    body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;
CREATE TABLE trace (
    number INTEGER PRIMARY KEY,
    line TEXT NOT NULL CHECK (json_valid(line))
) STRICT;
"""
BESIDE = ("-wal", "-shm", "-journal")
# Of terminals inside and their people only the present is kept: both may be replaced.
_INSIDE = f"""
PRAGMA user_version = {FORMAT};
CREATE TABLE nvm (
    number INTEGER PRIMARY KEY,
    tid TEXT NOT NULL,
    record TEXT NOT NULL CHECK (json_valid(record))
) STRICT;
CREATE INDEX nvm_by_tid ON nvm (tid);
CREATE TABLE notes (
    name TEXT PRIMARY KEY,
    body TEXT NOT NULL CHECK (json_valid(body))
) STRICT;
"""
_TABLES = ("journal", "facts", "trace")
_APPEND_ONLY = "".join(
    f"""
CREATE TRIGGER {table}_is_never_{done} BEFORE {act} ON {table}
    BEGIN SELECT RAISE(ABORT, 'the {table} table is append-only'); END;
"""
    for table in _TABLES for act, done in (("UPDATE", "changed"), ("DELETE", "cut"))
)


class Fact(msgspec.Struct, frozen=True):
    """Something that happened in the world around the acquirer; ``body`` is JSON."""

    at_ms: int
    name: str  # "posted", "payout_sent", …
    body: bytes


class HostStore:
    """The state of one host; ``records`` are of whatever tagged union ``record_type`` names."""

    def __init__(self, path: Path, record_type: Any) -> None:
        """Open or create; ``StateError`` for a file that is no host state or is in use."""
        self._encode = msgspec.json.Encoder().encode
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(record_type)
        self._owner = OneOwner(path, "host", BESIDE)
        self._path = self._owner.path
        try:
            self._database = _open(self._path)
            self._next = 1 + max(
                self._first_value(f"SELECT coalesce(max(number), 0) FROM {table}")  # noqa: S608
                for table in (*_TABLES, "nvm")
            )
        except BaseException:
            self._owner.withdraw()
            raise

    def append(self, records: Iterable[Any] = (), facts: Iterable[Fact] = ()) -> None:
        """Write all of it and commit; when this returns it survives a loss of power."""
        for record in records:
            self.add_record(record)
        for fact in facts:
            self.add_fact(fact)
        self.commit()

    def add_record(self, record: Any) -> None:
        """Write a record of the acquirer's journal; durable with the next ``commit``."""
        self._write("INSERT INTO journal VALUES (?, ?)", self._encode(record).decode())

    def add_fact(self, fact: Fact) -> None:
        """Write a fact of the world; durable with the next ``commit``."""
        self._write("INSERT INTO facts VALUES (?, ?, ?, ?)",
                    fact.at_ms, fact.name, fact.body.decode())

    def add_trace(self, line: bytes) -> None:
        """Write a line of the trace; durable with the next ``commit``."""
        self._write("INSERT INTO trace VALUES (?, ?)", line.decode())

    def add_nvm(self, tid: str, records: Iterable[bytes]) -> None:
        """Records of the journal of a terminal inside; durable with the next ``commit``."""
        for record in records:
            self._write("INSERT INTO nvm VALUES (?, ?, ?)", tid, record.decode())

    def wipe_nvm(self, tid: str) -> None:
        """The journal of a terminal inside is emptied, or about to be replaced by a shorter one."""
        self._change("DELETE FROM nvm WHERE tid = ?", tid)

    def put_note(self, name: str, body: bytes) -> None:
        """What is known somewhere, in the place of what was noted there before."""
        self._change("INSERT OR REPLACE INTO notes VALUES (?, ?)", name, body.decode())

    @property
    def is_clean(self) -> bool:
        """Whether nothing was written since the last commit."""
        return not self._database.in_transaction

    def commit(self) -> None:
        """Make durable what was written: all of it or nothing.  Before anything is answered."""
        if self._database.in_transaction:
            try:
                self._database.execute("COMMIT")
            except sqlite3.Error as error:
                raise self._lost(error) from error

    def records(self) -> Iterator[Any]:
        """The acquirer's journal, oldest first."""
        return self._read("SELECT number, record FROM journal ORDER BY number",
                          lambda row: self._decoder.decode(row[1]))

    def facts(self) -> Iterator[Fact]:
        """The world's facts, oldest first."""
        return self._read("SELECT number, at_ms, name, body FROM facts ORDER BY number",
                          lambda row: Fact(row[1], row[2], row[3].encode()))

    def trace_lines(self) -> Iterator[bytes]:
        """The trace, oldest first."""
        return self._read("SELECT number, line FROM trace ORDER BY number",
                          lambda row: row[1].encode())

    def journals(self) -> Iterator[tuple[str, bytes]]:
        """The records of all terminals inside, each with its TID, oldest first."""
        return self._read("SELECT number, tid, record FROM nvm ORDER BY number",
                          lambda row: (row[1], row[2].encode()))

    def notes(self) -> Iterator[tuple[str, bytes]]:
        """What is noted, by name."""
        return self._read("SELECT name, body FROM notes", lambda row: (row[0], row[1].encode()))

    def last_fact(self, name: str) -> Fact | None:
        """The newest fact of a name."""
        return next(self._read(
            "SELECT number, at_ms, name, body FROM facts WHERE name = ? ORDER BY number DESC LIMIT 1",
            lambda row: Fact(row[1], row[2], row[3].encode()), name), None)

    def close(self) -> None:
        """Fold the write-ahead log into the file and let another host have it.

        What was written and not committed is dropped, as in a crash.
        """
        self._database.close()
        self._owner.release()

    def withdraw(self) -> None:
        """The start is refused: nothing more is written, and a file that is new is gone again."""
        self._database.close()
        self._owner.withdraw()

    def _write(self, statement: str, *values: Any) -> None:
        self._change(statement, self._next, *values)
        self._next += 1

    def _change(self, statement: str, *values: Any) -> None:
        try:
            if not self._database.in_transaction:
                self._database.execute("BEGIN IMMEDIATE")
            self._database.execute(statement, values)
        except sqlite3.Error as error:
            raise self._lost(error) from error

    def _lost(self, error: sqlite3.Error) -> StateError:
        if self._database.in_transaction:
            self._database.execute("ROLLBACK")
        return StateError(f"{self._path}: cannot be written: {error}; nothing of it was answered")

    def _first_value(self, query: str) -> int:
        return int(self._database.execute(query).fetchone()[0])

    def _read(self, query: str, make: Callable[[Any], Any], *values: str) -> Iterator[Any]:
        for row in self._database.execute(query, values):
            try:
                yield make(row)
            except msgspec.DecodeError as error:
                raise StateError(
                    f"{self._path}: entry {row[0]} cannot be read by this version: {error}",
                ) from error


def _open(path: Path) -> sqlite3.Connection:
    _refuse_other_programs(path)
    try:
        database = sqlite3.connect(path, isolation_level=None, timeout=0)
    except sqlite3.Error as error:
        raise StateError(f"{path}: {error}") from error
    try:
        _prepare(path, database)
    except sqlite3.OperationalError as error:
        database.close()
        raise StateError(f"{path}: {error} (is another program using it?)") from error
    except sqlite3.DatabaseError as error:
        database.close()
        raise StateError(f"{path} is no host state: {error}") from error
    except StateError:
        database.close()
        raise
    return database


def _refuse_other_programs(path: Path) -> None:
    """Before SQLite looks at it: it might mend what is another program's."""
    with path.open("rb") as file:
        head = file.read(_HEADER)
    if head and not head.startswith(_SQLITE):
        raise StateError(f"{path} is no host state; it was left as it is. Choose another file")
    if int.from_bytes(head[68:72], "big") not in (0, APPLICATION_ID):  # 0: it may be in the log yet
        raise StateError(f"{path} is no host state but some other database; choose another file")


def _prepare(path: Path, database: sqlite3.Connection) -> None:
    (application_id,) = database.execute("PRAGMA application_id").fetchone()
    (tables,) = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
    if tables and application_id != APPLICATION_ID:
        raise StateError(f"{path} is no host state but some other database; choose another file")
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    if not tables:
        database.executescript(f"BEGIN IMMEDIATE; {_SCHEMA} {_APPEND_ONLY} {_INSIDE} COMMIT;")
    (version,) = database.execute("PRAGMA user_version").fetchone()
    if version == 1:
        database.executescript(f"BEGIN IMMEDIATE; {_INSIDE} COMMIT;")
        version = FORMAT
    if version != FORMAT:
        raise StateError(f"{path}: format {version}, this version of the host reads {FORMAT} only")
