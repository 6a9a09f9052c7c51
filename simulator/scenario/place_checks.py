"""What cannot be done to terminals that stand outside: refused by name before anything runs.

Everything on the lines, at the host and at the banks is ours in any case; only what needs a terminal's
own power, or the hands of its clerks, depends on whose terminal it is.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simulator.catalogue.places import Place
from simulator.catalogue.remedies import ACTIONS
from simulator.faults.abilities import able
from simulator.faults.modes import MODES, Act
from simulator.faults.points import Point
from simulator.faults.targets import Topology, choose
from simulator.scenario.numbers import given_tids, group_tids
from simulator.scenario.plan import acting
from simulator.scenario.problems import Problem, allowed_text
from simulator.scenario.scenario import Scenario
from simulator.scenario.story import Action, Fault
from simulator.wire.identifiers import shown

Outside = Callable[[Scenario], frozenset[str]]
"""TIDs of the terminals of a scenario that are not simulated in the run that is asked for."""
_SHOWN = 3


def nobody(_scenario: Scenario) -> frozenset[str]:
    """Every terminal is simulated."""
    return frozenset()


def at_ports(scenario: Scenario) -> frozenset[str]:
    """As a live host has it: those that the scenario calls outside, or all where it calls none."""
    given = given_tids(scenario)
    groups = [
        (group.outside, tids) for index in range(len(scenario.merchants))
        for group, tids in group_tids(scenario, index, given)
    ]
    any_named = any(outside for outside, _ in groups)
    return frozenset(
        tid for outside, tids in groups if outside or not any_named for tid in tids)


def check_places(
    scenario: Scenario, topology: Topology, outside: frozenset[str], inside: Place = Place.WORLD,
) -> Iterator[Problem]:
    """What faults and remedies ask for that nobody can do to these terminals."""
    for index, fault in enumerate(scenario.faults):
        touched = _touched(fault, topology)
        foreign = touched & outside
        if foreign and (unable := _unable(fault, Place.LIVE_HOST)):
            yield Problem(("faults", index, "mode"), _no_fault(fault, unable[0], foreign))
        elif touched - outside and (unable := _unable(fault, inside)):
            yield Problem(("faults", index, "mode"), _not_here(fault, unable[0], inside))
    if not outside:
        return
    for index, action in enumerate(scenario.actions):
        foreign = _handled(scenario, action) & outside
        if foreign and Place.LIVE_HOST not in ACTIONS[action.do].places:
            able_ones = [name for name, row in ACTIONS.items() if Place.LIVE_HOST in row.places]
            yield Problem(("actions", index, "do"), (
                f"{action.do} needs hands at a terminal, and {_named(foreign)}; whoever drives it "
                f"does that; {allowed_text(able_ones)}"))


def _unable(fault: Fault, place: Place) -> list[Act]:
    return [act for act in acting(fault) if not able(act.point, act.verb, place)]


def _not_here(fault: Fault, act: Act, place: Place) -> str:
    where = "window" if act.point is Point.WINDOW else act.point.value
    modes = [mode.id for mode in MODES.values() if place in mode.places()]
    return f"{fault.mode} ({act.verb.value} at {where}) {_NOT_THERE[place]}; {allowed_text(modes)}"


_NOT_THERE = {
    Place.WORLD: "is done to a line by daozhang relay, not in a simulated world",
    Place.RELAY: "is nothing that a relay can do",
    Place.ECR_LINE: "is nothing that a relay can do on an ECR line",
}


def _no_fault(fault: Fault, act: Act, foreign: frozenset[str]) -> str:
    modes = [mode.id for mode in MODES.values() if Place.LIVE_HOST in mode.places()]
    where = "window" if act.point is Point.WINDOW else act.point.value
    return (f"{fault.mode} ({act.verb.value} at {where}) cannot be done to a terminal that is not "
            f"simulated, and {_named(foreign)}; {allowed_text(modes)}")


def _touched(fault: Fault, topology: Topology) -> frozenset[str]:
    """The terminals at which a fault may act."""
    actors = choose(fault.target, topology).actors
    tids = frozenset(place.tid for place in topology.terminals)
    return tids if actors is None else tids & actors


def _handled(scenario: Scenario, action: Action) -> frozenset[str]:
    """The terminals at which an action is taken."""
    found: set[str] = set()
    given = given_tids(scenario)
    for index, merchant in enumerate(scenario.merchants):
        if action.by in ("", merchant.name):
            tids = [tid for _, group in group_tids(scenario, index, given) for tid in group]
            found.update(tids if action.terminal is None else tids[action.terminal - 1:action.terminal])
    return frozenset(found)


def _named(tids: frozenset[str]) -> str:
    names = [shown(tid) for tid in sorted(tids)]
    more = f" and {len(names) - _SHOWN} more are" if len(names) > _SHOWN else (
        " is" if len(names) == 1 else " are")
    return f"{', '.join(names[:_SHOWN])}{more} outside"
