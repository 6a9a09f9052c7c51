"""One thing that is wrong with a file that must not forget: its kind, in words, and which record is meant."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from hil.files.chain import ChainDamage
from simulator.catalogue.language import Told


class Kind(StrEnum):
    """What befell a file; the first six are those of a chain."""

    CHANGED = "changed"
    LOST = "lost"
    DOUBLED = "doubled"
    SWAPPED = "swapped"
    FOREIGN = "foreign"
    CUT = "cut"
    UNREADABLE = "unreadable"  # the database, or a record of another version
    PAGES = "pages"  # the database's own check of itself finds fault
    TABLES = "tables"  # what lies beside the log does not fit it
    EMPTY = "empty"  # nothing is left where something was
    OLDER = "older"  # an older copy is in its place
    ANCHOR = "anchor"  # what says how far it goes is missing or damaged
    WAL_MISSING = "wal_missing"
    WAL_CHANGED = "wal_changed"
    WAL_CUT = "wal_cut"
    WAL_FOREIGN = "wal_foreign"
    HEAD = "head"  # the first bytes, by which it is known
    SNAPSHOT_CHANGED = "snapshot_changed"
    SNAPSHOT_FOREIGN = "snapshot_foreign"


class Damage(msgspec.Struct, frozen=True):
    """One finding."""

    kind: Kind
    told: Told
    record: int = 0  # the first that is meant, 0: none in particular
    count: int = 0  # of records
    file: str = ""  # that lies beside, "" for the file itself


def of_chain(damage: ChainDamage) -> Damage:
    """Where a chain is broken."""
    return Damage(Kind(damage.kind.value), damage.told(), damage.number, damage.count)
