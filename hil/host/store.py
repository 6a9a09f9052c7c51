"""What a live host must not forget, in an SQLite file: append-only, durable before it is answered.

The journal of the acquirer, the facts of the world around it (postings, payouts, dates) and the
trace share one log, so they can be folded again in the order in which they happened, and one
transaction, so a killed host never remembers less than its trace tells.  It neither interprets nor
changes what it holds.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from hil.files.chain import after, place_of
from hil.files.one_owner import OneOwner, StateError, still_at
from hil.files.state_file import (
    BESIDE,
    Stands,
    add_commit,
    commits,
    entries_in,
    opened,
)
from hil.files.state_log import Beside, Entry, EntryKind, Head, pack, row_checksum

__all__ = ["BESIDE", "Fact", "HostStore"]


class Fact(msgspec.Struct, frozen=True):
    """Something that happened in the world around the acquirer; ``body`` is JSON."""

    at_ms: int
    name: str  # "posted", "payout_sent", …
    body: bytes


class HostStore:
    """The state of one host; ``records`` are of whatever tagged union ``record_type`` names."""

    def __init__(self, path: Path, record_type: Any) -> None:
        """Open or create; ``StateError`` for a file that is no host state, is damaged or in use."""
        self._encode = msgspec.json.Encoder().encode
        self._decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder(record_type)
        self._owner = OneOwner(path, "host", BESIDE)
        self._path = self._owner.path
        self._pending: list[Entry] = []
        self._last_ms = 0
        self._is_lost = False  # a commit failed: nothing more is written
        self._log_path = self._path.with_name(f"{self._path.name}-wal")
        self._log: os.stat_result | None = None  # SQLite's write-ahead log, to be known again: SQLite has it open
        try:
            self._database, self._anchor, self._stands = opened(self._path)
        except BaseException:
            self._owner.withdraw()
            raise
        self._beside = self._stands.head.beside
        self._last_ms = self._stands.head.last_ms
        (self._next_row,) = self._database.execute("SELECT coalesce(max(number), 0) + 1 FROM nvm").fetchone()
        self._of_tid: dict[str, Beside] = {}
        for number, tid, record in self._database.execute("SELECT number, tid, record FROM nvm"):
            self._of_tid[tid] = self._of_tid.get(tid, Beside()).more(
                row_checksum(number, tid.encode(), record.encode()))
        self._of_note = {name: row_checksum(0, name.encode(), body.encode())
                         for name, body in self._database.execute("SELECT name, body FROM notes")}

    @property
    def stands(self) -> Stands:
        """Where the log ends, as far as it is durable."""
        return self._stands

    def append(self, records: Iterable[Any] = (), facts: Iterable[Fact] = ()) -> None:
        """Write all of it and commit; when this returns it survives a loss of power."""
        for record in records:
            self.add_record(record)
        for fact in facts:
            self.add_fact(fact)
        self.commit()

    def add_record(self, record: Any) -> None:
        """Write a record of the acquirer's journal; durable with the next ``commit``."""
        self._pending.append(Entry(EntryKind.JOURNAL, self._encode(record)))

    def add_fact(self, fact: Fact) -> None:
        """Write a fact of the world; durable with the next ``commit``."""
        self._pending.append(Entry(EntryKind.FACT, fact.body, fact.name, fact.at_ms))
        self._last_ms = max(self._last_ms, fact.at_ms)

    def add_trace(self, line: bytes, at_ms: int = 0) -> None:
        """Write a line of the trace and its moment; durable with the next ``commit``."""
        self._pending.append(Entry(EntryKind.TRACE, line))
        self._last_ms = max(self._last_ms, at_ms)

    def add_nvm(self, tid: str, records: Iterable[bytes]) -> None:
        """Records of the journal of a terminal inside; durable with the next ``commit``."""
        for record in records:
            number = self._next_row
            self._change("INSERT INTO nvm VALUES (?, ?, ?)", number, tid, record.decode())
            self._next_row += 1
            row = row_checksum(number, tid.encode(), record)
            self._of_tid[tid] = self._of_tid.get(tid, Beside()).more(row)
            self._beside = self._beside.more(row)

    def wipe_nvm(self, tid: str) -> None:
        """The journal of a terminal inside is emptied, or about to be replaced by a shorter one."""
        self._change("DELETE FROM nvm WHERE tid = ?", tid)
        gone = self._of_tid.pop(tid, Beside())
        self._beside = self._beside.less(gone.total, gone.rows)

    def put_note(self, name: str, body: bytes) -> None:
        """What is known somewhere, in the place of what was noted there before."""
        self._change("INSERT OR REPLACE INTO notes VALUES (?, ?)", name, body.decode())
        before, now = self._of_note.get(name), row_checksum(0, name.encode(), body)
        self._of_note[name] = now
        self._beside = (self._beside if before is None else self._beside.less(before)).more(now)

    @property
    def is_clean(self) -> bool:
        """Whether nothing was written since the last commit."""
        return not self._pending and not self._database.in_transaction

    def commit(self) -> None:
        """Make durable what was written: all of it or nothing.  Before anything is answered."""
        if self.is_clean or self._is_lost:
            return
        last = self._stands
        head = Head(last.next_entry, len(self._pending), self._last_ms, self._beside)
        linked = after(last.place, pack(head, self._pending))
        try:
            self._begin()
            add_commit(self._database, linked)
            self._database.execute("COMMIT")
        except sqlite3.Error as error:
            raise self._lost(error) from error
        self._pending.clear()
        self._stands = Stands(place_of(linked), head)
        try:
            self._still_there()
            self._anchor.moves(self._stands.place)
        except StateError:
            self._is_lost = True
            raise

    def _still_there(self) -> None:
        """``StateError`` where what was committed went into a file that nobody will find."""
        self._owner.still_has_it()
        try:
            self._log = self._log or self._log_path.stat()  # there from the first commit on, until the state is closed
        except OSError as error:
            raise StateError(f"{self._log_path}: {error.strerror}") from error
        still_at(self._log_path, self._log)

    def link_at(self, number: int) -> int | None:
        """The link of a commit; None where there is none."""
        row = self._database.execute("SELECT link FROM log WHERE number = ?", (number,)).fetchone()
        return None if row is None else int(row[0])

    @property
    def path(self) -> Path:
        """The file."""
        return self._path

    def entries(self, behind: int = 0) -> Iterator[Entry]:
        """What is in the log behind the commit of a number and what waits for the next one, oldest first."""
        for linked in commits(self._database, behind):
            assert linked is not None, "the chain was looked at when it was opened"
            yield from entries_in(self._path, linked)
        yield from tuple(self._pending)

    def record_of(self, entry: Entry, number: int) -> Any:
        """The record of an entry of the journal; ``StateError`` for one of another version."""
        try:
            return self._decoder.decode(entry.body)
        except msgspec.DecodeError as error:
            raise StateError(
                f"{self._path}: entry {number} cannot be read by this version: {error}") from error

    def records(self) -> Iterator[Any]:
        """The acquirer's journal, oldest first."""
        for number, entry in enumerate(self.entries(), 1):
            if entry.kind is EntryKind.JOURNAL:
                yield self.record_of(entry, number)

    def facts(self) -> Iterator[Fact]:
        """The world's facts, oldest first."""
        return (fact_of(entry) for entry in self.entries() if entry.kind is EntryKind.FACT)

    def trace_lines(self) -> Iterator[bytes]:
        """The trace, oldest first."""
        return (entry.body for entry in self.entries() if entry.kind is EntryKind.TRACE)

    def journals(self) -> Iterator[tuple[str, bytes]]:
        """The records of all terminals inside, each with its TID, oldest first."""
        rows = self._database.execute("SELECT tid, record FROM nvm ORDER BY number")
        return ((tid, record.encode()) for tid, record in rows)

    def notes(self) -> Iterator[tuple[str, bytes]]:
        """What is noted, by name."""
        rows = self._database.execute("SELECT name, body FROM notes")
        return ((name, body.encode()) for name, body in rows)

    def note(self, name: str) -> bytes | None:
        """What is noted under a name."""
        return next((body for noted, body in self.notes() if noted == name), None)

    def close(self) -> None:
        """Fold the write-ahead log into the file and let another host have it.

        What was written and not committed is dropped, as in a crash.
        """
        self._database.close()
        self._anchor.close()
        self._owner.release()

    def withdraw(self) -> None:
        """The start is refused: nothing more is written, and a file that is new is gone again."""
        self._database.close()
        self._anchor.close()
        self._owner.withdraw()

    def _change(self, statement: str, *values: Any) -> None:
        try:
            self._begin()
            self._database.execute(statement, values)
        except sqlite3.Error as error:
            raise self._lost(error) from error

    def _begin(self) -> None:
        if not self._database.in_transaction:
            self._database.execute("BEGIN IMMEDIATE")

    def _lost(self, error: sqlite3.Error) -> StateError:
        self._is_lost = True
        self._pending.clear()
        if self._database.in_transaction:
            self._database.execute("ROLLBACK")
        return StateError(f"{self._path}: cannot be written: {error}; nothing of it was answered")


def fact_of(entry: Entry) -> Fact:
    """The fact of an entry."""
    return Fact(entry.at_ms, entry.name, entry.body)
