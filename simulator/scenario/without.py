"""A scenario without some of its remedies or faults, all else at the moments that it had; runs nothing.

What a moment hung on ("after the window") may be what is left out, so every action is given its
moment first, and so is the bound of what is expected.
"""

from __future__ import annotations

from difflib import get_close_matches

import msgspec

from simulator.catalogue.language import Message, Told
from simulator.scenario.plan import bound_of, labels, moment_of_action
from simulator.scenario.scenario import Scenario

ALL_ACTIONS, ALL_FAULTS, THE_PLAN = "actions", "faults", "plan"
MONITOR = "monitor"  # a remedy that switches the plan's alarms on
NUMBERED = "/"  # "settle/2": the second of that name in the file

WITHOUT_ACTIONS = Message("without_actions", "without remedies", "不采取处理办法")
WITHOUT_FAULTS = Message("without_faults", "without faults", "不发生故障")
WITHOUT_PLAN = Message("without_plan", "without the emergency plan", "没有应急预案")
WITHOUT_ONE = Message("without_one", "without {name}", "没有 {name}")
THE_ACTIONS, THE_FAULTS = Told("the remedies", "处理办法"), Told("the faults", "故障")
EMERGENCY_PLAN = Told("the emergency plan", "应急预案")
NOTHING_CALLED = Message(
    "nothing_called", "there is no {given} in {title!r}{perhaps}; allowed: {allowed}, or a scenario's file or name",
    "场景 {title!r} 中没有 {given}{perhaps}；只能是 {allowed}，或另一场景的文件或名称")
PERHAPS = Message("perhaps", "; did you mean {name}?", "；是否指 {name}？")


class NothingCalledError(ValueError):
    """No action and no fault of the scenario has this name; the text says which there are."""


class Without(msgspec.Struct, frozen=True):
    """A scenario from which something was taken, and what that is in words."""

    scenario: Scenario
    told: Told
    what: Told  # was taken from it


def names_in(scenario: Scenario) -> tuple[str, ...]:
    """What can be left out: all remedies, all faults, each remedy by its name, each fault by its label."""
    found = []
    if scenario.actions:
        found.append(ALL_ACTIONS)
    if scenario.faults:
        found.append(ALL_FAULTS)
    if scenario.plan is not None:
        found.append(THE_PLAN)
    return (*found, *_action_names(scenario), *labels(scenario))


def without(scenario: Scenario, given: str) -> Without:
    """The scenario without what ``given`` names.  Raises ``NothingCalledError``."""
    if given not in names_in(scenario):
        allowed = names_in(scenario)
        near = get_close_matches(given, allowed, 1)
        raise NothingCalledError(NOTHING_CALLED.say(
            given=given, title=scenario.title, allowed=", ".join(allowed) or "-",
            perhaps=PERHAPS.both(name=near[0]) if near else Told("", "")))
    fixed = with_moments(scenario)
    if given == ALL_ACTIONS:
        return Without(fixed.model_copy(update={"actions": ()}), WITHOUT_ACTIONS.both(), THE_ACTIONS)
    if given == ALL_FAULTS:
        return Without(fixed.model_copy(update={"faults": ()}), WITHOUT_FAULTS.both(), THE_FAULTS)
    if given == THE_PLAN:
        left = tuple(action for action in fixed.actions if action.do != MONITOR)
        return Without(
            fixed.model_copy(update={"plan": None, "actions": left}), WITHOUT_PLAN.both(), EMERGENCY_PLAN)
    actions = tuple(
        action for name, action in zip(_action_names(scenario), fixed.actions, strict=True)
        if name != given)
    faults = tuple(
        fault for label, fault in zip(labels(scenario), fixed.faults, strict=True)
        if label != given)
    return Without(
        fixed.model_copy(update={"actions": actions, "faults": faults}),
        WITHOUT_ONE.both(name=given), Told(given, given))


def with_moments(scenario: Scenario) -> Scenario:
    """The same scenario, and nothing in it hangs on the label or the end of a fault any more."""
    actions = tuple(
        action.model_copy(update={
            "at_ms": moment_of_action(scenario, action), "after": "", "wait_ms": 0})
        for action in scenario.actions)
    faults = tuple(
        fault.model_copy(update={"label": label})
        for label, fault in zip(labels(scenario), scenario.faults, strict=True))
    expect = scenario.expect.model_copy(update={"within": bound_of(scenario)})
    return scenario.model_copy(update={"actions": actions, "faults": faults, "expect": expect})


def _action_names(scenario: Scenario) -> tuple[str, ...]:
    """Each action by what it does; from the second of a name on with its number."""
    found: list[str] = []
    for action in scenario.actions:
        number = 1 + sum(name.split(NUMBERED)[0] == action.do for name in found)
        found.append(action.do if number == 1 else f"{action.do}{NUMBERED}{number}")
    return tuple(found)
