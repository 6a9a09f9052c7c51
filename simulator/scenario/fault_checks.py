"""What must hold of faults, actions and expectations before anything runs."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.catalogue.failures import catalogue
from simulator.catalogue.remedies import ACTIONS
from simulator.catalogue.response_codes import APPROVED, PARTIAL
from simulator.faults.modes import MODES, REQUEST_MTI, SERVICE_GROUPS, Mode, Parameter
from simulator.faults.points import Point
from simulator.faults.rules import given_in, ways_of
from simulator.faults.targets import Chosen, Topology, UnknownTargetError, choose, named
from simulator.scenario.numbers import terminal_count
from simulator.scenario.plan import (
    moment_of_action,
    parameters_of,
    window_ends,
    window_of,
)
from simulator.scenario.problems import Problem, allowed_text, no_such, outside, shown
from simulator.scenario.scenario import Scenario
from simulator.scenario.story import THE_WINDOW, Action, Fault
from simulator.scenario.toml_lines import Path
from simulator.wire.kinds import REPLY_MTI

STEPPING = frozenset({Point.TERMINAL_STEP, Point.HOST_STEP})
NAMING_MTI = STEPPING | {Point.REQUEST, Point.REPLY}
NAMING_KIND = NAMING_MTI | {Point.SERVICE, Point.OPERATION}
REQUESTS = frozenset(REQUEST_MTI.values())
REPLIES = frozenset(REPLY_MTI[mti] for mti in REQUESTS)
MTIS_AT = {
    Point.REQUEST: REQUESTS, Point.REPLY: REPLIES,
    Point.TERMINAL_STEP: REQUESTS, Point.HOST_STEP: REPLIES,
}
"""What passes where: a terminal's steps name what it sends, the host's what it replies."""
ACTION_KEYS = {
    "by": "by", "terminal": "terminal", "target": "target", "for_ms": "for",
    "software": "software", "sale": "sale",
}


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
        names = [point.value for point in mode.points]
        if fault.on not in names:
            yield Problem((*path, "on"), no_such(f"{mode.id} does not act on", fault.on, names))
            return
        points = {Point(fault.on)}
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
    for place, service in enumerate(fault.services or ()):
        if service not in REQUEST_MTI and service not in SERVICE_GROUPS:
            names = (*SERVICE_GROUPS, *REQUEST_MTI)
            yield Problem((*path, "services", place), no_such("no service", service, names))


APPROVING = APPROVED | {PARTIAL}  # no fault makes an issuer say so: nothing would be booked


def _code(path: Path, code: str, mode: Mode) -> Iterator[Problem]:
    if mode.codes:
        if code not in mode.codes:
            yield Problem(path, no_such("no code", code, sorted(mode.codes)))
    elif len(code) != 2 or not (code.isascii() and code.isalnum()) or code in APPROVING:
        yield Problem(path, f"{shown(code)} given; must be a response code of two characters, "
                      'such as "96", and no approval')


def check_actions(scenario: Scenario, topology: Topology) -> Iterator[Problem]:
    """What is wrong with the actions."""
    for index, action in enumerate(scenario.actions):
        path: Path = ("actions", index)
        row = ACTIONS.get(action.do)
        if row is None:
            yield Problem((*path, "do"), no_such("no action", action.do, ACTIONS))
            continue
        defaults = Action(do=action.do)
        for field, key in ACTION_KEYS.items():
            if getattr(action, field) != getattr(defaults, field) and key not in row.keys:
                yield Problem((*path, key), f"{action.do} does not take {key}; "
                              + allowed_text(sorted(row.keys)))
        yield from _actor(scenario, path, action)
        yield from _action_target(path, action, topology)
        yield from _action_moment(scenario, path, action)


def _actor(scenario: Scenario, path: Path, action: Action) -> Iterator[Problem]:
    merchants = {merchant.name: merchant for merchant in scenario.merchants}
    if action.by and action.by not in merchants:
        yield Problem((*path, "by"), no_such("no merchant", action.by, merchants))
    elif action.terminal is not None:
        if not action.by:
            yield Problem((*path, "by"), "missing; terminal counts those of one merchant")
        elif action.terminal > (count := terminal_count(merchants[action.by])):
            yield Problem((*path, "terminal"),
                          f"{action.terminal} given, but {action.by} has {count} terminal(s)")


def _action_target(path: Path, action: Action, topology: Topology) -> Iterator[Problem]:
    try:
        choose(action.target, topology)
    except UnknownTargetError:
        yield Problem((*path, "target"), no_such("no target", action.target, named(topology)))


def _action_moment(scenario: Scenario, path: Path, action: Action) -> Iterator[Problem]:
    ends = window_ends(scenario)
    if (action.at_ms is None) == (not action.after):
        yield Problem(path, "needs either at or after")
        return
    if action.after == THE_WINDOW and not ends:
        yield Problem((*path, "after"), "no fault has an end (for), so there is no window")
        return
    if action.after not in ("", THE_WINDOW, *ends):
        yield Problem((*path, "after"), no_such(
            "no fault with an end (for) has the label", action.after, (THE_WINDOW, *ends)))
        return
    at_ms = moment_of_action(scenario, action)
    last_ms = scenario.until_ms + scenario.drain_ms
    if not scenario.start_ms <= at_ms < last_ms:
        key = "after" if action.after else "at"
        yield Problem((*path, key), outside(at_ms, scenario.start_ms, last_ms))


def check_expectations(scenario: Scenario) -> Iterator[Problem]:
    """What is wrong with what is expected."""
    expect = scenario.expect
    sales = tuple(
        step.sale for merchant in scenario.merchants for step in merchant.script if step.sale
    )
    for key in ("arrived", "declined", "suspended"):
        which = getattr(expect, key)
        for place, sale in enumerate(which if isinstance(which, tuple) else ()):
            if sale not in sales:
                yield Problem(("expect", key, place), no_such("no sale", sale, sales))
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


