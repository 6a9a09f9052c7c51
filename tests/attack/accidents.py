"""Everything that befalls a small file by accident, one thing at a time: each record, place and byte by itself.

A kind of accident is a list of what is spoilt and how; it does not know what a host or device makes of it.
"""

from __future__ import annotations

import re
import shutil
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from hil.files.anchor import ENDING as ANCHOR
from hil.files.anchor import Anchor
from hil.files.chain import Place

STATE, MEMORY = "host.state", "terminal.nvm"
WAL, INDEX = f"{STATE}-wal", f"{STATE}-shm"
WAL_HEAD, FRAME_HEAD = 32, 24  # bytes, as SQLite's file format has them
PAGE_SIZE_AT = 8  # in the head of a write-ahead log
MOMENT_AT = 20  # in a commit: the last byte of the moment in its head
OF_AN_ENTRY = 9  # bytes of an index: a TID and where its record is
AHEAD = 3  # records that a newer anchor knows of
KEYS = {"log": "number", "nvm": "number", "notes": "rowid"}
BODIES = {"log": "body", "nvm": "record", "notes": "body"}
NAMES = {"log": "commit", "nvm": "record of a terminal inside", "notes": "note of people inside"}


@dataclass(frozen=True)
class Accident:
    """One, at one place; ``spoil`` is given the folder that the file lies in."""

    kind: str
    where: str
    spoil: Callable[[Path], None]

    def __str__(self):
        return f"{self.kind}: {self.where}"


