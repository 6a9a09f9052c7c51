"""All that is wrong with a host's state, and how far it is whole; nothing of it is changed.

A state that its host has open is read beside it.  One with a write-ahead log that nobody has open is
looked at in a copy, since SQLite would fold the log into the file.
"""

from __future__ import annotations

import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from hil.files import state_sayings as say
from hil.files.anchor import NoAnchorError, anchor_of, anchored
from hil.files.chain import ChainDamage, Linked, Place, followed, place_of
from hil.files.damage import Damage, Kind, of_chain
from hil.files.state_file import (
    APPLICATION_ID,
    FORMAT,
    HEADER,
    beside_log,
    is_begun_as_ours,
    linked_in_row,
)
from hil.files.state_log import Beside, CommitError, EntryKind, entries_of, head_of
from hil.files.wal_reading import Stop, WalReading, read_wal
from simulator.catalogue.language import Told
from simulator.commands.outputs import in_use

_WAL = "-wal"
_FAULTS = 5  # of the database's own check
_TRIES = 4  # while somebody writes who is not known to have it
_FROM = "SELECT number, previous, link, body FROM log WHERE number > ? ORDER BY number"
_ONE = "SELECT number, previous, link, body FROM log WHERE number = ?"
_LOST_AT_END = frozenset({Kind.CUT, Kind.EMPTY, Kind.FOREIGN, Kind.UNREADABLE, Kind.CHANGED, Kind.LOST})


class StateLook(msgspec.Struct, frozen=True, kw_only=True):
    """What was found."""

    damage: tuple[Damage, ...] = ()
    remarks: tuple[Told, ...] = ()
    format: int = 0  # 0: not known
    kept: tuple[Linked, ...] = ()  # commits that are whole, in their order, where they were asked for
    commits: int = 0  # that are whole
    entries: dict[EntryKind, int] = msgspec.field(default_factory=dict)  # in them
    links: dict[int, int] = msgspec.field(default_factory=dict)  # of whole commits, by number
    end: Place = Place()  # behind the last of them
    last_ms: int = 0  # the latest moment that it tells of
    known_end: Place | None = None  # what the anchor says
    memories: tuple[tuple[int, str, bytes], ...] = ()  # of terminals inside
    notes: tuple[tuple[str, bytes], ...] = ()
    is_open: bool = False  # its host has it


def look_at_state(path: Path, *, keep: bool = False, is_ours: bool = False) -> StateLook:
    """Read it, and ``keep`` what is whole; ``OSError`` where that cannot be.  ``is_ours``: we have it, closed."""
    real = path.resolve()
    for _ in range(_TRIES):
        before = _marks(real)
        look = _look(real, keep=keep, is_ours=is_ours)
        if look.is_open or not look.damage or before == _marks(real):
            break
    return look


def _marks(real: Path) -> list[tuple[int, int] | None]:
    """What changes when somebody writes."""
    marks: list[tuple[int, int] | None] = []
    for each in (real, _wal_of(real), anchor_of(real)):
        try:
            facts = each.stat()
        except FileNotFoundError:
            marks.append(None)
        else:
            marks.append((facts.st_size, facts.st_mtime_ns))
    return marks


def _wal_of(real: Path) -> Path:
    return real.with_name(real.name + _WAL)


def _look(real: Path, *, keep: bool, is_ours: bool) -> StateLook:
    end: Place | None = None
    of_anchor: list[Damage] = []
    try:  # before the state: it never claims more than is there then
        end = anchored(anchor_of(real))
    except NoAnchorError as error:
        of_anchor.append(Damage(Kind.ANCHOR, say.NO_ANCHOR.both(
            anchor=anchor_of(real).name, error=say.anchor_told(str(error))), file=anchor_of(real).name))
    is_open = not is_ours and real.exists() and bool(in_use(real))
    size = real.stat().st_size if real.exists() else 0
    if not size:
        count = end.number if end is not None else 0
        gone = Damage(Kind.EMPTY, say.NOTHING_LEFT.both(count=count), 1, count)
        return StateLook(damage=(gone, *of_anchor), known_end=end, is_open=is_open)
    with real.open("rb") as file:
        if not is_begun_as_ours(file.read(HEADER)):
            return StateLook(damage=(Damage(Kind.HEAD, say.HEAD.both()), *of_anchor), known_end=end)
    try:
        with untouched(real, is_open=is_open) as database:
            look = _read(database, end, keep=keep)
    except sqlite3.Error as error:
        raise OSError(str(error)) from error
    look = msgspec.structs.replace(
        look, is_open=is_open, damage=(*look.damage, *(of_anchor if look.format == FORMAT else ())))
    return look if is_open else _with_wal(real, look)


