"""The file of a host's state: an SQLite database whose log is a chain of commits, and tables beside it.

Here it is opened, made, brought up to date and held against its chain and its anchor; what is damaged
is told and left as it is.  What an entry means is not known here.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from itertools import islice
from pathlib import Path
from typing import Any

import msgspec

from hil.files import state_sayings as say
from hil.files.anchor import Anchor, NoAnchorError, anchor_of, anchored
from hil.files.chain import ChainDamage, Linked, Place, after, followed, place_of
from hil.files.one_owner import StateError
from hil.files.state_log import (
    Beside,
    CommitError,
    Entry,
    EntryKind,
    Head,
    checksums,
    entries_of,
    head_of,
    pack,
)

SQLITE = b"SQLite format 3\0"
HEADER = 100  # bytes; the application's id is in 68 to 71
APPLICATION_ID = 0x44_5A_48_53  # "DZHS" in the header of the file
FORMAT = 3
"""1 had no terminals inside, 2 no chain; such a file is brought up to date where it is."""
ALONGSIDE = ("-wal", "-shm", "-journal")
BESIDE = (*ALONGSIDE, ".anchor", ".snapshot", ".snapshot-1")
_LOG = (
    """CREATE TABLE log (
        number INTEGER PRIMARY KEY,
        previous INTEGER NOT NULL,
        link INTEGER NOT NULL,
        body BLOB NOT NULL
    ) STRICT""",
    """CREATE TRIGGER log_is_never_changed BEFORE UPDATE ON log
        BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END""",
    """CREATE TRIGGER log_is_never_cut BEFORE DELETE ON log
        BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END""",
)
# Of terminals inside and their people only the present is kept: both may be replaced.
_PRESENT = (
    """CREATE TABLE nvm (
        number INTEGER PRIMARY KEY,
        tid TEXT NOT NULL,
        record TEXT NOT NULL CHECK (json_valid(record))
    ) STRICT""",
    "CREATE INDEX nvm_by_tid ON nvm (tid)",
    """CREATE TABLE notes (
        name TEXT PRIMARY KEY,
        body TEXT NOT NULL CHECK (json_valid(body))
    ) STRICT""",
)
_OF_NOW = ("nvm", "notes")
_OLD_TABLES = ("journal", "facts", "trace")  # before the log
_OLD_ENTRIES = """
SELECT number, 0, '', 0, record FROM journal
UNION ALL SELECT number, 1, name, at_ms, body FROM facts
UNION ALL SELECT number, 2, '', 0, line FROM trace
ORDER BY number
"""
_COMMIT_OF_OLD = 2_000  # entries
_PRIMARY = 0xFF  # of a result code
_NOT_NOW = frozenset({
    sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED, sqlite3.SQLITE_PERM, sqlite3.SQLITE_READONLY,
    sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_NOMEM,
})
"""Result codes that say nothing against the file."""


class Stands(msgspec.Struct, frozen=True):
    """Where the log of a state ends."""

    place: Place = Place()
    head: Head = Head(1, 0, 0)

    @property
    def next_entry(self) -> int:
        """The number of the next entry."""
        return self.head.first + self.head.entries


def opened(path: Path) -> tuple[sqlite3.Connection, Anchor, Stands]:
    """Open or make a state for its owner; ``StateError`` where it is none, or is damaged.

    What is refused is left as it was: it is read only until it is known to be whole, since whoever
    closes a database that he could write folds its write-ahead log into it.
    """
    refuse_other_programs(path)
    try:
        found = _found(path)
        database = sqlite3.connect(path, isolation_level=None, timeout=0)
    except (sqlite3.Error, UnicodeDecodeError) as error:  # the latter in SQLite's own words on a schema
        raise _refused(path, error) from error
    try:
        return database, *_prepared(path, database, found)
    except sqlite3.Error as error:
        database.close()
        raise _refused(path, error) from error
    except StateError:
        database.close()
        raise


def _refused(path: Path, error: Exception) -> StateError:
    code = getattr(error, "sqlite_errorcode", 0) & _PRIMARY
    if code in _NOT_NOW:
        return StateError(f"{path}: {error} (is another program using it?)")
    return StateError(_damaged(path, say.UNREADABLE.both(error=error).en))


def refuse_other_programs(path: Path) -> None:
    """Before SQLite looks at it: it might mend what is another program's."""
    with path.open("rb") as file:
        head = file.read(HEADER)
    if is_begun_as_ours(head):
        return
    if anchor_of(path).exists():
        raise StateError(_damaged(path, say.HEAD.both().en))
    if not head.startswith(SQLITE):
        raise StateError(f"{path} is no host state; it was left as it is. Choose another file")
    raise StateError(f"{path} is no host state but some other database; choose another file")


