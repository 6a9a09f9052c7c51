"""The report of a run of checks for machines: JSON with both languages, JUnit with a suite for each group."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import msgspec

from hil.checks.check import GROUPS, Check
from hil.checks.results import Outcome, Result
from hil.checks.run import CheckRun
from hil.checks.table import CHECKS
from hil.checks.told import firmware_of, reading, shown
from simulator.catalogue.language import Told
from simulator.version import own_version

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SKIPPED = frozenset({Outcome.NOT_REACHED, Outcome.NOT_OBSERVABLE})


def facts_of(run: CheckRun) -> dict[str, str]:
    """What was tested, where, by what."""
    bench = run.setting.bench
    return {
        "device": bench.device.kind, "name": bench.device.name, "firmware": firmware_of(run),
        "serial": bench.device.serial_number, "tid": bench.terminal.tid, "station": bench.station,
        "bench": str(bench.path), "version": own_version(), "defects": ",".join(run.setting.defects),
    }


def as_json(run: CheckRun) -> bytes:
    """Everything; texts in both languages."""
    facts: dict[str, Any] = {
        **facts_of(run), "whole": run.whole, "given_up": run.is_given_up, "took_s": round(run.took_s, 3), "planned": len(run.planned),
        "counts": {outcome.value: run.count(outcome) for outcome in Outcome},
        "results": [_result(result) for result in run.results],
    }
    return msgspec.json.format(msgspec.json.encode(facts), indent=2) + b"\n"


def listed_json(checks: list[Check]) -> bytes:
    """The table of checks."""
    return msgspec.json.format(msgspec.json.encode([_check(check) for check in checks]), indent=2) + b"\n"


def _check(check: Check) -> dict[str, Any]:
    return {
        "check": check.id, "group": check.group.value, "title": _both(check.title), "rule": _both(check.rule),
        "source": check.source, "kinds": sorted(kind.value for kind in check.kinds),
        "needs": [need.value for need in check.needs], "changed_by": list(check.changed_by),
        "measures": [{"name": rule.name, "unit": rule.unit, **_both(rule.words)} for rule in check.must],
    }


def _result(result: Result) -> dict[str, Any]:
    check = CHECKS[result.check]
    return {
        **_check(check), "outcome": result.outcome.value, "why": _both(result.why),
        "measured": [
            {**msgspec.to_builtins(each), "words": _both(each.words)} for each in result.measured],
        "wrong": [{**msgspec.to_builtins(each), "what": _both(each.what)} for each in result.wrong],
        "frame": None if result.frame is None else {
            **msgspec.to_builtins(result.frame), "fields": dict(result.frame.fields)},
        "money_fen": result.money_fen, "took_s": round(result.took_s, 3), "late_ms": round(result.late_ms, 1),
        "tries": result.tries,
        "folder": result.folder, "again": result.command,
    }


def _both(told: Told) -> dict[str, str]:
    return {"en": told.en, "zh": told.zh}


def as_junit(run: CheckRun) -> bytes:
    """A test case for each check; what was not reached or cannot be seen is skipped, never passed in silence."""
    suites = Element("testsuites", {"name": "daozhang"})
    for group, words in GROUPS.items():
        ours = [result for result in run.results if CHECKS[result.check].group is group]
        if not ours:
            continue
        suite = SubElement(suites, "testsuite", {"name": f"check.{group.value}"})
        properties = SubElement(suite, "properties")
        for name, value in {**facts_of(run), "about": words.say()}.items():
            SubElement(properties, "property", {"name": name, "value": _clean(value)})
        for result in ours:
            _case(suite, result)
        _count(suite)
    for attribute in ("tests", "failures", "errors", "skipped"):
        suites.set(attribute, str(sum(int(each.get(attribute, "0")) for each in suites)))
    suites.set("time", f"{run.took_s:.3f}")
    indent(suites)
    return bytes(tostring(suites, encoding="utf-8", xml_declaration=True)) + b"\n"


def _case(suite: Element, result: Result) -> None:
    check = CHECKS[result.check]
    case = SubElement(suite, "testcase", {
        "classname": f"daozhang.check.{check.group.value}", "name": _clean(f"{check.id} {check.title.say()}"),
        "time": f"{result.took_s:.3f}"})
    if result.outcome is Outcome.HELD:
        SubElement(case, "system-out").text = _clean("\n".join(reading(each) for each in result.measured))
        return
    tag = "failure" if result.outcome is Outcome.FAILED else "skipped" if result.outcome in _SKIPPED else "error"
    element = SubElement(case, tag, {"message": _clean(result.why.say()), "type": result.outcome.value})
    if tag != "skipped":
        element.text = _clean("\n".join(shown(result)))


def _count(suite: Element) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(case.find(tag) is not None for case in cases)))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("?", text)
