"""The faults of a relay: ``[[faults]]`` as a scenario has them, checked before anything starts.

A relay knows no merchant and no bank: a fault aims at all, or at ``terminal:TID``.  What a relay
cannot do is refused by name with its line.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from hil.ecr.profile import Profile
from hil.relay.ecr_tongue import EcrTongue
from simulator.catalogue.places import Place
from simulator.faults.points import Verb
from simulator.faults.rules import FaultRule
from simulator.faults.targets import Topology
from simulator.local_time import datetime_at
from simulator.scenario.numbers import topology_of
from simulator.scenario.plan import acting, fault_rules
from simulator.scenario.problems import Problem, no_such
from simulator.scenario.read import refused, scenario_around, scenario_text
from simulator.scenario.scenario import Scenario
from simulator.toml_reading import read_toml
from simulator.wire.identifiers import TID_LENGTH

NOBODY = "-"  # the merchant whose terminals they are, of whom no fault can speak
AIMS = ("all", "acquirer")
TERMINAL = "terminal:"
LONGEST = "3650d"


class RelayFaults(msgspec.Struct, frozen=True):
    """The faults of one text."""

    rules: tuple[FaultRule, ...] = ()
    topology: Topology = Topology(terminals=(), merchants=())
    may_stay_away: frozenset[str] = frozenset()  # labels


def read_faults(path: Path, start_ms: int, profile: Profile | None = None) -> RelayFaults:
    """The faults of a file; ``ScenarioError`` names file, line and what is allowed.

    With a profile they strike between a till and its terminal.
    """
    return faults_of(scenario_text(path), str(path), start_ms, profile)


def faults_of(
    text: str, name: str, start_ms: int, profile: Profile | None = None,
) -> RelayFaults:
    """The same of a text; times count from ``start_ms``."""
    try:
        data = read_toml(text)
    except ValueError:
        data = {}  # whoever reads it says what is wrong
    if problems := list(_foreign(data)):
        raise refused(name, text, problems)
    place = Place.RELAY if profile is None else Place.ECR_LINE
    scenario = scenario_around(text, name, _around(data, start_ms), inside=place)
    if profile is not None and (problems := list(_unspoken(scenario, EcrTongue(profile), profile))):
        raise refused(name, text, problems)
    return _taken(scenario)


def _unspoken(scenario: Scenario, tongue: EcrTongue, profile: Profile) -> Iterator[Problem]:
    """What a profile does not have cannot be lost or spoilt."""
    for index, fault in enumerate(scenario.faults):
        for act in acting(fault):
            if ("ack" in act.what or act.verb is Verb.NAK) and not tongue.can_nak:
                yield Problem(("faults", index, "mode"), f"{fault.mode} cannot be done: in the profile "
                              f"{profile.name} nothing is answered with ACK or NAK")
            elif act.verb is Verb.SPOIL_CHECK and not tongue.has_check:
                yield Problem(("faults", index, "mode"), f"{fault.mode} cannot be done: the frames of the "
                              f"profile {profile.name} have no check byte")


def one_fault(
    toml: str, start_ms: int, label: str, profile: Profile | None = None,
) -> RelayFaults:
    """The lines of one ``[[faults]]`` table, from now on."""
    found = faults_of(f"[[faults]]\n{toml}", "fault", start_ms, profile)
    [rule] = found.rules
    if rule.label != rule.mode:
        return found
    named = msgspec.structs.replace(rule, label=label)
    return msgspec.structs.replace(
        found, rules=(named,), may_stay_away=frozenset({label} if found.may_stay_away else ()))


def _foreign(data: Mapping[str, Any]) -> Iterator[Problem]:
    """What is no fault, and aims that a relay does not know."""
    for key in data:
        if key != "faults":
            yield Problem((key,), no_such("no part of a file of faults", key, ("faults",)))
    for index, fault in enumerate(_tables(data)):
        target = fault.get("target", "")
        if isinstance(target, str) and target and target not in AIMS and not _tid_in(target):
            yield Problem(("faults", index, "target"), no_such(
                "no target", target, (*AIMS, f"{TERMINAL}TID")))


def _tid_in(target: str) -> str:
    head, _, tid = target.partition(TERMINAL)
    return tid if not head and len(tid) == TID_LENGTH else ""


def _tables(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    tables = data.get("faults")
    return [each for each in tables if isinstance(each, dict)] if isinstance(tables, list) else []


def _around(data: Mapping[str, Any], start_ms: int) -> dict[str, Any]:
    """All else that a scenario has: nobody is in it but the terminals that are aimed at."""
    tids = list(dict.fromkeys(
        tid for fault in _tables(data) if (tid := _tid_in(str(fault.get("target", ""))))))
    return {
        "title": "a relay", "start": datetime_at(start_ms).isoformat(), "until": LONGEST,
        "merchants": [{
            "name": NOBODY, "terminals": [{"tids": tids}] if tids else [{"count": 1}]}],
    }


def _taken(scenario: Scenario) -> RelayFaults:
    rules = fault_rules(scenario)
    return RelayFaults(rules, topology_of(scenario), frozenset(
        rule.label for rule, fault in zip(rules, scenario.faults, strict=True)
        if fault.may_stay_away))
