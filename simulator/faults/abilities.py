"""Questions to the table of abilities (``points.ABILITIES``): what can be done at which point, where.

Modes and atoms are checked against it when they are read, scenarios before
they run; whoever carries verbs out has a dict of its own, and a test holds dicts and table together.
What has no row is refused by name.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Container
from pathlib import Path

from simulator.catalogue.places import Place
from simulator.faults.points import ABILITIES, Point, Verb


def verbs_at(point: Point, places: Container[Place] = frozenset(Place)) -> tuple[Verb, ...]:
    """What can be done at a point in some place, or in one of these."""
    return tuple(
        verb for (each, verb), ability in ABILITIES.items()
        if each is point and any(place in places for place in ability.places))


def able(point: Point, verb: Verb, place: Place) -> bool:
    """Whether this can be done here."""
    ability = ABILITIES.get((point, verb))
    return ability is not None and place in ability.places


def table_text() -> str:
    """The whole table for documents: one line for each verb at each point."""
    lines = ["| point | verb | what happens | " + " | ".join(each.value for each in Place) + " |"]
    lines.append("|---" * (3 + len(Place)) + "|")
    for (point, verb), ability in ABILITIES.items():
        marks = " | ".join("yes" if each in ability.places else "–" for each in Place)
        lines.append(f"| `{point.value}` | `{verb.value}` | {ability.what} | {marks} |")
    return "\n".join(lines) + "\n"


def print_into(document: Path) -> None:
    """Put the table of now into a document in place of the one that stands there."""
    text = document.read_text("utf-8")
    printed = re.sub(r"^\| point \| verb \|.*\n(?:\|.*\n)*", lambda _: table_text(), text, flags=re.MULTILINE)
    document.write_text(printed, "utf-8")


if __name__ == "__main__":
    print_into(Path(sys.argv[1]))