def is_begun_as_ours(head: bytes) -> bool:
    """Whether a file that begins so may be a host's state, or one that is about to be."""
    if not head:
        return True
    return head.startswith(SQLITE) and int.from_bytes(head[68:72], "big") in (0, APPLICATION_ID)  # 0: in the log yet


def commits(database: sqlite3.Connection, behind: int = 0) -> Iterator[Linked | None]:
    """The commits of a log behind a number, as they lie there; None for what is none."""
    return map(linked_in_row, database.execute(
        "SELECT number, previous, link, body FROM log WHERE number > ? ORDER BY number", (behind,)))


def linked_in_row(row: tuple[int, int, int, bytes]) -> Linked | None:
    """The commit of a row; None for what is none: a damaged page may hold anything."""
    number, previous, link, body = row
    is_one = (isinstance(body, bytes) and isinstance(previous, int) and isinstance(link, int)
              and 0 <= number < 1 << 63 and 0 <= previous < 1 << 32)
    return Linked(number, previous, link, body) if is_one else None


def beside_log(database: sqlite3.Connection) -> Beside:
    """What lies in the tables beside the log."""
    rows = database.execute(
        "SELECT number, coalesce(CAST(tid AS BLOB), x''), coalesce(CAST(record AS BLOB), x'') FROM nvm "
        "UNION ALL SELECT 0, coalesce(CAST(name AS BLOB), x''), coalesce(CAST(body AS BLOB), x'') FROM notes")
    return checksums(rows)


def entries_in(path: Path, linked: Linked) -> list[Entry]:
    """The entries of a commit; ``StateError`` where it is none of this version."""
    try:
        return entries_of(linked.body)
    except CommitError as error:
        raise StateError(
            f"{path}: entry {linked.number} cannot be read by this version: {error}") from error


def look_only(path: Path) -> str:
    """How SQLite opens a state so that nothing of it is changed, and nothing is left lying beside it."""
    return "mode=ro" if path.with_name(f"{path.name}-wal").exists() else "immutable=1"


class _Found(msgspec.Struct, frozen=True):
    """What lies in the place of a state."""

    version: int  # 0: it is new
    end: Place  # how far its chain must go
    stands: Stands | None  # None: it is new, or of an older format


def _found(path: Path) -> _Found:
    """Look, and change nothing; ``StateError`` where it is no state, or is damaged."""
    is_begun = path.with_name(f"{path.name}-journal").exists()  # and is taken back first
    how = "mode=rw" if is_begun else look_only(path)
    with closing(sqlite3.connect(f"{path.as_uri()}?{how}", uri=True, isolation_level=None, timeout=0)) as database:
        (application_id,) = database.execute("PRAGMA application_id").fetchone()
        (tables,) = database.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        if tables and application_id != APPLICATION_ID:
            raise StateError(f"{path} is no host state but some other database; choose another file")
        (version,) = database.execute("PRAGMA user_version").fetchone()
        if tables and version not in range(1, FORMAT + 1):
            raise StateError(f"{path}: format {version}, this version of the host reads {FORMAT} only")
        is_old = bool(tables) and version < FORMAT
        end = _end_known(path, is_new=not tables or is_old or not _goes_on(database))
        if not tables and end.number:
            raise StateError(_damaged(path, say.NOTHING_LEFT.both(count=end.number).en))
        if is_old and end.number:
            raise StateError(_damaged(path, say.OLDER_COPY.both(count=end.number).en))
        if not tables or is_old:
            return _Found(version if tables else 0, end, None)
        return _Found(version, end, _stands(path, database, end))


