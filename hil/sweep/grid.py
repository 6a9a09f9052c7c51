"""The table of results: a row for each boundary of each kind, a column for each harm; at 80 columns."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

import msgspec

from hil.relay.seen import Way
from hil.sweep.harms import COLUMNS, HARMS, Column
from hil.sweep.plan import Boundary, Case, Recording
from hil.sweep.results import CaseResult, worst
from hil.sweep.sweep_words import CELL, NOTHING_TO_DO, OPEN
from simulator.catalogue.language import spoken
from simulator.report.wrap import filled, width_of

LABEL = 25
CELL_WIDTH = 5


class Row(msgspec.Struct, frozen=True):
    """One line: messages that are alike stand in one."""

    label: str
    boundaries: tuple[Boundary, ...]


def grid(recordings: Sequence[Recording], results: Mapping[str, CaseResult]) -> Iterator[str]:
    """The lines, with their head."""
    heads = "".join(_right(column.name if spoken() == "en" else column.zh) for column in COLUMNS)
    yield " " * LABEL + heads
    for recording in recordings:
        for row in rows_of(recording):
            cells = (_cell(recording, row, column, results) for column in COLUMNS)
            yield (filled(row.label, LABEL) + "".join(map(_right, cells))).rstrip()


def rows_of(recording: Recording) -> Iterator[Row]:
    """Boundaries with those that are alike put together, in the order of the first."""
    groups: dict[tuple[Way | None, str, str], list[Boundary]] = {}
    for each in recording.boundaries:
        key = (each.way, each.mti or each.name, each.kind)
        groups.setdefault(key, []).append(each)
    for group in groups.values():
        times = f" x{len(group)}" if len(group) > 1 else ""
        name = (group[0].mti or group[0].name) if len(group) > 1 else group[0].name
        yield Row(f"{recording.kind} {name}{times}", tuple(group))


def _cell(recording: Recording, row: Row, column: Column, results: Mapping[str, CaseResult]) -> str:
    planned, found = 0, []
    for boundary in row.boundaries:
        for harm in boundary.harms():
            if HARMS[harm.name].column is not column or harm.name in boundary.without:
                continue
            planned += 1
            result = results.get(Case(kind=recording.kind, boundary=boundary, harm=harm.name).id)
            if result is not None:
                found.append(result.outcome)
    if not planned:
        return NOTHING_TO_DO.say()
    if len(found) < planned and not any(each.value == "failed" for each in found):
        return OPEN.say()
    return CELL[worst(found)].say()



def _right(text: str) -> str:
    return " " * max(0, CELL_WIDTH - width_of(text)) + text
