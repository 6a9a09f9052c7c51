"""A state that is not as its host left it, made one that a host can go on with: its whole beginning, and no more.

What was there is kept beside it, under ``.damaged-N``.  It decides nothing: whoever asks has said so.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from hil.files.anchor import Anchor, anchor_of
from hil.files.chain import Linked, Place, after, place_of
from hil.files.nvm_file import sync_directory
from hil.files.one_owner import PRIVATE, OneOwner
from hil.files.state_file import BESIDE, Stands, add_commit, create, tables_hold
from hil.files.state_findings import StateLook
from hil.files.state_log import Beside, Entry, Head, head_of, pack, row_checksum

_NEW = ".new"
_MOST = 1_000


def whole_beginning(look: StateLook) -> list[Linked]:
    """The commits before the first damage of the chain."""
    place, whole = Place(), []
    for linked in sorted(look.kept, key=lambda each: each.number):
        if linked.number != place.number + 1 or linked.previous != place.link:
            break
        whole.append(linked)
        place = place_of(linked)
    return whole


def stands_after(beginning: Sequence[Linked]) -> Stands:
    """Where a log with this beginning ends."""
    return Stands() if not beginning else Stands(place_of(beginning[-1]), head_of(beginning[-1].body))


def set_aside(path: Path) -> Path:
    """Copies of a state and of all that lies beside it; where they are."""
    for number in range(1, _MOST):
        aside = path.with_name(f"{path.name}.damaged-{number}")
        if not any(aside.with_name(aside.name + ending).exists() for ending in ("", *BESIDE)):
            break
    for ending in ("", *BESIDE):
        source = path.with_name(path.name + ending)
        if source.exists():
            copy = aside.with_name(aside.name + ending)
            shutil.copyfile(source, copy)
            copy.chmod(PRIVATE)
    return aside


def put_back(path: Path, aside: Path) -> None:
    """What was set aside takes its place again."""
    for ending in ("", *BESIDE):
        kept, place = aside.with_name(aside.name + ending), path.with_name(path.name + ending)
        if kept.exists():
            kept.replace(place)
        else:
            place.unlink(missing_ok=True)
    sync_directory(path.parent)


def rebuild(owner: OneOwner, look: StateLook, beginning: Sequence[Linked], news: Sequence[Entry]) -> None:
    """Put this beginning, and one commit of news, in the place of a state, at once or not at all."""
    path = owner.path
    new = path.with_name(path.name + _NEW)
    new.unlink(missing_ok=True)
    os.close(os.open(new, os.O_CREAT | os.O_EXCL | os.O_WRONLY, PRIVATE))
    stands = stands_after(beginning)
    with closing(sqlite3.connect(new, isolation_level=None)) as database:
        database.execute("PRAGMA synchronous = FULL")
        database.execute("BEGIN IMMEDIATE")
        create(database)
        for linked in beginning:
            add_commit(database, linked)
        beside = _tables(database, look)
        last = after(stands.place, pack(Head(stands.next_entry, len(news), stands.head.last_ms, beside), news))
        add_commit(database, last)
        database.execute("COMMIT")
    for ending in BESIDE:
        path.with_name(path.name + ending).unlink(missing_ok=True)
    descriptor = os.open(new, os.O_RDWR)
    owner.takes(descriptor)
    os.close(descriptor)
    new.replace(path)
    anchor = Anchor(anchor_of(path))
    anchor.moves(place_of(last))
    anchor.close()
    sync_directory(path.parent)


def _tables(database: sqlite3.Connection, look: StateLook) -> Beside:
    """What lies beside the log, as far as it can be held there."""
    beside = Beside()
    for number, tid, record in look.memories:
        if tables_hold(database, "INSERT OR IGNORE INTO nvm VALUES (?, ?, ?)", number, tid, record):
            beside = beside.more(row_checksum(number, tid.encode(), record))
    for name, body in look.notes:
        if tables_hold(database, "INSERT OR IGNORE INTO notes VALUES (?, ?)", name, body):
            beside = beside.more(row_checksum(0, name.encode(), body))
    return beside
