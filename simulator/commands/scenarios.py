"""``daozhang scenarios``: the scenarios that come with the program, by the names that run them."""

from __future__ import annotations

import difflib
import tomllib
from typing import Annotated

import typer

from simulator.commands import sayings as say
from simulator.commands.inputs import ExitCode, InputError, print_json
from simulator.scenario.library import ENDING, scenario_named, scenario_names


def show_scenarios(name: str | None, *, as_json: bool) -> ExitCode:
    """Prints the list, or the text of one; InputError where there is no such scenario."""
    names = scenario_names()
    if name is not None:
        text = scenario_named(name)
        if text is None:
            close = difflib.get_close_matches(name.removesuffix(ENDING), names, 1)
            perhaps = say.DID_YOU_MEAN.say(name=close[0]) if close else ""
            raise InputError(say.NO_SCENARIO.say(
                given=name, perhaps=perhaps, allowed=", ".join(names)))
        if as_json:
            print_json({"name": name.removesuffix(ENDING), "title": _title(name), "toml": text})
        else:
            typer.echo(text, nl=False)
    elif as_json:
        print_json([{"name": each, "title": _title(each)} for each in names])
    else:
        width = max(map(len, names))
        for each in names:
            typer.echo(f"{each:<{width}}  {_title(each)}")
    return ExitCode.PASSED


def _title(name: str) -> str:
    return str(tomllib.loads(scenario_named(name) or "")["title"])


HELP = """Show the scenarios that come with the program; run takes their names.

Examples:

  daozhang scenarios

  daozhang scenarios lost-reply > mine.toml

  daozhang run lost-reply
"""


def register(app: typer.Typer) -> None:
    """The command on the command line."""
    app.command("scenarios", help=HELP, short_help="Show the scenarios that come along.")(_scenarios)


def _scenarios(
    name: Annotated[str | None, typer.Argument(
        metavar="NAME", help="Print this one as TOML, to begin one's own with.")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
) -> None:
    """Show the scenarios that come with the program; daozhang run takes their names."""
    raise typer.Exit(show_scenarios(name, as_json=as_json))
