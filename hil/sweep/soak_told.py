"""The report of a soak: as text, and as facts for JSON."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from hil.sweep import soak_words as say
from hil.sweep.soak import Soaked
from hil.sweep.soak_plan import TROUBLES, WINDOWS
from hil.sweep.soak_watch import Times
from hil.sweep.sweep_words import KIND_OF_DEVICE, duration
from simulator.catalogue.language import Message, spoken
from simulator.report.words import VERDICTS
from simulator.report.wrap import wrapped
from simulator.version import own_version

FINDINGS_SHOWN = 20
_INDENT = "  "


def beginning(seed: int, sales: int, hours: float, *, troubled: bool) -> list[str]:
    """What is to come, said before it begins; its lines."""
    troubles = ", ".join(f"{name} {share}" for name, share in TROUBLES) if troubled else say.NOTHING.say()
    windows = ", ".join(each.what.say() for each in WINDOWS) if troubled else say.NOTHING.say()
    row = say.BEGIN if sales else say.UNTIL
    return wrapped(row.say(sales=sales, hours=hours, seed=seed, troubles=troubles, windows=windows), again=_INDENT)


def report(soaked: Soaked) -> Iterator[str]:
    """Its lines."""
    asked = soaked.asked
    device = asked.bench.device
    yield from wrapped(say.TITLE.say(
        name=device.name, kind=KIND_OF_DEVICE[device.kind],
        firmware=device.firmware or (f"daozhang {own_version()}" if device.kind == "virtual" else "-"),
        tid=asked.bench.terminal.tid, station=asked.bench.station, seed=asked.seed))
    if not soaked.whole:
        yield say.CUT.say()
    yield from wrapped(say.DID.say(
        done=soaked.done, took=duration(soaked.took_s), counts=_counted(soaked.kinds)), again=_INDENT)
    yield from wrapped(say.TROUBLES.say(troubles=_counted(soaked.troubles) or say.NOTHING.say()), again=_INDENT)
    for name, times in ((say.WHOLE, soaked.wholly), (say.HOST, soaked.at_host)):
        if times is not None:
            yield from wrapped(_times(name, times), again=_INDENT)
    wraps = soaked.wraps
    yield from wrapped(say.NUMBERS.say(
        first=f"{wraps.first_stan:06}", last=f"{wraps.last_stan:06}", stan_wraps=wraps.stan_wraps,
        batches=wraps.batches, batch_wraps=wraps.batch_wraps), again=_INDENT)
    for each in soaked.growth:
        yield from wrapped(say.GROWTH.say(
            process=each.process, first=each.first_kib, last=each.last_kib, slope=f"{each.kib_per_1000:+.0f}",
            descriptors=f"{each.descriptors_per_1000:+.1f}"), again=_INDENT)
    yield ""
    for stuck in soaked.stuck:
        yield from wrapped(stuck.say(), again=_INDENT)
    findings = soaked.judgement.findings
    for finding in findings[:FINDINGS_SHOWN]:
        what = finding.what if spoken() == "en" else finding.what_zh
        yield from wrapped(say.FINDING.say(code=finding.code, what=what), again=_INDENT)
    if findings[FINDINGS_SHOWN:]:
        yield say.MORE.say(count=len(findings) - FINDINGS_SHOWN)
    for reason in soaked.judgement.reasons if spoken() == "en" else soaked.judgement.reasons_zh:
        yield from wrapped(reason, again=_INDENT)
    yield say.JUDGED.say(verdict=VERDICTS[soaked.judgement.verdict].say(spoken()))


def as_json(soaked: Soaked) -> bytes:
    """Everything; texts in both languages."""
    device = soaked.asked.bench.device
    judgement = soaked.judgement
    facts: dict[str, Any] = {
        "device": device.kind, "name": device.name, "firmware": device.firmware,
        "serial_number": device.serial_number, "tid": soaked.asked.bench.terminal.tid,
        "station": soaked.asked.bench.station, "bench": str(soaked.asked.bench.path), "version": own_version(),
        "seed": soaked.asked.seed, "whole": soaked.whole, "verdict": judgement.verdict.value,
        "reasons": judgement.reasons, "findings": judgement.findings, "money": judgement.money,
        **{name: getattr(soaked, name) for name in (
            "done", "took_s", "kinds", "results", "troubles", "settlements", "nights", "stuck", "wholly",
            "at_host", "wraps", "growth")},
    }
    return msgspec.json.format(msgspec.json.encode(facts), indent=2) + b"\n"


def _times(name: Message, times: Times) -> str:
    drift = say.DRIFT.both(drift=f"{times.drift_ms:+.0f}") if times.drift_ms is not None else ""
    return say.TIMES.say(
        what=name.both(), median=f"{times.median_ms:.0f}", p99=f"{times.p99_ms:.0f}", most=f"{times.most_ms:.0f}",
        drift=drift, count=times.count)


def _counted(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{name} {count}" for name, count in sorted(counts.items(), key=lambda each: -each[1]))
