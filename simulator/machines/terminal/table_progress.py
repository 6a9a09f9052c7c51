"""How far the download of a table is: what is known of it, and whether it is whole.

A step that does not follow on the last one (its record was lost to damage) puts the download back
to its beginning: nothing that may be half is ever called whole.
"""

from __future__ import annotations

import msgspec

from simulator.wire.tables import TABLES, Shape, Table


class TableProgress(msgspec.Struct, frozen=True, gc=False):
    """The entries that came, and what is still to come."""

    table: Table
    names: tuple[bytes, ...] = ()  # of a listed table
    listed: bool = False  # all names are known
    entries: tuple[bytes, ...] = ()
    at: int = 0  # of the next name, or the next number
    loaded: bool = False  # all entries are here

    @property
    def is_whole(self) -> bool:
        """Whether nothing is missing."""
        if TABLES[self.table].shape is Shape.LISTED:
            return self.listed and self.at == len(self.names)
        return self.loaded


def named(progress: TableProgress, names: tuple[bytes, ...], *, whole: bool) -> TableProgress:
    """After so many names more."""
    return msgspec.structs.replace(progress, names=progress.names + names, listed=whole)


def came(
    progress: TableProgress, entries: tuple[bytes, ...], next_at: int, *, whole: bool,
) -> TableProgress:
    """After so many entries more; none where the host has none of the name that was asked for."""
    numbered = TABLES[progress.table].shape is Shape.NUMBERED
    if next_at != progress.at + (len(entries) if numbered else 1):
        return TableProgress(progress.table)
    return msgspec.structs.replace(
        progress, entries=progress.entries + entries, at=next_at, loaded=whole)
