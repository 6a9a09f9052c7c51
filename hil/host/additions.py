"""Faults and remedies added to a world that runs, each checked as the scenario's file was.

Their text is that of a ``[[faults]]`` or ``[[actions]]`` table of a scenario; times count from now.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hil.control.bounds import BoundsError, check_toml
from hil.control.control import ControlError
from hil.host.live_faults import LiveFaults
from simulator.faults.rules import FaultRule
from simulator.faults.schedule import Window
from simulator.local_time import datetime_at
from simulator.scenario.plan import fault_rules, planned_actions
from simulator.scenario.read import ScenarioError, scenario_of
from simulator.scenario.scenario import Scenario
from simulator.scenario.story import Fault
from simulator.toml_reading import read_toml
from simulator.trace.records import FaultAdded
from simulator.world import remedies
from simulator.world.time.kernel import now_ms
from simulator.world.world import World

_TIMED = ("start", "until", "faults", "actions", "expect")
_PEOPLE = ("script", "sales", "habits")


class Additions:
    """What is added to one world; ``ControlError`` for what its scenario could not have said."""

    def __init__(
        self, world: World, faults: LiveFaults, source: dict[str, Any], clock_ms: Callable[[], int],
        add: Callable[[FaultRule], tuple[Window, ...]],
    ) -> None:
        self._world = world
        self._faults = faults
        self._source = source  # the scenario as read from TOML
        self._clock_ms = clock_ms
        self._outside = frozenset(world.choices.external)
        self._add = add

    def fault(self, toml: str) -> Fault:
        """A fault from now on, as it was taken: with its label."""
        world = self._world
        scenario = scenario_with(self._source, toml, "faults", self._clock_ms(), self._outside)
        fault: Fault = scenario.faults[-1]
        if not fault.label:
            fault = fault.model_copy(update={"label": f"{fault.mode} live {self._faults.added + 1}"})
        if self._faults.knows(fault.label):
            raise ControlError(f"a fault with the label {fault.label!r} is there already")
        [rule] = fault_rules(scenario.model_copy(update={"faults": (fault,), "actions": ()}))
        windows = self._add(rule)
        world.recorder.emit(FaultAdded(
            now_ms(world.env), "run", fault=fault.label, mode=fault.mode, may_stay_away=fault.may_stay_away))
        for window in windows:
            world.add_window(window)
        for told in world.announcements.plan(rule, now_ms(world.env)):
            world.recorder.emit(told)
        return fault

    def action(self, toml: str) -> None:
        """A documented remedy now."""
        scenario = scenario_with(
            self._source, f'{toml}\nat = "0s"', "actions", self._clock_ms(), self._outside)
        action = scenario.actions[-1]
        planned = planned_actions(scenario.model_copy(update={"actions": (action,)}))
        remedies.take(self._world, planned[0])


def scenario_with(
    source: dict[str, Any], toml: str, what: str, now_ms: int, outside: frozenset[str] = frozenset(),
) -> Scenario:
    """A scenario read from TOML, with one more fault or action that counts from now; ``ControlError`` where that cannot be."""
    try:
        check_toml(toml)
        table = read_toml(toml)
    except BoundsError as error:
        raise ControlError(str(error)) from error
    except ValueError as error:
        raise ControlError(f"no TOML: {error}") from error
    source = {key: value for key, value in source.items() if key not in _TIMED}
    source["merchants"] = [
        {key: value for key, value in merchant.items() if key not in _PEOPLE}
        for merchant in source["merchants"]
    ]
    source |= {
        "start": datetime_at(now_ms).isoformat(), "until": "365d", what: [table],
    }
    try:
        return scenario_of(source, lambda _scenario: outside)
    except ScenarioError as error:
        raise ControlError(str(error)) from error
