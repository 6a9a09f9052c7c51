"""What a state was made with: scenario, seed and version of the program; another one is refused by name.

What a scenario expects of its run, its words and where its keys lie may change; the rest made the books.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

import msgspec

from simulator.scenario.scenario import Scenario
from simulator.version import own_version

NOTE = "made with"  # its name among the notes of a state
MOST_TOLD = 5
_FREE: dict[str, Any] = {
    "description": True, "expect": True, "until_ms": True, "drain_ms": True, "seed": True,
    "acquirer": {"key_file": True},
}
_ABSENT = "-"
_LONGEST = 60


class MadeWith(msgspec.Struct, frozen=True):
    """Kept in a state as JSON."""

    title: str
    seed: int
    version: str
    scenario: dict[str, Any]  # what is not as by itself

    @property
    def digest(self) -> str:
        """Of the scenario, short."""
        return sha256(msgspec.json.encode(self.scenario, order="sorted")).hexdigest()[:16]

    def differences(self, now: MadeWith) -> list[str]:
        """What is another now, each by its name."""
        parts = (
            ("seed", self.seed, now.seed), ("version", self.version, now.version),
            *_parts(self.scenario, now.scenario, ""),
        )
        return [f"{name}: {_short(before)} -> {_short(after)}" for name, before, after in parts if before != after]


def made_with(scenario: Scenario, seed: int) -> MadeWith:
    """What a state that is begun now is made with."""
    facts = scenario.model_dump(mode="json", exclude=_FREE, exclude_defaults=True)
    return MadeWith(scenario.title, seed, own_version(), facts)


def _parts(before: Any, now: Any, name: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(before, dict) and isinstance(now, dict):
        for key in sorted({*before, *now}):
            yield from _parts(before.get(key, _ABSENT), now.get(key, _ABSENT), f"{name}.{key}".lstrip("."))
    elif isinstance(before, list) and isinstance(now, list) and len(before) == len(now):
        for number, (one, other) in enumerate(zip(before, now, strict=True), 1):
            yield from _parts(one, other, f"{name}[{number}]")
    else:
        yield name, before, now


def _short(value: Any) -> str:
    text = value if isinstance(value, str) else msgspec.json.encode(value).decode()
    return text if len(text) <= _LONGEST else text[:_LONGEST] + "..."
