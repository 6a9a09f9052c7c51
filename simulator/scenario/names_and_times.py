"""What checks of a scenario share: names that are there once and known, times inside the run."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.scenario.parts.part import Latency
from simulator.scenario.problems import Problem, no_such, outside
from simulator.scenario.scenario import Scenario
from simulator.scenario.toml_lines import Path


def each_once(part: str, names: Iterable[str], key: str = "name") -> Iterator[Problem]:
    """No name is given twice."""
    seen = set()
    for index, name in enumerate(names):
        if name and name in seen:
            yield Problem((part, index, key), f'"{name}" is there twice')
        seen.add(name)


def name_known(path: Path, what: str, given: str, names: Iterable[str]) -> Iterator[Problem]:
    """A name that is given is one of these."""
    allowed = tuple(names)
    if given and given not in allowed:
        yield Problem(path, no_such(what, given, allowed))


def latency_fits(path: Path, latency: Latency) -> Iterator[Problem]:
    """Its two figures go together."""
    if latency.p95_ms < latency.median_ms:
        yield Problem((*path, "p95"), "must not be below median")


def inside_run(scenario: Scenario, path: Path, at_ms: int) -> Iterator[Problem]:
    """A moment lies in the run."""
    if not scenario.start_ms <= at_ms < scenario.until_ms:
        yield Problem(path, outside(at_ms, scenario.start_ms, scenario.until_ms))