@contextmanager
def untouched(real: Path, *, is_open: bool) -> Iterator[sqlite3.Connection]:
    """The database, or a copy of it; neither it nor what lies beside it is changed by reading."""
    wal = _wal_of(real)
    if is_open:
        with closing(sqlite3.connect(f"{real.as_uri()}?mode=ro", uri=True)) as database:
            yield database
    elif wal.exists() and wal.stat().st_size:
        with TemporaryDirectory(prefix="daozhang-") as folder:
            copy = Path(folder) / "state"
            shutil.copyfile(real, copy)
            shutil.copyfile(wal, _wal_of(copy))
            with closing(sqlite3.connect(copy)) as database:
                yield database
    else:
        with closing(sqlite3.connect(f"{real.as_uri()}?immutable=1", uri=True)) as database:
            yield database


def _read(database: sqlite3.Connection, end: Place | None, *, keep: bool = False) -> StateLook:
    damage: list[Damage] = []
    try:
        database.execute("BEGIN")  # all of it of one moment
        (version,) = database.execute("PRAGMA user_version").fetchone()
        (known,) = database.execute("PRAGMA application_id").fetchone()
        if known != APPLICATION_ID:
            return StateLook(damage=(_gone(end),), known_end=end)
        if version != FORMAT:
            return StateLook(damage=(*_of_format(version, end), *_faults(database)), format=version, known_end=end)
    except (sqlite3.Error, UnicodeDecodeError) as error:
        return StateLook(damage=(_unreadable(error),), known_end=end)
    counted = _Counted(keep=keep)
    for each in followed(_rows(database, end, damage), end=end):
        if isinstance(each, ChainDamage):
            damage.append(_in_log(each))
        elif not counted.takes(each):
            damage.append(_unreadable(CommitError(f"commit {each.number}"), each.number))
    last = counted.last
    expected = head_of(last.body).beside if last is not None else Beside()
    at = place_of(last) if last is not None else Place()
    memories, notes = _tables(database, damage)
    with suppress(sqlite3.Error):
        found = beside_log(database)
        if found != expected and (end is None or at.number >= end.number):
            damage.append(Damage(Kind.TABLES, say.IN_TABLES.both(found=found.rows, expected=expected.rows)))
    damage += _faults(database)
    return StateLook(
        damage=tuple(damage), format=version, kept=tuple(counted.kept), commits=len(counted.links),
        links=counted.links, entries=counted.entries, end=at, known_end=end, memories=memories, notes=notes,
        last_ms=head_of(last.body).last_ms if last is not None else 0)


class _Counted:
    """What was whole so far."""

    def __init__(self, *, keep: bool) -> None:
        self._keep = keep
        self.kept: list[Linked] = []
        self.links: dict[int, int] = {}
        self.entries = dict.fromkeys(EntryKind, 0)
        self.last: Linked | None = None

    def takes(self, linked: Linked) -> bool:
        """Whether it is a commit that can be read."""
        try:
            head_of(linked.body)
            entries = entries_of(linked.body)
        except (CommitError, ValueError):
            return False
        if self._keep:
            self.kept.append(linked)
        self.links[linked.number] = linked.link
        for entry in entries:
            self.entries[entry.kind] += 1
        if self.last is None or linked.number > self.last.number:
            self.last = linked
        return True


def _gone(end: Place | None) -> Damage:
    count = end.number if end is not None else 0
    return Damage(Kind.EMPTY, say.NOTHING_LEFT.both(count=count), 1, count)


def _of_format(version: int, end: Place | None) -> Iterator[Damage]:
    """Of a format that is not today's: none that there was, or an older one where today's has been."""
    if not 1 <= version < FORMAT:
        yield Damage(Kind.UNREADABLE, say.OTHER_FORMAT.both(version=version, format=FORMAT))
    elif end is not None and end.number:
        yield Damage(Kind.OLDER, say.OLDER_COPY.both(count=end.number), 1, end.number)


def _unreadable(error: Exception, record: int = 0) -> Damage:
    return Damage(Kind.UNREADABLE, say.UNREADABLE.both(error=error), record)


def _in_log(each: ChainDamage) -> Damage:
    damage = of_chain(each)
    return msgspec.structs.replace(damage, told=say.IN_LOG.both(damage=damage.told))


