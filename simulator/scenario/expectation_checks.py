"""What must hold of what is expected: names that there are, where they can come up; moments that can be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.catalogue.sightings import OF_MERCHANTS, SIGHTINGS, WITH_TEXT, all_sightings
from simulator.scenario.dispute_checks import case_names
from simulator.scenario.parts.merchant import ScriptedStep
from simulator.scenario.plan import window_ends
from simulator.scenario.problems import Problem, moment_text, no_such, outside
from simulator.scenario.scenario import Scenario
from simulator.scenario.script_checks import NEEDS_ORIGINAL
from simulator.scenario.toml_lines import Path
from simulator.scenario.wanted import Limits, NamedMoments, who_of

UNDOES = frozenset({"void", "refund", "preauth_void", "completion_void", "qr_void", "qr_refund"})
HOLDS = frozenset({"preauth"})
SELLS = frozenset({"sale", "offline_sale", "qr_sale"}) | HOLDS
OF_SALES = {
    "arrived": SELLS, "declined": SELLS, "suspended": SELLS, "on_the_way": SELLS, "lost": SELLS,
    "undone": SELLS, "held": HOLDS, "refused": UNDOES, "given_back": UNDOES,
}
"""What a list may name: a sale with all that belongs to it is told under its own id."""
APART = ("arrived", "declined", "suspended", "on_the_way", "lost", "undone", "held")
"""The places of a sale's money: it is at one of them."""


def check_expectations(scenario: Scenario) -> Iterator[Problem]:
    """What is wrong with what is expected."""
    expect = scenario.expect
    steps = {
        step.sale: step for merchant in scenario.merchants for step in merchant.script if step.sale
    }
    values = {
        "arrived": expect.arrived, "declined": expect.declined, "suspended": expect.suspended,
        "on_the_way": expect.on_the_way, "lost": expect.lost, "undone": expect.undone,
        "held": expect.held, "refused": expect.refused, "given_back": expect.given_back,
    }
    placed: dict[str, str] = {}
    for key, which in values.items():
        path: Path = ("expect", key)
        if isinstance(which, Limits):
            yield from _bound(path, which)
        elif isinstance(which, NamedMoments):
            yield from _names(path, which.names, which.names, steps, OF_SALES[key])
            for name, by_ms in zip(which.names, which.by_ms, strict=True):
                yield from _moment(scenario, (*path, name), by_ms)
        elif isinstance(which, tuple):
            yield from _names(path, which, range(len(which)), steps, OF_SALES[key])
            for place, name in enumerate(which if key in APART else ()):
                if name in placed:
                    yield Problem((*path, place), f'"{name}" is in {placed[name]} already')
                placed[name] = key
    for name in expect.owes:
        merchants = [merchant.name for merchant in scenario.merchants]
        if name not in merchants:
            yield Problem(("expect", "owes", name), no_such("no merchant", name, merchants))
    cases = case_names(scenario)
    for name in expect.disputes:
        if name not in cases:
            yield Problem(("expect", "disputes", name), no_such("no dispute", name, cases))
    for place, name in enumerate(expect.reversed_sales or ()):
        if name not in steps:
            yield Problem(("expect", "reversed", place), no_such("no sale", name, steps))
    yield from _sightings(scenario)
    yield from _within(scenario)
    if expect.not_before_ms is not None:
        yield from _moment(scenario, ("expect", "not_before"), expect.not_before_ms)
        yield from _not_before(scenario, expect.not_before_ms)


def _names(
    path: Path, names: Iterable[str], places: Iterable[str | int], steps: dict[str, ScriptedStep],
    kinds: frozenset[str],
) -> Iterator[Problem]:
    fitting = [name for name, step in steps.items() if step.do in kinds]
    seen: set[str] = set()
    for name, place in zip(names, places, strict=True):
        here: Path = (*path, place)
        step = steps.get(name)
        if step is None:
            yield Problem(here, no_such("no sale", name, fitting))
        elif step.do not in kinds:
            yield Problem(here, f'"{name}" is a {step.do}; {_instead(path[-1], step)}')
        elif name in seen:
            yield Problem(here, f'"{name}" is there twice')
        seen.add(name)


