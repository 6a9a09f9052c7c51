"""That nothing in a scenario is named like a card: names stand in traces and reports as they are.

It knows no names, only texts; what has a form of its own, a MID or a PIN, is none.
"""

from __future__ import annotations

from collections.abc import Iterator

from simulator.scenario.parts.part import Part
from simulator.scenario.problems import Problem
from simulator.scenario.toml_lines import Path
from simulator.wire.masking import looks_like_card

_OF_A_FORM = frozenset({"mid", "pin"})


def check_names(part: object, path: Path = ()) -> Iterator[Problem]:
    """Every text below a part that looks like a card number; the text itself is never shown."""
    if isinstance(part, str):
        if looks_like_card(part):
            yield Problem(path, "looks like a card number, and would stand in traces and reports; "
                                "give another name")
    elif isinstance(part, Part):
        fields = type(part).model_fields
        for name, value in part:
            if name not in _OF_A_FORM:
                yield from check_names(value, (*path, fields[name].alias or name))
    elif isinstance(part, tuple):
        for index, value in enumerate(part):
            yield from check_names(value, (*path, index))
    elif isinstance(part, dict):
        for key, value in part.items():
            yield from check_names(key, (*path, key))
            yield from check_names(value, (*path, key))