def _rows(database: sqlite3.Connection, end: Place | None, damage: list[Damage]) -> Iterator[Linked | None]:
    """The rows of the log; a row on a page that cannot be read is None, and the next ones are tried."""
    last, most, is_told = 0, end.number if end is not None else 0, False
    with suppress(sqlite3.Error):
        (found,) = database.execute("SELECT coalesce(max(number), 0) FROM log").fetchone()
        most = max(most, found)
    while True:
        try:
            for row in database.execute(_FROM, (last,)):
                last = row[0]
                yield linked_in_row(row)
        except sqlite3.Error as error:
            if not is_told:
                damage.append(_unreadable(error, last + 1))
                is_told = True
        else:
            return
        last += 1
        if last > most:
            return
        try:
            row = database.execute(_ONE, (last,)).fetchone()
        except sqlite3.Error:
            yield None
        else:
            if row is not None:
                yield linked_in_row(row)


def _tables(
    database: sqlite3.Connection, damage: list[Damage],
) -> tuple[tuple[tuple[int, str, bytes], ...], tuple[tuple[str, bytes], ...]]:
    try:
        memories = tuple((number, tid.decode(errors="replace"), record) for number, tid, record in database.execute(
            "SELECT number, coalesce(CAST(tid AS BLOB), x''), coalesce(CAST(record AS BLOB), x'') "
            "FROM nvm ORDER BY number"))
        notes = tuple((name.decode(errors="replace"), body) for name, body in database.execute(
            "SELECT coalesce(CAST(name AS BLOB), x''), coalesce(CAST(body AS BLOB), x'') FROM notes"))
    except sqlite3.Error as error:
        damage.append(_unreadable(error))
        return (), ()
    return memories, notes


def _faults(database: sqlite3.Connection) -> Iterator[Damage]:
    """What the database finds wrong with itself, page by page."""
    try:
        for (told,) in database.execute(f"PRAGMA integrity_check({_FAULTS})").fetchall():
            if told != "ok":
                yield from (Damage(Kind.PAGES, say.PAGES.both(what=each)) for each in str(told).splitlines()  # an unknown fault has no words
                            if not each.startswith("***"))
    except (sqlite3.Error, UnicodeDecodeError) as error:
        yield _unreadable(error)


def _with_wal(real: Path, look: StateLook) -> StateLook:
    """What the write-ahead log has to do with it."""
    wal, name = read_wal(_wal_of(real)), _wal_of(real).name
    kinds = {each.kind for each in look.damage} & _LOST_AT_END
    is_lost, is_cut_only = bool(kinds), kinds <= {Kind.CUT}
    found: list[Damage] = []
    remarks: list[Told] = []
    if wal is None:
        if any(each.kind in {Kind.CUT, Kind.EMPTY} for each in look.damage):
            found.append(Damage(Kind.WAL_MISSING, say.WAL_MISSING.both(), file=name))
    elif wal.stop is Stop.CHANGED:
        found.append(_changed(wal, name))
    elif is_lost and (alone := _alone(real)) is not None and (alone > look.end.number or not is_cut_only):
        found.append(Damage(Kind.WAL_FOREIGN, say.WAL_FOREIGN.both(number=alone), file=name))
    elif is_lost and wal.stop is not Stop.TOO_LONG:
        found.append(Damage(
            Kind.WAL_CUT, say.WAL_CUT.both(offset=wal.offset, frames=wal.frames), file=name))
    elif wal.stop is Stop.UNFINISHED:
        remarks.append(say.WAL_UNFINISHED.both())
    return msgspec.structs.replace(look, damage=(*look.damage, *found), remarks=(*look.remarks, *remarks))


def _changed(wal: WalReading, name: str) -> Damage:
    return Damage(Kind.WAL_CHANGED, say.WAL_CHANGED.both(offset=wal.offset, frames=wal.frames), file=name)


def _alone(real: Path) -> int | None:
    """How far the file goes without its write-ahead log, where that is farther than with it or whole."""
    with TemporaryDirectory(prefix="daozhang-") as folder:
        copy = Path(folder) / "state"
        shutil.copyfile(real, copy)
        with closing(sqlite3.connect(f"{copy.as_uri()}?immutable=1", uri=True)) as database:
            alone = _read(database, None)
    is_whole = alone.format == FORMAT and not alone.damage
    return alone.end.number if is_whole else None
