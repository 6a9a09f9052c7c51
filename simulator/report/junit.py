"""A judgement as JUnit XML: one test case for each invariant, and one for each expectation.

What did not come up or cannot be seen is skipped, never passed in silence.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from simulator.judge.verdict import Finding, InvariantVerdict, Judgement, State, Verdict
from simulator.local_time import datetime_at
from simulator.report.words import STATES, Language, word

_FORBIDDEN = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def junit(
    *judgements: Judgement, took_s: Sequence[float] = (), language: Language = "en",
    properties: Mapping[str, str] | None = None,
) -> bytes:
    """The XML text in UTF-8 with a line end; one suite for each run, and how long each really took.

    ``properties``: of the bench, told in each suite.
    """
    suites = Element("testsuites", {"name": "daozhang"})
    suites.extend(_suite(judgement, language, properties or {}) for judgement in judgements)
    for suite, seconds in zip(suites, took_s, strict=False):
        suite.set("time", f"{seconds:.3f}")
    if took_s:
        suites.set("time", f"{sum(took_s):.3f}")
    for attribute in ("tests", "failures", "errors", "skipped"):
        suites.set(attribute, str(sum(int(suite.get(attribute, "0")) for suite in suites)))
    indent(suites)
    return bytes(tostring(suites, encoding="utf-8", xml_declaration=True)) + b"\n"


def _suite(judgement: Judgement, language: Language, of_bench: Mapping[str, str]) -> Element:
    suite = Element("testsuite", {
        "name": _clean(judgement.title or "daozhang"),
        "timestamp": datetime_at(judgement.began_ms).isoformat(timespec="seconds"),
    })
    properties = SubElement(suite, "properties")
    for name in ("verdict", "seed", "version", "clock", "target"):
        value = getattr(judgement, name)
        text = value.value if isinstance(value, Verdict) else str(value)
        SubElement(properties, "property", {"name": name, "value": _clean(text)})
    for name, text in of_bench.items():
        SubElement(properties, "property", {"name": name, "value": _clean(text)})
    simulated_s = (judgement.ended_ms - judgement.began_ms) / 1000
    SubElement(properties, "property", {"name": "simulated_s", "value": f"{simulated_s:.3f}"})
    for invariant in judgement.invariants:
        _invariant(suite, judgement, invariant, language)
    unmet = [finding for finding in judgement.findings if finding.invariant == 0]
    for expectation in judgement.expectations:
        name = expectation.name if language == "en" else expectation.name_zh
        case = _case(suite, "expectations", name)
        if not expectation.met:
            _failure(case, [unmet.pop(0)] if unmet else [], name, language)
    told_already = judgement.verdict is Verdict.INCONCLUSIVE and suite.find("testcase/failure") is not None
    if judgement.verdict in (Verdict.ERROR, Verdict.INCONCLUSIVE) and not told_already:
        case = _case(suite, "run", word("the_run", language))
        tag = "error" if judgement.verdict is Verdict.ERROR else "failure"
        told = _clean("; ".join(judgement.reasons if language == "en" else judgement.reasons_zh))
        SubElement(case, tag, {"message": told, "type": judgement.verdict.value}).text = told
    _count(suite)
    return suite


def _invariant(
    suite: Element, judgement: Judgement, invariant: InvariantVerdict, language: Language,
) -> None:
    name = invariant.name if language == "en" else invariant.name_zh
    case = _case(suite, "invariants", f"{invariant.number} {name}")
    if invariant.state is State.VIOLATED:
        found = [each for each in judgement.findings if each.invariant == invariant.number]
        _failure(case, found, word("violated_times", language).format(n=invariant.violations), language)
    elif invariant.state is not State.HELD:
        SubElement(case, "skipped", {"message": STATES[invariant.state].say(language)})
    else:
        SubElement(case, "system-out").text = word("held_in", language).format(n=invariant.exercised)


def _failure(case: Element, findings: list[Finding], message: str, language: Language) -> None:
    urgency = findings[0].urgency.value if findings else "expectation"
    first = _what(findings[0], language) if findings else message
    failure = SubElement(case, "failure", {"message": _clean(first), "type": urgency})
    failure.text = _clean("\n\n".join(_told(finding, language) for finding in findings) or message)


def _what(finding: Finding, language: Language) -> str:
    return finding.what if language == "en" else finding.what_zh


def _told(finding: Finding, language: Language) -> str:
    english = language == "en"
    lines = [_what(finding, language)]
    for step in finding.steps:
        text = step.text if english or not step.text_zh else step.text_zh
        lines.append(f"  {datetime_at(step.at_ms):%Y-%m-%d %H:%M:%S}  {text}")
    cause, remedy = (
        (finding.cause_text, finding.remedy) if english else (finding.cause_text_zh, finding.remedy_zh))
    if cause:
        lines.append(f"  {word('cause', language)}: {cause} {finding.cause}".rstrip())
    if remedy:
        lines.append(f"  {word('remedy', language)}: {remedy}")
    return "\n".join(lines)


def _case(suite: Element, group: str, name: str) -> Element:
    return SubElement(suite, "testcase", {"classname": f"daozhang.{group}", "name": _clean(name)})


def _count(suite: Element) -> None:
    cases = suite.findall("testcase")
    suite.set("tests", str(len(cases)))
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        suite.set(attribute, str(sum(case.find(tag) is not None for case in cases)))


def _clean(text: str) -> str:
    """Text without what XML 1.0 cannot hold, whatever a scenario's title or a terminal sends."""
    return _FORBIDDEN.sub("?", text)
