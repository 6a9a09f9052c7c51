"""What must hold of an emergency plan before anything runs: no alarm that cannot go off or helps nobody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.catalogue.alarms import ALARMS, LARGE
from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.faults.targets import Topology
from simulator.local_time import DAY_MS, HOUR_MS, SECOND_MS
from simulator.scenario.action_checks import check_action
from simulator.scenario.names_and_times import each_once, inside_run, name_known
from simulator.scenario.parts.emergency import Alarm, EmergencyPlan, PlanStep
from simulator.scenario.problems import Problem, allowed_text, no_such
from simulator.scenario.scenario import Scenario
from simulator.scenario.story import Action
from simulator.scenario.toml_lines import Path

ALARM_KEYS = {
    "share": "share", "at_least": "at_least", "count": "count", "window_ms": "window", "for_ms": "for",
    "from_ms": "from", "until_ms": "until", "settled_by_ms": "settled_by", "code": "code", "days": "days",
    "amount_fen": "amount",
}


def check_plan(scenario: Scenario, topology: Topology) -> Iterator[Problem]:
    """What is wrong with the plan."""
    plan = scenario.plan
    if plan is None:
        return
    if not SECOND_MS <= plan.looks_every_ms <= HOUR_MS:
        yield Problem(("plan", "looks_every"), "must lie between 1s and 1h")
    if plan.react_within_ms == 0:
        yield Problem(("plan", "react_within"), "must be longer than nothing")
    yield from _team(plan)
    yield from _once("alarms", "name", (alarm.name for alarm in plan.alarms))
    for index, alarm in enumerate(plan.alarms):
        path: Path = ("plan", "alarms", index)
        yield from _alarm(scenario, path, alarm)
        for place, step in enumerate(alarm.then):
            yield from check_action(
                scenario, topology, (*path, "then", place), as_action(step, scenario.until_ms),
                knows_whom=True)
    yield from _compensation(plan)
    yield from _drills(scenario, plan)


def as_action(step: PlanStep, at_ms: int) -> Action:
    """A step as the action that it is."""
    given = {name: value for name, value in step if name != "wait_ms"}
    return Action.model_construct(**{**dict(Action(do=step.do)), **given, "at_ms": at_ms})


def _once(part: str, key: str, names: Iterable[str]) -> Iterator[Problem]:
    for problem in each_once(part, names, key):
        yield Problem(("plan", *problem.path), problem.text)


def _team(plan: EmergencyPlan) -> Iterator[Problem]:
    yield from _once("team", "who", (each.who for each in plan.team))
    for index, each in enumerate(plan.team):
        if each.from_ms == each.until_ms:
            yield Problem(("plan", "team", index, "until"), "must not be from; this one is never on duty")


def _alarm(scenario: Scenario, path: Path, alarm: Alarm) -> Iterator[Problem]:
    kind = ALARMS.get(alarm.watch)
    if kind is None:
        yield Problem((*path, "watch"), no_such("no alarm", alarm.watch, ALARMS))
        return
    defaults = Alarm(name=alarm.name, watch=alarm.watch)
    for field, key in ALARM_KEYS.items():
        value = getattr(alarm, field)
        given = value != getattr(defaults, field)
        if given and key not in kind.needs | kind.may:
            yield Problem((*path, key), f"{alarm.watch} does not take {key}; "
                          + allowed_text(sorted({"by", *kind.needs, *kind.may})))
        elif key in kind.needs and not given:
            yield Problem((*path, key), f"missing; {alarm.watch} needs it")
        elif key in {"share", "window", "amount"} and value == 0:
            yield Problem((*path, key), "must be above 0" if key == "share" else
                          "must be above 0.00" if key == "amount" else "must be longer than nothing")
    if (alarm.window_ms or 0) > DAY_MS:
        yield Problem((*path, "window"), "must not be longer than 1d")
    if alarm.from_ms is not None and alarm.until_ms is not None and alarm.until_ms <= alarm.from_ms:
        yield Problem((*path, "until"), "must be later than from")
    if alarm.code and alarm.code not in RESPONSE_CODES:
        yield Problem((*path, "code"), no_such("no code", alarm.code, RESPONSE_CODES))
    yield from name_known((*path, "by"), "no merchant", alarm.by, tuple(
        merchant.name for merchant in scenario.merchants))
    single = [
        limit for merchant in scenario.merchants if alarm.by in ("", merchant.name)
        if (limit := merchant.limits.single_fen) is not None]
    concerned = [each for each in scenario.merchants if alarm.by in ("", each.name)]
    if alarm.watch == LARGE and len(single) == len(concerned) and (alarm.amount_fen or 0) > max(single, default=0):
        yield Problem((*path, "amount"), "above limits.single, so no such sale is approved")


def _compensation(plan: EmergencyPlan) -> Iterator[Problem]:
    terms = plan.compensation
    if terms is None:
        return
    path: Path = ("plan", "compensation")
    if not terms.per_day_fen:
        yield Problem((*path, "per_day"), "must be above 0.00")
    if terms.most_fen is not None and terms.most_fen < terms.per_day_fen:
        yield Problem((*path, "most"), "must not be below per_day")


def _drills(scenario: Scenario, plan: EmergencyPlan) -> Iterator[Problem]:
    names = tuple(alarm.name for alarm in plan.alarms)
    for index, drill in enumerate(plan.drills):
        path: Path = ("plan", "drills", index)
        if drill.alarm not in names:
            yield Problem((*path, "alarm"), no_such("no alarm", drill.alarm, names))
        yield from inside_run(scenario, (*path, "at"), drill.at_ms)
