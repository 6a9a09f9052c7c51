"""The report of a sweep for machines: JSON, and JUnit with a suite for each kind."""

from __future__ import annotations

import re
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

import msgspec

from hil.sweep.harms import HARMS
from hil.sweep.results import CaseResult, Outcome
from hil.sweep.sweep import Sweep
from hil.sweep.told import command, firmware_of, money
from simulator.catalogue.language import spoken
from simulator.version import own_version

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SKIPPED = frozenset({Outcome.NOT_REACHED, Outcome.UNSURE})


def facts_of(swept: Sweep) -> dict[str, str]:
    """What was tested, where, by what."""
    device, bench = swept.asked.bench.device, swept.asked.bench
    return {
        "device": device.kind, "name": device.name, "firmware": firmware_of(swept),
        "serial_number": device.serial_number, "tid": bench.terminal.tid, "station": bench.station,
        "bench": str(bench.path), "version": own_version(), "defects": ",".join(swept.asked.defects),
    }


def as_json(swept: Sweep) -> bytes:
    """Everything; texts in both languages."""
    facts: dict[str, Any] = {
        **facts_of(swept),
        "whole": swept.whole, "given_up": swept.is_given_up, "took_s": round(swept.took_s, 3), "planned": len(swept.planned),
        "counts": {each.value: sum(done.outcome is each for done in swept.done) for each in Outcome},
        "kinds": swept.recordings, "not_swept": swept.not_swept,
        "results": [
            {**msgspec.to_builtins(each), "again": command(swept, f"--case {each.case}")} for each in swept.done],
    }
    return msgspec.json.format(msgspec.json.encode(facts), indent=2) + b"\n"


def as_junit(swept: Sweep) -> bytes:
    """A test case for each case; what was not reached is skipped, never passed in silence."""
    suites = Element("testsuites", {"name": "daozhang"})
    for recording in swept.recordings:
        suite = SubElement(suites, "testsuite", {"name": f"boundaries.{recording.kind}"})
        properties = SubElement(suite, "properties")
        for name, value in facts_of(swept).items():
            SubElement(properties, "property", {"name": name, "value": _clean(value)})
        for result in swept.done:
            if result.kind == recording.kind:
                _case(suite, result, swept)
        _count(suite)
    for suite in _faults_of_bench(suites, swept):
        _count(suite)
    for attribute in ("tests", "failures", "errors", "skipped"):
        suites.set(attribute, str(sum(int(each.get(attribute, "0")) for each in suites)))
    indent(suites)
    return bytes(tostring(suites, encoding="utf-8", xml_declaration=True)) + b"\n"


def _case(suite: Element, result: CaseResult, swept: Sweep) -> None:
    case = SubElement(suite, "testcase", {
        "classname": f"daozhang.boundaries.{result.kind}", "name": f"{result.boundary}/{result.harm}",
        "time": f"{result.took_ms / 1000:.3f}"})
    if result.outcome is Outcome.HELD:
        return
    tag = "failure" if result.outcome is Outcome.FAILED else "error" if result.outcome is Outcome.BENCH else "skipped"
    message = result.why[0].say() if result.why else HARMS[result.harm].what.say(spoken())
    element = SubElement(case, tag, {"message": _clean(message)})
    if result.outcome not in _SKIPPED:
        lines = [each.say() for each in result.why]
        lines += list(result.wrong.lines) if result.wrong is not None else []
        lines += [money(result.money).say()] if result.money is not None else []
        element.text = _clean("\n".join([*lines, command(swept, f"--case {result.case}")]))


def _faults_of_bench(suites: Element, swept: Sweep) -> list[Element]:
    """Kinds that were not swept: skipped, or an error where the bench could not."""
    if not swept.not_swept:
        return []
    suite = SubElement(suites, "testsuite", {"name": "boundaries"})
    for each in swept.not_swept:
        case = SubElement(suite, "testcase", {"classname": "daozhang.boundaries", "name": each.kind})
        tag = "error" if each.is_fault_of_bench else "failure" if each.is_failed else "skipped"
        SubElement(case, tag, {"message": _clean(each.why.say())})
    return [suite]


def _count(suite: Element) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(case.find(tag) is not None for case in cases)))


def _clean(text: str) -> str:
    return _FORBIDDEN.sub("?", text)
