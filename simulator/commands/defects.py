"""``daozhang defects``: the machines built wrong on purpose, and the run that shows each."""

from __future__ import annotations

import json
from itertools import groupby
from typing import Annotated, Any

import typer

from simulator.catalogue.language import Told, spoken
from simulator.commands import sayings as say
from simulator.commands.inputs import ExitCode
from simulator.defect import Defect
from simulator.judge.rules import RULE_OF
from simulator.report.wrap import wrapped
from simulator.world.defects import DEFECTS


def show_defects(*, as_json: bool) -> ExitCode:
    """Prints all rows."""
    if as_json:
        facts = [as_facts(defect) for defect in DEFECTS.values()]
        typer.echo(json.dumps(facts, ensure_ascii=False, indent=2))
    else:
        _print_all()
    return ExitCode.PASSED


def as_facts(defect: Defect) -> dict[str, Any]:
    """Everything that is known of a defect, for JSON."""
    return {
        "name": defect.name, "what": defect.what, "what_zh": defect.zh,
        "caught_by": [
            {"number": number, "name": RULE_OF[number].en} for number in defect.caught_by
        ],
        "recorded": defect.recorded, "unmet": defect.unmet,
        "seen_in": defect.seen_in, "scenario": scenario_of(defect), "beside": list(defect.beside),
    }


def scenario_of(defect: Defect) -> str:
    """The scenario that shows a defect, as ``daozhang run`` takes it."""
    return defect.shown_by


def _print_all() -> None:
    for part, group in groupby(DEFECTS.values(), key=lambda each: each.name.partition(".")[0]):
        typer.echo(part)
        for defect in group:
            seen = say.SEEN_IN.say(where=say.WHERE_SEEN[defect.seen_in]) if defect.seen_in else ""
            _print_wrapped(f"{defect.name}: {Told(defect.what, defect.zh).say()}{seen}", 2)
            numbers = ", ".join(
                f"{number} {RULE_OF[number].en if spoken() == 'en' else RULE_OF[number].zh}"
                for number in defect.caught_by)
            if defect.caught_by:
                _print_wrapped(say.VIOLATES.say(invariants=numbers), 4)
            if defect.recorded:
                _print_wrapped(say.RECORDED.say(code=defect.recorded), 4)
            if defect.unmet:
                _print_wrapped(say.UNMET.say(), 4)
            beside = "".join(f" --defect {name}" for name in defect.beside)
            run = f"{scenario_of(defect)} --defect {defect.name}{beside}"
            typer.echo(f"    {say.SHOWN_BY.say(run=run)}")  # one line, to be copied
        typer.echo()
    _print_wrapped(say.ALL_DEFECTS.say(count=len(DEFECTS)))


def _print_wrapped(text: str, indent: int = 0) -> None:
    for line in wrapped(text, indent=" " * indent, again=" " * (indent + 2 * (indent > 0))):
        typer.echo(line)


HELP = """Show the machines that can be built wrong on purpose, and which invariant must notice.

Examples:

  daozhang defects

  daozhang run lost-reply --defect terminal.no_reversal
"""


def register(app: typer.Typer) -> None:
    """The command on the command line."""
    app.command("defects", help=HELP, short_help="Show the known defects.")(_defects)


def _defects(
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
) -> None:
    """Show the machines that can be built wrong on purpose, and the run that shows each."""
    raise typer.Exit(show_defects(as_json=as_json))
