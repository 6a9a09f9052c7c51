"""``daozhang failures``: the documented failure modes, which are built, and how each is injected."""

from __future__ import annotations

import difflib
import json
from functools import cache
from itertools import groupby
from typing import Annotated, Any

import typer

from simulator.catalogue.failures import SOURCES, SOURCES_ZH, FailureRow, catalogue
from simulator.catalogue.language import Told
from simulator.catalogue.remedies import words
from simulator.commands import sayings as say
from simulator.commands.inputs import ExitCode, InputError
from simulator.faults.modes import MODES
from simulator.report.wrap import filled, width_of, wrapped
from simulator.scenario.library import scenario_names
from simulator.scenario.read import load_scenario


def show_failures(mode: str | None, *, as_json: bool) -> ExitCode:
    """Prints one row or all; InputError where there is no such row."""
    rows = catalogue()
    if mode is not None and mode not in rows:
        close = difflib.get_close_matches(mode, rows, 1)
        perhaps = say.DID_YOU_MEAN.say(name=close[0]) if close else ""
        raise InputError(say.NO_FAILURE.say(given=mode, perhaps=perhaps, allowed=", ".join(rows)))
    if as_json:
        facts = as_facts(rows[mode]) if mode else [as_facts(row) for row in rows.values()]
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    elif mode:
        _print_row(rows[mode])
    else:
        _print_all(rows)
    return ExitCode.PASSED


def as_facts(row: FailureRow) -> dict[str, Any]:
    """Everything that is known of a mode, for JSON."""
    mode = MODES.get(row.id)
    return {
        "id": row.id, "layer": row.layer, "documented": row.text, "sources": list(row.sources),
        "built": bool(row.setting) or row.id in MODES, "setting": row.setting, "simulator": row.simulator,
        "bench": row.bench, "must_hold": row.must_hold, "simulator_zh": row.simulator_zh,
        "bench_zh": row.bench_zh, "must_hold_zh": row.must_hold_zh, "remedies": list(row.remedies),
        "points": [point.value for point in mode.points] if mode else [],
        "targets": sorted(kind.value for kind in mode.targets) if mode else [],
        "parameters": sorted(each.value for each in mode.parameters) if mode else [],
        "places": [each.value for each in mode.places()] if mode else [],
        "ways": [way for way, _ in mode.ways] if mode else [],
        "scenarios": list(scenarios_with(row.id)),
    }


def scenarios_with(mode: str) -> tuple[str, ...]:
    """The scenarios that come with the program and have this mode."""
    return tuple(name for name in scenario_names() if mode in _modes_of(name))


@cache
def _modes_of(name: str) -> frozenset[str]:
    return frozenset(fault.mode for fault in load_scenario(name).faults)


def _print_all(rows: dict[str, FailureRow]) -> None:
    for layer, group in groupby(rows.values(), key=lambda row: row.layer):
        typer.echo(say.LAYERS[layer].say())
        for row in group:
            mark = "built" if row.id in MODES else "setting" if row.setting else "-"
            head = f"  {row.id:<31} {filled(say.BUILT[mark].say(), 7)} "
            _print_wrapped(f"{row.text} ({''.join(row.sources)})", head)
        typer.echo()
    built = sum(row.id in MODES for row in rows.values())
    _print_wrapped(say.ALL_FAILURES.say(
        documented=len(rows), built=built,
        settings=sum(bool(row.setting) for row in rows.values())))


def _print_row(row: FailureRow) -> None:
    facts = as_facts(row)
    if row.id in MODES:
        built = say.IS_BUILT.say()
    else:
        built = say.IS_SETTING.say(setting=row.setting) if row.setting else say.NOT_BUILT.say()
    lines = [
        ("documented", row.text),
        *(("", f"{letter}: {Told(SOURCES[letter], SOURCES_ZH[letter]).say()}") for letter in row.sources),
        ("simulator", Told(row.simulator, row.simulator_zh).say()), ("bench", Told(row.bench, row.bench_zh).say()),
        ("must hold", Told(row.must_hold, row.must_hold_zh).say()),
        ("remedies", Told(*words(row.remedies)).say()), ("built", built),
    ]
    lines.extend(
        (key, ", ".join(facts[key]))
        for key in ("targets", "parameters", "ways", "points", "places", "scenarios")
        if facts[key] and facts[key] != ["usual"]
    )
    typer.echo(row.id)
    for key, text in lines:
        _print_wrapped(text, f"  {filled(say.FACTS[key].say(), 11)} ")


def _print_wrapped(text: str, head: str = "") -> None:
    for line in wrapped(text, indent=head, again=" " * width_of(head)):
        typer.echo(line)


HELP = """Show the documented failure modes: where documented, how injected, what must hold.

Examples:

  daozhang failures

  daozhang failures network.delay

  daozhang failures --json
"""


def register(app: typer.Typer) -> None:
    """The command on the command line."""
    app.command("failures", help=HELP, short_help="Show the documented failure modes.")(_failures)


def _failures(
    mode: Annotated[str | None, typer.Argument(
        metavar="ID", help="One mode, such as terminal.power_lost.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
) -> None:
    """Show the documented failure modes: where documented, how injected, what must hold."""
    raise typer.Exit(show_failures(mode, as_json=as_json))
