"""Where all records are while they are matched: a private database that spills to disk by itself.

SQLite's own unnamed database: what does not fit into its cache goes to a temporary file that nobody
else can open and that is gone with the process.  Card numbers in it are masked.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from types import TracebackType
from typing import Any, Self

import msgspec

from simulator.reconciliation.entry import FIELDS, Entry

_CACHE_KIB = 48 * 1024
_AT_ONCE = 20_000
# ``order`` is a word of SQL
COLUMNS = tuple("ord" if name == "order" else name for name in FIELDS)
_TABLE = f"""
CREATE TABLE rec (
  id INTEGER PRIMARY KEY, {", ".join(COLUMNS)},
  state TEXT NOT NULL DEFAULT '', mate INTEGER, paid INTEGER, pay INTEGER,
  level TEXT NOT NULL DEFAULT '', why TEXT NOT NULL DEFAULT '', beside INTEGER
)"""
_PAYOUTS = """
CREATE TABLE pay (
  id INTEGER PRIMARY KEY, ref TEXT, mid TEXT, settled INTEGER, due INTEGER, items INTEGER,
  gross INTEGER, fee INTEGER, no_fee INTEGER, off INTEGER NOT NULL DEFAULT 0,
  account TEXT NOT NULL DEFAULT '', suspended TEXT NOT NULL DEFAULT '', state TEXT NOT NULL DEFAULT '',
  paid INTEGER, paid_at INTEGER, paid_day INTEGER, why TEXT NOT NULL DEFAULT ''
)"""
_INSERT = f"INSERT INTO rec ({', '.join(COLUMNS)}) VALUES ({', '.join('?' * len(COLUMNS))})"  # noqa: S608  names of our own


class Store:
    """All records of all sides.  A context manager."""

    def __init__(self) -> None:
        self._base = sqlite3.connect("", isolation_level=None)
        self._base.execute("PRAGMA journal_mode=OFF")
        self._base.execute("PRAGMA synchronous=OFF")
        self._base.execute(f"PRAGMA cache_size=-{_CACHE_KIB}")
        self._base.execute(_TABLE)
        self._base.execute(_PAYOUTS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._base.close()

    def add(self, entries: Iterable[Entry]) -> None:
        """Records, in the order in which they were read."""
        self._base.execute("BEGIN")
        self._base.executemany(_INSERT, map(msgspec.structs.astuple, entries))
        self._base.execute("COMMIT")

    def rows(self, query: str, *facts: object) -> Iterator[tuple[Any, ...]]:
        """The rows of a query, one by one."""
        return self._base.execute(query, facts)

    def one(self, query: str, *facts: object) -> tuple[Any, ...]:
        """The only row of a query."""
        row: tuple[Any, ...] = self._base.execute(query, facts).fetchone()
        return row

    def change(self, query: str, rows: Iterable[tuple[Any, ...]]) -> None:
        """A change for each of these rows, all or none."""
        self._base.execute("BEGIN")
        self._base.executemany(query, rows)
        self._base.execute("COMMIT")

    def do(self, query: str, *facts: object) -> None:
        """One change."""
        self._base.execute(query, facts)
