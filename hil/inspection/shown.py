"""What was found in files, as lines for people and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from hil.files.damage import Damage
from hil.inspection import words as say
from hil.inspection.looks import Looked
from hil.inspection.places import FileOf
from simulator.catalogue.language import Told
from simulator.report.wrap import WIDTH, filled, wrapped
from simulator.wire.masking import mask_cards

_NAME = 18  # columns of a name, with its indent


def lines_of(looked: Looked) -> Iterator[str]:
    """A file: whether it is whole, what is wrong with it, what is in it."""
    row = say.WHOLE if looked.is_whole else say.IS_DAMAGED
    what = (say.OF_HOST if looked.of is FileOf.HOST else say.OF_TERMINAL).both()
    if looked.is_open:
        what = say.IS_OPEN.both(what=what)
    yield from wrapped(row.say(path=looked.path, what=what), WIDTH, "", "  ")
    for each in looked.damage:
        yield from _row("! " + say.KINDS[each.kind].say(), each.told.say())
    for told in looked.remarks:
        yield from _row("", told.say())
    for name, value in looked.facts.items():
        yield from _row(say.FACTS[name].say(), _value(name, value))


def _row(name: str, text: str) -> Iterator[str]:
    head = "  " + filled(name, _NAME)
    yield from wrapped(mask_cards(text), WIDTH, head, " " * (_NAME + 2))


def _value(name: str, value: Any) -> str:
    if name == "snapshots":
        shown = [(say.SNAPSHOT.say(file=each["file"], number=f"{each['commit']:,}") if each["whole"]
                  else say.SNAPSHOT_DAMAGED.say(file=each["file"])) for each in value]
        return ", ".join(shown) or say.NO_SNAPSHOT.say()
    if isinstance(value, int) and name != "seed":
        return f"{value:,}"
    return str(value)


def json_of(looked: Looked) -> dict[str, Any]:
    """A file as a value of JSON; the same in every language."""
    return {
        "file": str(looked.path), "is": looked.of.value, "whole": looked.is_whole, "in_use": looked.is_open,
        **looked.facts, "damage": [_damage(each) for each in looked.damage],
        "remarks": [_told(each) for each in looked.remarks],
    }


def _damage(each: Damage) -> dict[str, Any]:
    found: dict[str, Any] = {"kind": each.kind.value, **_told(each.told)}
    if each.record:
        found["record"] = each.record
    if each.count:
        found["count"] = each.count
    if each.file:
        found["beside"] = each.file
    return found


def _told(told: Told) -> dict[str, str]:
    return {"en": mask_cards(told.en), "zh": mask_cards(told.zh)}