def _instead(key: object, step: ScriptedStep) -> str:
    """Where it can be named in the place of ``key``."""
    if step.do in UNDOES:
        return f'name it in given_back or refused, and "{step.of}" here'
    if step.do in NEEDS_ORIGINAL:
        return f'its money is told under "{step.of}"'
    if step.do in SELLS:
        return f"{key} does not come up for it"
    return "it moves no money"


def _sightings(scenario: Scenario) -> Iterator[Problem]:
    """Who is told what, and what shows: there are such people and such things, in the time of the run."""
    counts = {each.name: sum(group.count for group in each.terminals) for each in scenario.merchants}
    for name in scenario.expect.told:
        if name not in counts:
            yield Problem(("expect", "told", name), no_such("no merchant", name, counts))
    for place, each in enumerate(scenario.expect.seen):
        path: Path = ("expect", "seen", place)
        if each.what not in all_sightings():
            yield Problem((*path, "what"), no_such("nothing", each.what, all_sightings()))
        name, number = who_of(each.by)
        if name and name not in counts:
            yield Problem((*path, "by"), no_such("no merchant", name, counts))
        elif number and (number > counts[name] or each.what in OF_MERCHANTS):
            yield Problem((*path, "by"), f'"{each.by}" given; ' + (
                f"{each.what} is of a merchant" if each.what in OF_MERCHANTS else
                f"{name} has {counts[name]} terminals"))
        if each.text and each.what in SIGHTINGS and each.what not in WITH_TEXT:
            yield Problem((*path, "text"), f"{each.what} has no text")
        for key, at_ms in (("not_before", each.not_before_ms), ("until", each.until_ms)):
            if at_ms is not None:
                yield from _moment(scenario, (*path, key), at_ms)
        if each.not_before_ms is not None and each.until_ms is not None and each.until_ms < each.not_before_ms:
            yield Problem((*path, "until"), f"{moment_text(each.until_ms)} is before not_before")


def _bound(path: Path, limits: Limits) -> Iterator[Problem]:
    least, most = limits.at_least, limits.at_most
    if least == 0:
        yield Problem((*path, "at_least"), "0 given; asks nothing; must be above 0")
    if isinstance(most, float) and most == 1:
        yield Problem((*path, "at_most"), "1.0 given; asks nothing; must be below 1.0; a whole number counts")
    if least is not None and most is not None and least > most and isinstance(least, float) is isinstance(
        most, float,
    ):
        yield Problem((*path, "at_most"), f"{most} given; must not be below at_least, {least}")


def _moment(scenario: Scenario, path: Path, at_ms: int) -> Iterator[Problem]:
    last_ms = scenario.until_ms + scenario.drain_ms
    if not scenario.start_ms < at_ms <= last_ms:
        yield Problem(path, outside(at_ms, scenario.start_ms, last_ms))


def _not_before(scenario: Scenario, not_before_ms: int) -> Iterator[Problem]:
    expect, path = scenario.expect, ("expect", "not_before")
    within = expect.within
    if within is not None and not within.working_days and not within.after_window and (
        within.base_ms < not_before_ms
    ):
        yield Problem(path, f"{moment_text(not_before_ms)} is after within, {moment_text(within.base_ms)}")


def _within(scenario: Scenario) -> Iterator[Problem]:
    expect = scenario.expect
    within = expect.within
    if within is None:
        return
    if expect.arrived is None:
        yield Problem(("expect", "within"), "says by when, but arrived does not say what")
    if within.after_window and not window_ends(scenario):
        yield Problem(("expect", "within"), "no fault has an end (for), so there is no window")
    elif not within.after_window and within.base_ms < scenario.start_ms:
        yield Problem(("expect", "within"),
                      outside(within.base_ms, scenario.start_ms, scenario.until_ms))