def _prepared(path: Path, database: sqlite3.Connection, found: _Found) -> tuple[Anchor, Stands]:
    database.execute("PRAGMA journal_mode = WAL")
    database.execute("PRAGMA synchronous = FULL")
    anchor = Anchor(anchor_of(path))  # before the first commit, so that none is ever without it
    try:
        if found.stands is not None:
            return anchor, found.stands
        with _whole(database):
            if found.version:
                _bring_up_to_date(database, found.version)
            else:
                create(database)
        return anchor, _stands(path, database, found.end)
    except BaseException:
        with suppress(StateError):
            anchor.close()
        raise


@contextmanager
def _whole(database: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing."""
    database.execute("BEGIN IMMEDIATE")
    try:
        yield
        database.execute("COMMIT")
    except BaseException:
        if database.in_transaction:  # a signal may come between the commit and here
            database.execute("ROLLBACK")
        raise


def _create(database: sqlite3.Connection, *statements: str) -> None:
    for statement in statements:
        database.execute(statement)
    database.execute(f"PRAGMA user_version = {FORMAT}")


def _goes_on(database: sqlite3.Connection) -> bool:
    return database.execute("SELECT 1 FROM log LIMIT 1").fetchone() is not None


def _end_known(path: Path, *, is_new: bool) -> Place:
    """How far the chain must go."""
    try:
        return anchored(anchor_of(path))
    except NoAnchorError as error:
        if is_new and not anchor_of(path).exists():
            return Place()
        raise StateError(_damaged(path, say.NO_ANCHOR.both(anchor=anchor_of(path).name, error=error).en)) from error


def _stands(path: Path, database: sqlite3.Connection, end: Place) -> Stands:
    last: Linked | None = None
    for each in followed(commits(database), end=end):
        if isinstance(each, ChainDamage):
            raise StateError(_damaged(path, say.IN_LOG.both(damage=each.told()).en))
        last = each
    stands = Stands() if last is None else Stands(place_of(last), head_of(last.body))
    found = beside_log(database)
    if found != stands.head.beside:
        raise StateError(_damaged(path, say.IN_TABLES.both(
            found=found.rows, expected=stands.head.beside.rows).en))
    for table in _OF_NOW:
        for (told,) in database.execute(f"PRAGMA integrity_check({table})").fetchall():
            if told != "ok":  # its index: what is to be replaced would not be found
                raise StateError(_damaged(path, say.PAGES.both(what=told).en))
    return stands


def _damaged(path: Path, what: str) -> str:
    return say.DAMAGED.both(path=path, what=what, look=say.LOOK.both(path=path)).en


def _bring_up_to_date(database: sqlite3.Connection, version: int) -> None:
    """Move what an older format holds into the log."""
    _create(database, *_LOG, *(_PRESENT if version == 1 else ()))
    place, first, last_ms, beside = Place(), 1, 0, beside_log(database)
    with closing(database.execute(_OLD_ENTRIES)) as rows:
        while chunk := list(islice(rows, _COMMIT_OF_OLD)):
            entries = [Entry(EntryKind(kind), body.encode(), name, at_ms)
                       for _, kind, name, at_ms, body in chunk]
            last_ms = max(last_ms, *map(_moment, entries))
            linked = after(place, pack(Head(first, len(entries), last_ms, beside), entries))
            add_commit(database, linked)
            place, first = place_of(linked), first + len(entries)
    for table in _OLD_TABLES:
        database.execute(f"DROP TABLE {table}")


class _Dated(msgspec.Struct):
    at_ms: int = 0


_DATED = msgspec.json.Decoder(_Dated)


def _moment(entry: Entry) -> int:
    return _DATED.decode(entry.body).at_ms if entry.kind is EntryKind.TRACE else entry.at_ms


def create(database: sqlite3.Connection) -> None:
    """Make an empty state; the caller's transaction."""
    database.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    _create(database, *_LOG, *_PRESENT)


def tables_hold(database: sqlite3.Connection, statement: str, *values: Any) -> bool:
    """Whether a row was taken; what a damaged page left may be none.  Bytes are taken as text."""
    try:
        texts = (value.decode() if isinstance(value, bytes) else value for value in values)
        return database.execute(statement, tuple(texts)).rowcount == 1
    except (sqlite3.Error, UnicodeDecodeError):
        return False


def add_commit(database: sqlite3.Connection, linked: Linked) -> None:
    """Write a commit, not durable yet."""
    database.execute("INSERT INTO log VALUES (?, ?, ?, ?)", msgspec.structs.astuple(linked))
