"""What must hold of faults, actions and expectations before anything runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import get_args

from simulator.catalogue.failures import catalogue
from simulator.catalogue.response_codes import APPROVED, PARTIAL
from simulator.faults.modes import MODES, REQUEST_MTI, SERVICE_GROUPS, Act, Mode, Parameter
from simulator.faults.points import Point, Verb
from simulator.faults.rules import affects, given_in, services_of, ways_of
from simulator.faults.targets import Chosen, Topology, UnknownTargetError, choose, named
from simulator.local_time import MINUTE_MS
from simulator.scenario.parts.part import Operation
from simulator.scenario.plan import (
    acting,
    parameters_of,
    window_of,
)
from simulator.scenario.problems import Problem, allowed_text, no_such, outside, shown
from simulator.scenario.profiles import profile_of
from simulator.scenario.scenario import Scenario
from simulator.scenario.steps import STEPS_AT, steps_before
from simulator.scenario.story import THE_WINDOW, Fault
from simulator.scenario.toml_lines import Path
from simulator.wire.kinds import REPLY_MTI

STEPPING = frozenset({Point.TERMINAL_STEP, Point.HOST_STEP})
NAMING_MTI = STEPPING | {Point.REQUEST, Point.REPLY}
NAMING_KIND = NAMING_MTI | {Point.SERVICE, Point.OPERATION}
REQUESTS = frozenset(REQUEST_MTI.values())
OPERATIONS = frozenset(get_args(Operation))
REPLIES = frozenset(REPLY_MTI[mti] for mti in REQUESTS)
MTIS_AT = {
    Point.REQUEST: REQUESTS, Point.REPLY: REPLIES,
    Point.TERMINAL_STEP: REQUESTS, Point.HOST_STEP: REPLIES,
}
"""What passes where: a terminal's steps name what it sends, the host's what it replies."""
def check_faults(scenario: Scenario, topology: Topology) -> Iterator[Problem]:
    """What is wrong with the faults."""
    seen: set[str] = set()
    for index, fault in enumerate(scenario.faults):
        path: Path = ("faults", index)
        if fault.label and fault.label in (seen | {THE_WINDOW}):
            yield Problem((*path, "label"), f'"{fault.label}" is taken; give another')
        seen.add(fault.label)
        mode = MODES.get(fault.mode)
        if mode is None:
            yield Problem((*path, "mode"), _no_mode(fault.mode))
            continue
        yield from _target(path, fault, mode, topology)
        yield from _window(scenario, path, fault, mode)
        yield from _trigger(path, fault, mode)
        yield from _parameters(path, fault, mode)
        yield from _minimum(scenario, path, fault, mode)


def _minimum(scenario: Scenario, path: Path, fault: Fault, mode: Mode) -> Iterator[Problem]:
    """Software that every terminal has already is nothing to ask for."""
    if Parameter.MINIMUM not in mode.parameters or fault.on:
        return
    minimum = max(act.code for act in acting(fault))
    oldest = min(
        (profile_of(group).software for merchant in scenario.merchants
         for group in merchant.terminals), default="")
    if oldest >= minimum:
        yield Problem((*path, "minimum"), f"every terminal has {oldest} or newer already, and "
                      f"{minimum} asks for nothing; must be above {oldest}")


def _no_mode(given: str) -> str:
    row = catalogue().get(given)
    if row is None:
        return no_such("no mode", given, MODES)
    if row.setting:
        return f"{given} is no fault but a setting: {row.setting}; {allowed_text(MODES)}"
    return f"{given} is documented but not built; {allowed_text(MODES)}"


def _target(path: Path, fault: Fault, mode: Mode, topology: Topology) -> Iterator[Problem]:
    here = (*path, "target")
    try:
        chosen: Chosen = choose(fault.target, topology)
    except UnknownTargetError:
        yield Problem(here, no_such("no target", fault.target, named(topology)))
        return
    if chosen.kind not in mode.targets:
        kinds = sorted(kind.value for kind in mode.targets)
        given = shown(fault.target) if fault.target else "no target (all)"
        yield Problem(here, f"{mode.id} cannot be done to {given}; {allowed_text(kinds)}")


def _window(scenario: Scenario, path: Path, fault: Fault, mode: Mode) -> Iterator[Problem]:
    begin, end = window_of(scenario, fault)
    if fault.for_ms == 0:
        yield Problem((*path, "for"), "must be longer than nothing")
    if begin is not None and not scenario.start_ms <= begin < scenario.until_ms:
        yield Problem((*path, "at"), outside(begin, scenario.start_ms, scenario.until_ms))
    elif end is not None and end > scenario.until_ms:
        yield Problem((*path, "for"), outside(end, scenario.start_ms, scenario.until_ms))
    if mode.state and begin is None:
        yield Problem((*path, "at"), f"missing; {mode.id} is a state and needs a window")


def _trigger(path: Path, fault: Fault, mode: Mode) -> Iterator[Problem]:
    points = set(mode.points)
    if mode.state:
        for key in ("nth", "times", "chance", "between", "after_effect", "mti", "of", "on"):
            if getattr(fault, key) not in (None, ""):
                yield Problem((*path, key), f"{mode.id} is a state: only at and for say when")
        return
    if fault.on:
        names = _points_of(fault, mode)
        if fault.on not in names:
            yield Problem((*path, "on"), no_such(f"{mode.id} does not act on", fault.on, names))
            return
        points = {Point(fault.on)}
    if fault.chance == 0:
        yield Problem((*path, "chance"), "0 given; such a fault never strikes: must be above 0")
    for key, where in (
        ("between", STEPPING), ("after_effect", STEPPING), ("mti", NAMING_MTI), ("of", NAMING_KIND),
    ):
        if getattr(fault, key) not in (None, "") and not points & where:
            able = [each.id for each in MODES.values() if set(each.points) & where]
            yield Problem((*path, key), f"not possible with {mode.id}; modes that can: "
                          + ", ".join(able))
    seen = _mtis_seen(fault, mode, points & NAMING_MTI)
    if fault.mti and seen and fault.mti not in seen:
        yield Problem((*path, "mti"), no_such(f"{mode.id} sees no message of type", fault.mti, seen))
    if fault.of and fault.of not in REQUEST_MTI:
        yield Problem((*path, "of"), no_such("no kind", fault.of, REQUEST_MTI))
    elif fault.of and points & NAMING_KIND:
        yield from _kind(path, fault, mode)
    if fault.between and points & STEPPING:
        yield from _steps(path, fault.between, points & STEPPING)


def _points_of(fault: Fault, mode: Mode) -> list[str]:
    """Where the mode acts in the way that is asked for."""
    if fault.how not in (None, *ways_of(mode)):
        return [point.value for point in mode.points]
    return list(dict.fromkeys(act.point.value for act in mode.acts(fault.how or "")))


def _kind(path: Path, fault: Fault, mode: Mode) -> Iterator[Problem]:
    """A kind that the fault never meets at its points, or whose messages are of another type."""
    if fault.how not in (None, *ways_of(mode)):
        return
    met = [kind for kind in REQUEST_MTI if any(_meets(act, kind) for act in acting(fault))]
    if fault.of not in met:
        yield Problem((*path, "of"), no_such(f"{mode.id} never meets a", fault.of, met))
    elif fault.mti and fault.mti not in (mtis := _mtis_of(fault.of)):
        yield Problem((*path, "mti"), f"a {fault.of} has no message of type {shown(fault.mti)}; "
                      + allowed_text(mtis))


def _mtis_of(kind: str) -> tuple[str, str]:
    return REQUEST_MTI[kind], REPLY_MTI[REQUEST_MTI[kind]]


def _meets(act: Act, kind: str) -> bool:
    """Whether an act can be about a kind of transaction."""
    request, reply = _mtis_of(kind)
    named_by = {
        Point.REQUEST: request, Point.REPLY: reply, Point.SERVICE: kind, Point.OPERATION: kind,
    }
    if act.point in STEPPING:
        return True
    if act.point is Point.OPERATION and kind not in OPERATIONS:
        return False
    return act.point in named_by and (not act.what or named_by[act.point] in act.what)


def _steps(path: Path, between: tuple[str, str], points: set[Point]) -> Iterator[Problem]:
    for place, name in enumerate(between):
        allowed = tuple(
            step for point in sorted(points)
            for step in (STEPS_AT[point] if place else steps_before(point)))
        if name not in allowed:
            yield Problem((*path, "between", place), no_such("no step", name, allowed))


def _mtis_seen(fault: Fault, mode: Mode, points: set[Point]) -> tuple[str, ...]:
    """The message types at these points, as far as the mode acts on them."""
    ways = (fault.how,) if fault.how in ways_of(mode) else ways_of(mode)[:1]
    return tuple(sorted({
        mti for way in ways for act in mode.acts(way) if act.point in points
        for mti in (act.what or MTIS_AT[act.point])
    }))


def _parameters(path: Path, fault: Fault, mode: Mode) -> Iterator[Problem]:
    given = given_in(parameters_of(fault))
    known = sorted(parameter.value for parameter in mode.parameters)
    for parameter in given:
        if parameter not in mode.parameters:
            yield Problem((*path, parameter.value),
                          f"{mode.id} has no parameter {parameter.value}; {allowed_text(known)}")
    if fault.how is not None and Parameter.HOW in mode.parameters and (
        fault.how not in ways_of(mode)
    ):
        yield Problem((*path, "how"), no_such("no way", fault.how, ways_of(mode)))
    if fault.code is not None and Parameter.CODE in mode.parameters:
        yield from _code((*path, "code"), fault.code, mode)
    yield from _services(path, fault, mode)
    if fault.how in (None, *ways_of(mode)):
        yield from _without_effect(path, fault, mode)


def _services(path: Path, fault: Fault, mode: Mode) -> Iterator[Problem]:
    """Services that nobody offers, or that the mode does not close."""
    if Parameter.SERVICES not in mode.parameters:
        return
    acts = mode.acts(fault.how if fault.how in ways_of(mode) else "")
    closes = frozenset(each for act in acts for each in act.what) or frozenset(REQUEST_MTI)
    for place, service in enumerate(fault.services or ()):
        if not services_of((service,)) & closes:
            names = [each for each in (*SERVICE_GROUPS, *REQUEST_MTI) if services_of((each,)) & closes]
            yield Problem((*path, "services", place), no_such("no service", service, names))


def _without_effect(path: Path, fault: Fault, mode: Mode) -> Iterator[Problem]:
    """Parameters of the mode that say nothing of what this fault does, or say it does nothing."""
    acts = tuple(
        act for act in mode.acts(fault.how or "") if fault.on in ("", act.point.value))
    for parameter in given_in(parameters_of(fault)):
        touched = [act for act in acts if affects(parameter, act)]
        if parameter in mode.parameters and not touched:
            way = f" {fault.how or ways_of(mode)[0]}" if len(mode.ways) > 1 else ""
            where = f" at {fault.on}" if fault.on else ""
            yield Problem((*path, parameter.value), f"has no effect on {mode.id}{way}{where}")
    least = max((LEAST_MS.get(act.verb, 0) for act in acts if affects(Parameter.DELAY, act)), default=0)
    if fault.delay_ms is not None and fault.delay_ms < least and Parameter.DELAY in mode.parameters:
        yield Problem((*path, "delay"), f"must be at least {LEAST_TEXT[least]} here")
    if fault.jitter_ms == 0 and Parameter.JITTER in mode.parameters:
        yield Problem((*path, "jitter"), "must be longer than nothing")


LEAST_MS = {Verb.DELAY: 1, Verb.LATE: 1, Verb.QUEUE: MINUTE_MS}
LEAST_TEXT = {1: "1ms", MINUTE_MS: "1m"}


APPROVING = APPROVED | {PARTIAL}  # no fault makes an issuer say so: nothing would be booked


def _code(path: Path, code: str, mode: Mode) -> Iterator[Problem]:
    if mode.codes:
        if code not in mode.codes:
            yield Problem(path, no_such("no code", code, sorted(mode.codes)))
    elif len(code) != 2 or not (code.isascii() and code.isalnum()) or code in APPROVING:
        yield Problem(path, f"{shown(code)} given; must be a response code of two characters, "
                      'such as "96", and no approval')
