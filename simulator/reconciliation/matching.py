"""Records of two sides are paired, each at most once; what is left over is named.

Level by level (:mod:`simulator.reconciliation.levels`): both sides are read in the order of the
level's key and go side by side, so nothing but one key's records is in memory at a time.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any

import msgspec

from simulator.local_time import DAY_MS
from simulator.reconciliation.differences import (
    COLUMNS,
    TOLERANCE_MS,
    Look,
    differences,
    named,
)
from simulator.reconciliation.entry import NO_MONEY, OF_NO_SALE, Side
from simulator.reconciliation.levels import LEVELS, Level
from simulator.reconciliation.states import State
from simulator.reconciliation.store import Store

_TELLS_APART = 0.5  # a key that has fewer values than this share of its records names nothing
_FEW = 4  # so many records need not be told apart
_SAME_KEY = 64  # records of one key beside one another; more is no key

Pair = tuple[int, int]


class Matched(msgspec.Struct, frozen=True, gc=False):
    """How many were found by a level."""

    level: str
    count: int


def match(
    store: Store, one: Side, other: Side, *, levels: Sequence[Level] = LEVELS,
    tolerance_ms: int = TOLERANCE_MS, link: str = "mate",
) -> list[Matched]:
    """Pairs records of two sides; ``link`` of both and the level are written."""
    found = []
    for level in levels:
        if not _is_of_use(store, level, one, other, link):
            continue
        count = 0
        pairs = _by_time(store, level, one, other, tolerance_ms, link) if level.weak else _by_key(
            store, level, one, other, tolerance_ms, link)
        links: list[tuple[int, str, int]] = []
        for here, there in pairs:
            links += [(there, level.id, here), (here, level.id, there)]
            count += 1
        store.change(f"UPDATE rec SET {link} = ?, level = ? WHERE id = ?", links)  # noqa: S608  names of our own
        if count:
            found.append(Matched(level.id, count))
    return found


def _key(level: Level) -> str:
    sign = ", amount < 0" if level.signed else ""
    return ", ".join(level.columns) + sign


def _has_all(level: Level) -> str:
    return " AND ".join(f"{column} IS NOT NULL AND {column} != ''" for column in level.columns)


def _open(side: Side, link: str) -> str:
    return f"side = '{side.value}' AND {link} IS NULL AND state = '' AND kind NOT IN {OF_NO_SALE}"


def _is_of_use(store: Store, level: Level, one: Side, other: Side, link: str) -> bool:
    """Whether both sides have the key, and it tells their records apart."""
    for side in (one, other):
        rows, = store.one(f"SELECT count(*) FROM rec WHERE {_open(side, link)} AND {_has_all(level)}")  # noqa: S608  names of our own
        if not rows:
            return False
        if level.names and rows > _FEW:
            keys, = store.one(
                f"SELECT count(*) FROM (SELECT DISTINCT {_key(level)} FROM rec WHERE {_open(side, link)} AND {_has_all(level)})")  # noqa: S608  the same
            if keys < rows * _TELLS_APART:
                return False
    return True


def _keyed(store: Store, level: Level, side: Side, link: str) -> Iterator[tuple[Any, list[Look]]]:
    """The open records of a side by key, in its order."""
    wide = len(level.columns) + level.signed
    rows = store.rows(
        f"SELECT {_key(level)}, {COLUMNS} FROM rec WHERE {_open(side, link)} AND {_has_all(level)} "  # noqa: S608  the same
        f"ORDER BY {_key(level)}, id")
    for key, group in groupby(rows, key=lambda row: row[:wide]):
        yield key, [Look(*row[wide:]) for row in group]


def _beside(
    store: Store, level: Level, one: Side, other: Side, link: str,
) -> Iterator[tuple[list[Look], list[Look]]]:
    """The records of both sides that have a key in common."""
    here, there = _keyed(store, level, one, link), _keyed(store, level, other, link)
    mine, theirs = next(here, None), next(there, None)
    while mine is not None and theirs is not None:
        if mine[0] == theirs[0]:
            yield mine[1], theirs[1]
            mine, theirs = next(here, None), next(there, None)
        elif _before(mine[0], theirs[0]):
            mine = next(here, None)
        else:
            theirs = next(there, None)


def _before(one: tuple[Any, ...], other: tuple[Any, ...]) -> bool:
    """In the order of the database: numbers before texts."""
    for here, there in zip(one, other, strict=True):
        if here != there:
            if isinstance(here, str) != isinstance(there, str):
                return isinstance(there, str)
            return bool(here < there)
    return False


def _by_key(
    store: Store, level: Level, one: Side, other: Side, tolerance_ms: int, link: str,
) -> Iterator[Pair]:
    for here, there in _beside(store, level, one, other, link):
        if len(here) == 1 == len(there):
            if not (level.doubted and _is_another(here[0], there[0])):
                yield here[0].id, there[0].id
        elif level.names or (len(here) <= _SAME_KEY and len(there) <= _SAME_KEY):
            yield from _best(here[:_SAME_KEY], there[:_SAME_KEY], tolerance_ms, level)


def _best(
    here: list[Look], there: list[Look], tolerance_ms: int, level: Level,
) -> Iterator[Pair]:
    """Of several with one key those first that agree best; where it is no name, those that agree in all."""
    ranked = sorted(
        (len(differences(mine, their, tolerance_ms)), _gap(mine, their), mine.id, their.id)
        for mine in here for their in there if not (level.doubted and _is_another(mine, their))
    )
    used: set[int] = set()
    for count, _, mine, their in ranked:
        if mine in used or their in used or (count and not level.names):
            continue
        used |= {mine, their}
        yield mine, their


def _is_another(one: Look, other: Look) -> bool:
    return sum(1 for _ in named(one, other)) > 1


def _gap(one: Look, other: Look) -> int:
    if one.at is not None and other.at is not None:
        return abs(one.at - other.at)
    return 0 if one.day is None or other.day is None else abs(one.day - other.day) * DAY_MS


def _by_time(
    store: Store, level: Level, one: Side, other: Side, tolerance_ms: int, link: str,
) -> Iterator[Pair]:
    """The nearest in time of those of one key, where nothing speaks against it."""
    for here, there in _beside(store, level, one, other, link):
        here.sort(key=_moment)
        there.sort(key=_moment)
        used: set[int] = set()
        begin = 0
        for mine in here:
            while begin < len(there) and _moment(there[begin]) < _moment(mine) - DAY_MS:
                begin += 1
            best: tuple[int, int] | None = None
            for their in there[begin:begin + _SAME_KEY]:
                if _moment(their) > _moment(mine) + DAY_MS:
                    break
                if their.id not in used and _goes_with(mine, their, tolerance_ms):
                    best = min(best or (1 << 62, 0), (_gap(mine, their), their.id))
            if best is not None:
                used.add(best[1])
                yield mine.id, best[1]


def _moment(look: Look) -> int:
    if look.at is not None:
        return look.at
    return 0 if look.day is None else look.day * DAY_MS + DAY_MS // 6  # noon in Beijing


def _goes_with(one: Look, other: Look, tolerance_ms: int) -> bool:
    """By sum and time: both have a time or a day, and no name speaks against it."""
    if one.day is None or other.day is None:
        return False
    if one.at is not None and other.at is not None:
        if abs(one.at - other.at) > tolerance_ms:
            return False
    elif one.day != other.day:
        return False
    return not any(named(one, other))


# ---- what is left over -----------------------------------------------------------------------


def tell_left_over(store: Store, side: Side, levels: Sequence[Level] = LEVELS) -> None:
    """Of records that nobody else has: which cancel each other out, which are there twice."""
    for level in levels:
        if not level.names or not _has_same(store, level, side):
            continue
        changes: list[tuple[str, int, int]] = []
        for group in _same_name(store, level, side):
            if not level.shared:
                changes += _cancelled(group)
            done = {row for _, _, row in changes}
            changes += _twice([row for row in group if row.id not in done], level)
        store.change("UPDATE rec SET state = ?, beside = ? WHERE id = ?", changes)


class _Row(Look, frozen=True, gc=False):
    mate: int | None  # on whatever other side


def _left(level: Level, side: Side) -> str:
    return (f"side = '{side.value}' AND state = '' AND ok != {NO_MONEY} "
            f"AND kind NOT IN {OF_NO_SALE} AND {_has_all(level)}")


def _has_same(store: Store, level: Level, side: Side) -> bool:
    """Whether some records of a side have one name, and the name tells the others apart."""
    keys, rows = store.one(
        f"SELECT count(*), sum(n) FROM (SELECT count(*) AS n FROM rec WHERE {_left(level, side)} "  # noqa: S608  names of our own
        f"GROUP BY {', '.join(level.columns)})")
    return bool(rows) and keys < rows and (rows <= _FEW or keys >= rows * _TELLS_APART)


def _same_name(store: Store, level: Level, side: Side) -> Iterator[list[_Row]]:
    key = ", ".join(level.columns)
    wide = len(level.columns)
    rows = store.rows(
        f"SELECT {key}, {COLUMNS}, coalesce(mate, paid) FROM rec WHERE {_left(level, side)} AND ({key}) IN "  # noqa: S608  the same
        f"(SELECT {key} FROM rec WHERE {_left(level, side)} GROUP BY {key} HAVING count(*) > 1) ORDER BY {key}, id")
    for _, group in groupby(rows, key=lambda row: row[:wide]):
        found = [_Row(*row[wide:]) for row in group]
        if len(found) > 1:
            yield found


def _cancelled(group: list[_Row]) -> list[tuple[str, int, int]]:
    """A sale and its reversal under one name, neither of which anybody else has."""
    minus = [row for row in group if row.mate is None and row.amount < 0]
    changes: list[tuple[str, int, int]] = []
    for one in group:
        other = next((row for row in minus if row.amount == -one.amount and not any(named(one, row))), None)
        if one.mate is None and one.amount > 0 and other is not None:
            minus.remove(other)
            changes += [(State.CANCELLED.value, other.id, one.id), (State.CANCELLED.value, one.id, other.id)]
    return changes


def _twice(group: list[_Row], level: Level) -> list[tuple[str, int, int]]:
    """Those of one name and direction beside the first, or beside the one that has a mate."""
    changes: list[tuple[str, int, int]] = []
    for back in (False, True):
        alike = [row for row in group if (row.amount < 0) == back]
        first = next((row for row in alike if row.mate is not None), alike[0] if alike else None)
        changes += [
            (State.DUPLICATE.value, first.id, row.id)
            for row in alike
            if first is not None and row is not first and row.mate is None and not any(named(first, row)) and not (
                back and level.shared and (row.amount, row.at, row.day) != (first.amount, first.at, first.day))
        ]
    return changes
