"""A host's state as others read it: whole or as far as it is whole, also while its host is running.

Reads only, and leaves nothing lying beside what it reads.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from hil.files import state_sayings as say
from hil.files.anchor import NoAnchorError, anchor_of, anchored
from hil.files.chain import ChainDamage, Place, followed
from hil.files.state_file import commits, look_only
from hil.files.state_log import CommitError, EntryKind, entries_of
from simulator.catalogue.language import Told


class DamagedStateError(Exception):
    """A state cannot be believed; the text is for people."""

    def __init__(self, told: Told) -> None:
        super().__init__(told.en)
        self.told = told


def trace_lines(path: Path) -> list[bytes]:
    """The trace in a state; ``DamagedStateError`` or ``sqlite3.Error`` where it is not whole."""
    end = end_known(path)
    with read_only(path) as database:
        if is_before_the_log(database):
            return [line.encode() for (line,) in database.execute("SELECT line FROM trace ORDER BY number")]
        lines: list[bytes] = []
        for each in followed(commits(database), end=end):
            if isinstance(each, ChainDamage):
                raise DamagedStateError(say.IN_LOG.both(damage=each.told()))
            try:
                lines += (entry.body for entry in entries_of(each.body) if entry.kind is EntryKind.TRACE)
            except CommitError as error:
                raise DamagedStateError(say.UNREADABLE.both(error=error)) from None
        return lines


def end_known(path: Path) -> Place | None:
    """What the anchor says, asked before the state is read: it never claims more than is there then."""
    try:
        return anchored(anchor_of(path))
    except NoAnchorError:
        return None


@contextmanager
def read_only(path: Path) -> Iterator[sqlite3.Connection]:
    """The database, closed afterwards."""
    real = path.resolve()
    with closing(sqlite3.connect(f"{real.as_uri()}?{look_only(real)}", uri=True)) as database:
        yield database


def is_before_the_log(database: sqlite3.Connection) -> bool:
    """Whether it is of a format that had no chain."""
    return database.execute("SELECT 1 FROM sqlite_schema WHERE name = 'log'").fetchone() is None