def few(places, most):
    """So many of them, evenly spread, the first and the last among them."""
    places = list(places)
    if len(places) <= most:
        return places
    return [places[at * (len(places) - 1) // (most - 1)] for at in range(most)]


# ---- a host's state ----------------------------------------------------------------------------


def of_a_closed_state(folder, most):
    """What befalls rows and bytes of a state that was stopped in good order."""
    with closing(sqlite3.connect(folder / STATE)) as database:
        rows = {table: [row[0] for row in database.execute(f"SELECT {key} FROM {table} ORDER BY 1")]
                for table, key in KEYS.items()}
    for table, keys in rows.items():
        for how, of_tables in _OF_ROWS.items():
            if not (statements := of_tables.get(table, of_tables.get(""))):
                continue
            pairs = list(zip(keys, [*keys[1:], keys[0]], strict=True))
            is_alone = how == "swapped with its neighbour" and len(keys) < 2
            for key, neighbour in [] if is_alone else few(pairs, most):
                yield Accident(f"{NAMES[table]} {how}", f"{key}", _rows(table, statements, key, neighbour))
    for number in few(rows["log"], most):
        yield Accident("commit with one bit of its head changed", f"{number}", _head_changed(number))
    for at in few(_of_index(folder), most):
        yield Accident("bit of the index of terminals inside", f"byte {at}", _flipped(STATE, at, 0))
    yield from _of_bytes(folder, STATE, "database", most)
    yield from _of_anchors(folder, STATE, most)


def of_a_killed_state(folder, most):
    """What befalls the write-ahead log and its index, as a kill leaves them."""
    content = (folder / WAL).read_bytes()
    page = int.from_bytes(content[PAGE_SIZE_AT:PAGE_SIZE_AT + 4], "big")
    frames = range(WAL_HEAD, len(content), FRAME_HEAD + page)
    heads = [at for frame in frames for at in range(frame, frame + FRAME_HEAD)]
    pages = [at for frame in frames for at in range(frame + FRAME_HEAD, frame + FRAME_HEAD + page)]
    yield from _bits("bit of the log's head", WAL, range(WAL_HEAD), most)
    yield from _bits("bit of a frame's head in the log", WAL, few(heads, most), most)
    yield from _bits("bit of a page in the log", WAL, few(pages, most), most)
    last = frames[-1]
    for at in few(range(last, len(content)), most):
        yield Accident("log's last frame cut", f"at byte {at}", _cut(WAL, at))
    for at in few(range(len(content)), most):
        yield Accident("log cut", f"at byte {at}", _cut(WAL, at))
    for how, spoil in _OF_FRAMES.items():
        for frame in few(range(len(frames)), most):
            yield Accident(f"frame of the log {how}", f"{frame}", _frame(spoil, frame, FRAME_HEAD + page))
    yield Accident("log missing", "all of it", _missing(WAL))
    yield from _bits("bit of the log's index", INDEX, few(range((folder / INDEX).stat().st_size), most), most)
    for at in few(range((folder / INDEX).stat().st_size), most):
        yield Accident("log's index cut", f"at byte {at}", _cut(INDEX, at))
    yield Accident("log's index missing", "all of it", _missing(INDEX))


def _rows(table, statements, key, neighbour):
    names = {"table": table, "key": KEYS[table], "body": BODIES[table]}

    def spoilt(folder):
        with closing(sqlite3.connect(folder / STATE, isolation_level=None)) as database:
            database.execute("PRAGMA ignore_check_constraints = ON")
            for (trigger,) in database.execute("SELECT name FROM sqlite_schema WHERE type = 'trigger'").fetchall():
                database.execute(f"DROP TRIGGER {trigger}")
            (last,) = database.execute(f"SELECT max({KEYS[table]}) FROM {table}").fetchone()
            for statement in statements:
                database.execute(statement.format(**names), {"at": key, "next": neighbour, "last": last})

    return spoilt


_OF_ROWS = {
    "lost": {"": ("DELETE FROM {table} WHERE {key} = :at",)},
    "doubled": {
        "log": ("UPDATE log SET number = -number - 1 WHERE number > :at",
                "UPDATE log SET number = -number WHERE number < 0",
                "INSERT INTO log SELECT number + 1, previous, link, body FROM log WHERE number = :at"),
        "nvm": ("INSERT INTO nvm SELECT :last + 1, tid, record FROM nvm WHERE number = :at",),
        "notes": ("INSERT INTO notes SELECT name || '0', body FROM notes WHERE rowid = :at",)},
    "doubled at the end": {
        "log": ("INSERT INTO log SELECT :last + 1, previous, link, body FROM log WHERE number = :at",)},
    "swapped with its neighbour": {
        "notes": ("CREATE TEMP TABLE kept AS SELECT rowid AS id, body FROM notes WHERE rowid IN (:at, :next)",
                  "UPDATE notes SET body = (SELECT body FROM kept WHERE id = :at + :next - notes.rowid) WHERE rowid IN (:at, :next)"),
        "": ("UPDATE {table} SET {key} = -1 WHERE {key} = :at",
             "UPDATE {table} SET {key} = :at WHERE {key} = :next",
             "UPDATE {table} SET {key} = :next WHERE {key} = -1")},
    "cut at its middle": {
        "": ("UPDATE {table} SET {body} = substr({body}, 1, length({body}) / 2) WHERE {key} = :at",)},
}


def _head_changed(number):
    """The moment that it says it tells of up to; its entries unpack as before."""
    def spoilt(folder):
        with closing(sqlite3.connect(folder / STATE, isolation_level=None)) as database:
            database.execute("DROP TRIGGER log_is_never_changed")
            (body,) = database.execute("SELECT body FROM log WHERE number = ?", (number,)).fetchone()
            changed = body[:MOMENT_AT] + bytes([body[MOMENT_AT] ^ 1]) + body[MOMENT_AT + 1:]
            database.execute("UPDATE log SET body = ? WHERE number = ?", (changed, number))

    return spoilt


def _of_index(folder):
    """Where its entries lie: a page is filled from its end."""
    with closing(sqlite3.connect(folder / STATE)) as database:
        (page,) = database.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'nvm_by_tid'").fetchone()
        (size,) = database.execute("PRAGMA page_size").fetchone()
    return range(page * size - OF_AN_ENTRY, page * size)


def _frame(spoil, number, length):
    def spoilt(folder):
        content = (folder / WAL).read_bytes()
        frames = [content[at:at + length] for at in range(WAL_HEAD, len(content), length)]
        (folder / WAL).write_bytes(content[:WAL_HEAD] + b"".join(spoil(frames, number)))

    return spoilt


def _without(records, at):
    return records[:at] + records[at + 1:]


def _twice(records, at):
    return [*records[:at + 1], *records[at:]]


def _at_the_end_again(records, at):
    return [*records, records[at]]


def _swapped(records, at):
    other = (at + 1) % len(records)
    changed = list(records)
    changed[at], changed[other] = records[other], records[at]
    return changed


def _halved(records, at):
    """The rest of a record that was cut at its middle goes on with the next one."""
    return [*records[:at], records[at][:len(records[at]) // 2], *records[at + 1:]]


_OF_FRAMES = {
    "lost": _without, "doubled": _twice, "doubled at the end": _at_the_end_again,
    "swapped with its neighbour": _swapped, "cut at its middle": _halved}


# ---- a device's memory -------------------------------------------------------------------------


def of_a_memory(folder, most):
    """What befalls the lines and bytes of a terminal's memory."""
    lines = (folder / MEMORY).read_bytes().splitlines(keepends=True)
    for how, spoil in _OF_LINES.items():
        for at in few(range(1, len(lines)), most):
            yield Accident(f"line {how}", f"{at}", _line(spoil, at))
    size, last = (folder / MEMORY).stat().st_size, len(lines[-1])
    for at in few(range(size - last, size), most):
        yield Accident("last line cut", f"at byte {at}", _cut(MEMORY, at))
    yield from _of_bytes(folder, MEMORY, "memory", most)
    yield from _of_anchors(folder, MEMORY, most)


def _line(spoil, at):
    def spoilt(folder):
        path = folder / MEMORY
        path.write_bytes(b"".join(spoil(path.read_bytes().splitlines(keepends=True), at)))

    return spoilt


def _halved_line(lines, at):
    """With its line feed: the next line is whole."""
    return [*lines[:at], lines[at][:len(lines[at]) // 2] + b"\n", *lines[at + 1:]]


def _other_digit(lines, at):
    """Of what it says, not of its checksums and its number; a line without digits is spoilt otherwise."""
    *head, body = lines[at].split(b" ", 3)
    changed = re.sub(rb"[0-9]", lambda digit: b"%d" % (9 - int(digit.group())), body, count=1)
    return [*lines[:at], b" ".join((*head, changed if changed != body else body.upper())), *lines[at + 1:]]


_OF_LINES = {
    "lost": _without, "doubled": _twice, "doubled at the end": _at_the_end_again,
    "swapped with its neighbour": lambda lines, at: [lines[0], *_swapped(lines[1:], at - 1)],
    "with another digit": _other_digit,
    "cut at its middle": _halved_line, "cut at its middle, its end too": _halved}


# ---- any file ----------------------------------------------------------------------------------


def _of_bytes(folder, name, called, most):
    size = (folder / name).stat().st_size
    yield from _bits(f"bit of the {called}", name, few(range(size), most), most)
    for at in few(range(size), most):
        yield Accident(f"{called} cut", f"at byte {at}" if at else "to nothing", _cut(name, at))
    yield Accident(f"{called} missing", "all of it", _missing(name))


def _of_anchors(folder, name, most):
    anchor = name + ANCHOR
    size = (folder / anchor).stat().st_size
    yield from _bits(f"bit of the anchor of {name}", anchor, few(range(size), most), most)
    for at in few(range(size), most):
        yield Accident(f"anchor of {name} cut", f"at byte {at}", _cut(anchor, at))
    yield Accident(f"anchor of {name} missing", "all of it", _missing(anchor))
    places = _places_of(folder, name)
    for place in few(places[:-1], most):
        yield Accident(f"anchor of {name} older", f"behind record {place.number}", _anchored(anchor, place))
    for more in range(1, AHEAD + 1):
        newer = Place(places[-1].number + more, more)
        yield Accident(f"anchor of {name} newer", f"behind record {newer.number}", _anchored(anchor, newer))
    for place in few(places, most):
        strange = Place(place.number, place.link ^ 1)
        yield Accident(f"anchor of another {name}", f"behind record {place.number}", _anchored(anchor, strange))


def _places_of(folder, name):
    if name == STATE:
        with closing(sqlite3.connect(folder / name)) as database:
            return [Place(*row) for row in database.execute("SELECT number, link FROM log ORDER BY number")]
    lines = (folder / name).read_bytes().splitlines()[1:]
    return [Place(int(number), int(link, 16)) for link, _, number, _ in (line.split(b" ", 3) for line in lines)]


def _anchored(name, place):
    """In both of its places, as if it had been written twice."""
    def spoilt(folder):
        (folder / name).unlink()
        anchor = Anchor(folder / name)
        anchor.moves(place)
        anchor.moves(place)
        anchor.close()

    return spoilt


def _bits(kind, name, places, most):
    for at in few(places, most):
        bit = at * 5 % 8
        yield Accident(kind, f"{bit} of byte {at}", _flipped(name, at, bit))


def _flipped(name, at, bit):
    def spoilt(folder):
        content = bytearray((folder / name).read_bytes())
        content[at] ^= 1 << bit
        (folder / name).write_bytes(content)

    return spoilt


def _cut(name, at):
    def spoilt(folder):
        with (folder / name).open("r+b") as file:
            file.truncate(at)

    return spoilt


def _missing(name):
    return lambda folder: (folder / name).unlink()


def copied(source, folder):
    """All of a folder, but what it was said on."""
    shutil.rmtree(folder, ignore_errors=True)
    shutil.copytree(source, folder, ignore=shutil.ignore_patterns("errors", "*.lock", "*.errors", "control"))
    return folder
