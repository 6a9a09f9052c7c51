"""What a matrix says of the rules: the share that they catch, what escapes, and which rule is needed by nothing."""

from __future__ import annotations

from typing import Any

import msgspec

from simulator.judge.rules import RULE_OF
from simulator.mutants.matrix import Found
from simulator.mutants.trying import Tried
from simulator.world.defects import DEFECTS

ENOUGH_PERCENT = 95


class Row(msgspec.Struct, frozen=True):
    """One machine built wrong over all scenarios that it was tried in."""

    defect: str
    tried: int
    reached: tuple[str, ...]  # scenarios
    caught: dict[str, tuple[int, ...]]  # by scenario, where a rule caught it
    unmet: tuple[str, ...]  # scenarios in which an expectation alone shows it
    stopped: dict[str, str]  # scenarios in which its world did not come to an end, and why

    @property
    def rules(self) -> tuple[int, ...]:
        """Every rule that caught it somewhere."""
        return tuple(sorted({number for some in self.caught.values() for number in some}))

    @property
    def moves_money(self) -> bool:
        """Whether a rule has to catch it: not where its row says that it shows in another way."""
        row = DEFECTS[self.defect]
        return bool(row.caught_by) or row.escapes


class Needed(msgspec.Struct, frozen=True):
    """One rule, and the machines built wrong that it catches."""

    number: int
    catches: tuple[str, ...]
    alone: tuple[str, ...]  # that no other rule catches anywhere


class Summary(msgspec.Struct, frozen=True):
    """All of it."""

    rows: tuple[Row, ...]
    rules: tuple[Needed, ...]
    reached: int
    caught: int
    left: int
    interrupted: bool
    again: tuple[str, ...]  # scenarios that were tried again, for their text is another one by now

    @property
    def share_percent(self) -> float:
        """Of the machines that are reached and have to be caught, those that are."""
        return 100.0 * self.caught / self.reached if self.reached else 100.0

    @property
    def is_enough(self) -> bool:
        """Whether the rules catch as many as they should."""
        return self.share_percent >= ENOUGH_PERCENT

    @property
    def escaped(self) -> tuple[Row, ...]:
        """The machines that are reached, and that no rule caught anywhere."""
        return tuple(row for row in self.rows if row.reached and row.moves_money and not row.caught)

    @property
    def not_reached(self) -> tuple[str, ...]:
        """The machines that no scenario reaches."""
        return tuple(row.defect for row in self.rows if not row.reached)


def summary_of(found: Found) -> Summary:
    """What was found, by machine and by rule."""
    by_defect: dict[str, list[Tried]] = {}
    for each in found.tried:
        by_defect.setdefault(each.defect, []).append(each)
    rows = tuple(_row(name, by_defect[name]) for name in DEFECTS if name in by_defect)
    asked = [row for row in rows if row.reached and row.moves_money]
    return Summary(
        rows, tuple(_needed(number, rows) for number in RULE_OF), len(asked),
        sum(1 for row in asked if row.caught), found.left, found.interrupted,
        found.again)


def as_facts(summary: Summary) -> dict[str, Any]:
    """All of it, for JSON."""
    return {
        "share_percent": round(summary.share_percent, 1), "enough_percent": ENOUGH_PERCENT,
        "reached": summary.reached, "caught": summary.caught, "left": summary.left,
        "interrupted": summary.interrupted, "again": list(summary.again),
        "not_reached": list(summary.not_reached),
        "escaped": [row.defect for row in summary.escaped],
        "defects": [
            {
                "name": row.defect, "tried": row.tried, "reached": list(row.reached),
                "caught_by": list(row.rules),
                "caught": {name: list(numbers) for name, numbers in row.caught.items()},
                "unmet": list(row.unmet), "stopped": row.stopped,
            } for row in summary.rows
        ],
        "rules": [
            {
                "number": each.number, "name": RULE_OF[each.number].en,
                "name_zh": RULE_OF[each.number].zh, "catches": list(each.catches),
                "alone": list(each.alone),
            } for each in summary.rules
        ],
    }


def _row(name: str, tried: list[Tried]) -> Row:
    reached = sorted((each for each in tried if each.reached), key=lambda each: each.scenario)
    return Row(
        name, len(tried), tuple(each.scenario for each in reached),
        {each.scenario: each.caught_by for each in reached if each.caught_by},
        tuple(each.scenario for each in reached if each.unmet and not each.caught_by),
        {each.scenario: each.stopped for each in reached if each.stopped})


def _needed(number: int, rows: tuple[Row, ...]) -> Needed:
    catches = tuple(row.defect for row in rows if number in row.rules)
    return Needed(
        number, catches, tuple(row.defect for row in rows if row.rules == (number,)))
