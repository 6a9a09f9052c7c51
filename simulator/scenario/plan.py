"""From the text of faults and actions to what the injector and the world work with.

Each function takes a scenario that was checked; nothing is refused here.
"""

from __future__ import annotations

import msgspec

from simulator.faults.modes import MODES, Act
from simulator.faults.points import Point, Verb
from simulator.faults.rules import FaultRule, Parameters, acts_with
from simulator.scenario.scenario import Scenario
from simulator.scenario.story import (
    THE_WINDOW,
    Action,
    DownloadName,
    Fault,
    PlannedAction,
    Within,
)
from simulator.wire.kinds import ProcessingRequest

DEMAND = "demand_download"
DEMANDS: dict[DownloadName, ProcessingRequest] = {
    "parameters": ProcessingRequest.PARAMETER_DOWNLOAD,
    "status": ProcessingRequest.STATUS_UPLOAD,
    "capk": ProcessingRequest.CAPK_DOWNLOAD,
    "aid": ProcessingRequest.IC_PARAMETERS,
    "application": ProcessingRequest.APPLICATION_DOWNLOAD,
    "black_list": ProcessingRequest.BLACK_LIST,
    "exchange_rates": ProcessingRequest.EXCHANGE_RATES,
    "contactless": ProcessingRequest.CONTACTLESS,
}


def parameters_of(fault: Fault) -> Parameters:
    """What a fault says otherwise than its mode's row."""
    return Parameters(
        delay_ms=fault.delay_ms, off_for_ms=fault.off_for_ms, jitter_ms=fault.jitter_ms,
        loss=fault.loss, code=fault.code, how=fault.how, services=fault.services,
        minimum=fault.minimum, set_to=fault.set_to, software=fault.software,
        rate=None if fault.rate is None else str(fault.rate),
        size=None if fault.size is None else str(fault.size),
    )


def labels(scenario: Scenario) -> tuple[str, ...]:
    """The label of each fault; where none is given its mode, numbered where that is ambiguous.

    A label that was given does not change when faults are added, so neither do its draws.
    """
    taken = {fault.label for fault in scenario.faults if fault.label}
    found = []
    for fault in scenario.faults:
        label = fault.label
        if not label:
            label, number = fault.mode, 1
            while label in taken:
                number += 1
                label = f"{fault.mode} {number}"
            taken.add(label)
        found.append(label)
    return tuple(found)


def window_of(scenario: Scenario, fault: Fault) -> tuple[int | None, int | None]:
    """Begin and end of a fault's window; None: from the start, until the faults end."""
    if fault.for_ms is None:
        return fault.at_ms, None
    begin = scenario.start_ms if fault.at_ms is None else fault.at_ms
    return begin, begin + fault.for_ms


def fault_rules(scenario: Scenario) -> tuple[FaultRule, ...]:
    """What the injector is built with."""
    return tuple(
        _rule(scenario, fault, label)
        for fault, label in zip(scenario.faults, labels(scenario), strict=True)
    )


def acting(fault: Fault) -> tuple[Act, ...]:
    """What a fault of a known mode can do, in its way, at its points."""
    acts = acts_with(MODES[fault.mode], parameters_of(fault))
    return tuple(act for act in acts if fault.on in ("", act.point.value))


def _rule(scenario: Scenario, fault: Fault, label: str) -> FaultRule:
    at_ms, until_ms = window_of(scenario, fault)
    return FaultRule(
        label=label, mode=fault.mode, acts=_acts(scenario, fault),
        target="" if fault.target == "all" else fault.target, at_ms=at_ms, until_ms=until_ms,
        on=Point(fault.on) if fault.on else None, mti=fault.mti, nth=fault.nth, times=fault.times,
        chance=fault.chance, between=fault.between, after_effect=fault.after_effect, of=fault.of,
    )


def _acts(scenario: Scenario, fault: Fault) -> tuple[Act, ...]:
    """The mode's acts with the fault's parameters; a host restarts as fast as it can."""
    restart_ms = scenario.acquirer.restart_takes_ms
    return tuple(
        msgspec.structs.replace(act, ms=restart_ms)
        if act.verb is Verb.CRASH and fault.off_for_ms is None else act
        for act in acts_with(MODES[fault.mode], parameters_of(fault))
    )


def window_ends(scenario: Scenario) -> dict[str, int]:
    """When each fault that has an end ends, by label."""
    return {
        label: until_ms
        for fault, label in zip(scenario.faults, labels(scenario), strict=True)
        if (until_ms := window_of(scenario, fault)[1]) is not None
    }


def planned_actions(scenario: Scenario) -> tuple[PlannedAction, ...]:
    """The actions in the order of their moments; at one moment in the order of the file."""
    planned = [_planned(scenario, action) for action in scenario.actions]
    return tuple(sorted(planned, key=lambda action: action.at_ms))


def moment_of_action(scenario: Scenario, action: Action) -> int:
    """When an action is taken."""
    if not action.after:
        return (scenario.start_ms if action.at_ms is None else action.at_ms) + action.wait_ms
    ends = window_ends(scenario)
    end_ms = max(ends.values()) if action.after == THE_WINDOW else ends[action.after]
    return end_ms + action.wait_ms


def _planned(scenario: Scenario, action: Action) -> PlannedAction:
    return PlannedAction(
        at_ms=moment_of_action(scenario, action), do=action.do, by=action.by,
        terminal=action.terminal or 0, target=action.target, for_ms=action.for_ms or 0,
        software=action.software, sale=action.sale, amount_fen=action.amount_fen, pay=action.pay,
        clerk=action.clerk, password=action.password,
        download=DEMANDS[action.download or "capk"].value if action.do == DEMAND else "",
        may_stay_away=action.may_stay_away,
    )


def bound_of(scenario: Scenario) -> Within | None:
    """By when money must have arrived, with its base known; None where nothing is asked."""
    within = scenario.expect.within
    if within is None or not within.after_window:
        return within
    return within.model_copy(update={
        "base_ms": max(window_ends(scenario).values()), "after_window": False,
    })
