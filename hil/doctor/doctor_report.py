"""What the doctor saw, as lines for a person or as JSON."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import typer

from hil.benches.bench_file import BenchFile
from hil.control.looked import Looked
from hil.doctor.doctor_words import STATE
from simulator.report.wrap import WIDTH, filled, width_of, wrapped

_GAP = 2


def print_all(bench: BenchFile, looked: Sequence[Looked]) -> None:
    """A line for each look, and under it what to do."""
    typer.echo(f"{bench.path.name}: {bench.device.name} ({bench.device.kind}), {bench.station}")
    states = max(width_of(each.say()) for each in STATE.values()) + _GAP
    names = max(width_of(each.name.say()) for each in looked) + _GAP
    for each in looked:
        head = filled(STATE[each.state].say(), states) + filled(each.name.say(), names)
        for line in wrapped(each.seen.say(), WIDTH, head, " " * (states + names)):
            typer.echo(line.rstrip())
        if each.advice is not None:
            for line in wrapped(each.advice.say(), WIDTH, " " * states + "→ ", " " * (states + _GAP)):
                typer.echo(line)


def as_facts(bench: BenchFile, looked: Sequence[Looked]) -> dict[str, Any]:
    """Everything, for JSON."""
    return {
        "bench": str(bench.path), "station": bench.station, "device": bench.device.kind,
        "name": bench.device.name, "ok": all(each.state != "not ok" for each in looked),
        "looks": [
            {"name": each.name.en, "state": each.state, "seen": each.seen.say(),
             "advice": each.advice.say() if each.advice is not None else ""}
            for each in looked
        ],
    }
