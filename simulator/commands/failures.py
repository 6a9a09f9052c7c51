"""``daozhang failures``: the documented failure modes, which are built, and how each is injected."""

from __future__ import annotations

import difflib
import json
from itertools import groupby
from typing import Annotated

import typer

from simulator.catalogue.failures import SOURCES, SOURCES_ZH, FailureRow, catalogue
from simulator.catalogue.language import Told
from simulator.catalogue.places import Place
from simulator.catalogue.remedies import ASKED_OF, REMEDIES, doers
from simulator.commands import sayings as say
from simulator.commands.failure_facts import (
    UNITS,
    default,
    defect_of,
    facts_of,
    features_of,
    ordered,
    scenario_of,
    scenarios_with,
    triggers,
)
from simulator.commands.inputs import ExitCode, InputError
from simulator.faults.modes import MODES, Mode
from simulator.judge.rules import RULE_OF
from simulator.report.wrap import filled, width_of, wrapped


def show_failures(mode: str | None, *, as_json: bool) -> ExitCode:
    """Prints one row or all; InputError where there is no such row."""
    rows = catalogue()
    found = rows if mode is None else {mode: rows[mode]} if mode in rows else searched(mode)
    if not found:
        close = difflib.get_close_matches(mode or "", rows, 3)
        perhaps = say.DID_YOU_MEAN.say(name=" / ".join(close)) if close else ""
        raise InputError(say.NO_FAILURE.say(given=mode, perhaps=perhaps, count=len(rows)))
    if as_json:
        facts = facts_of(rows[mode]) if mode in rows else [facts_of(row) for row in found.values()]
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    elif len(found) == 1:
        _print_row(next(iter(found.values())))
    else:
        _print_all(found)
    return ExitCode.PASSED


def searched(word: str) -> dict[str, FailureRow]:
    """The rows in whose id or words this stands, whichever the language."""
    wanted = word.casefold().strip()
    return {} if not wanted else {
        row.id: row for row in catalogue().values()
        if any(wanted in text.casefold() for text in (row.id, row.en, row.zh, row.text))
    }


def _print_all(rows: dict[str, FailureRow]) -> None:
    for layer, group in groupby(rows.values(), key=lambda row: row.layer):
        typer.echo(say.LAYERS[layer].say())
        for row in group:
            mark = "built" if row.id in MODES else "setting" if row.setting else "check" if row.checked_by else "-"
            head = f"  {row.id:<31} {filled(say.BUILT[mark].say(), 7)} "
            _print_wrapped(f"{row.text} ({''.join(row.sources)})", head)
        typer.echo()
    built = sum(row.id in MODES for row in rows.values())
    if len(rows) < len(catalogue()):
        _print_wrapped(say.FOUND.say(count=len(rows), documented=len(catalogue())))
        return
    _print_wrapped(say.ALL_FAILURES.say(
        documented=len(rows), built=built,
        settings=sum(bool(row.setting) for row in rows.values()),
        checks=sum(bool(row.checked_by) for row in rows.values())))


def _print_row(row: FailureRow) -> None:
    typer.echo(row.id)
    for key, text in lines_of(row):
        _print_wrapped(text, f"  {filled(say.FACTS[key].say(), 11)} ")


def lines_of(row: FailureRow) -> list[tuple[str, str]]:
    """What is told of a mode: key of its name in ``FACTS``, and text in the language spoken."""
    mode = MODES.get(row.id)
    lines = [
        ("cause", Told(row.en, row.zh).say()), ("layer", say.LAYERS[row.layer].say()),
        ("documented", row.text),
        *(("", f"{letter}: {Told(SOURCES[letter], SOURCES_ZH[letter]).say()}") for letter in row.sources),
        ("simulator", Told(row.simulator, row.simulator_zh).say()),
        ("device", Told(row.device, row.device_zh).say()),
        ("bench", Told(row.bench, row.bench_zh).say()),
        ("must hold", Told(row.must_hold, row.must_hold_zh).say()),
        *_rules(row), *_remedies(row), ("built", _built(row, mode)),
        *(() if mode is None else _striking(mode)),
        ("scenario", scenario_of(row.id)),
        ("scenarios", ", ".join(name for name in scenarios_with(row.id) if name != scenario_of(row.id))),
        ("features", ", ".join(features_of(row.id))), *_defect(row),
    ]
    return [(key, text) for key, text in lines if text]


def _built(row: FailureRow, mode: Mode | None) -> str:
    if mode is not None:
        return say.IS_BUILT.say()
    if row.checked_by:
        return say.IS_CHECK.say(check=row.checked_by)
    return say.IS_SETTING.say(setting=row.setting) if row.setting else say.NOT_BUILT.say()


def _rules(row: FailureRow) -> list[tuple[str, str]]:
    defect = defect_of(row)
    told = ", ".join(
        f"{number} {Told(RULE_OF[number].en, RULE_OF[number].zh).say()}"
        for number in (defect.caught_by if defect else ()))
    return [("rules", told)]


def _remedies(row: FailureRow) -> list[tuple[str, str]]:
    return [
        ("" if place else "remedies",
         f"{ASKED_OF.say(who=doers(REMEDIES[name]), what=Told(REMEDIES[name].en, REMEDIES[name].zh))} ("
         + (f'do = "{name}"' if REMEDIES[name].places else name) + ")")
        for place, name in enumerate(row.remedies)
    ]


def _striking(mode: Mode) -> list[tuple[str, str]]:
    """How a fault of this mode is written, and where it can be done."""
    places = mode.places()
    parameters = [
        ("" if place else "parameters", f"{each.value}: {UNITS[each].say()}"
         + (say.BY_DEFAULT.say(value=value) if (value := default(mode, each)) else ""))
        for place, each in enumerate(ordered(mode))
    ]
    return [
        ("targets", ", ".join(sorted(kind.value for kind in mode.targets))),
        ("triggers", ", ".join(triggers(mode))), *parameters,
        ("codes", ", ".join(sorted(mode.codes))),
        ("ways", "" if len(mode.ways) == 1 else ", ".join(way for way, _ in mode.ways)),
        ("points", ", ".join(point.value for point in mode.points)),
        ("places", ", ".join(each.value for each in places)),
        ("refused", ", ".join(each.value for each in Place if each not in places)),
    ]


def _defect(row: FailureRow) -> list[tuple[str, str]]:
    defect = defect_of(row)
    if defect is not None:
        return [("defect", f"{defect.name}: {Told(defect.what, defect.zh).say()}")]
    return [("defect", Told(row.no_defect, row.no_defect_zh).say())]


def _print_wrapped(text: str, head: str = "") -> None:
    for line in wrapped(text, indent=head, again=" " * width_of(head)):
        typer.echo(line)


HELP = """Show the documented failure modes: where documented, how injected, what must hold.

Examples:

  daozhang failures

  daozhang failures network.delay

  daozhang failures 挂账 --lang zh

  daozhang failures --json
"""


def register(app: typer.Typer) -> None:
    """The command on the command line."""
    app.command("failures", help=HELP, short_help="Show the documented failure modes.")(_failures)


def _failures(
    mode: Annotated[str | None, typer.Argument(
        metavar="ID|WORD", help="One mode, such as terminal.power_lost, or a word to look for.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
) -> None:
    """Show the documented failure modes: where documented, how injected, what must hold."""
    raise typer.Exit(show_failures(mode, as_json=as_json))
