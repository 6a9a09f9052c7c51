"""``daozhang schema``: JSON Schemas on standard output, of a scenario, a report or a line of a trace."""

from __future__ import annotations

import difflib
import json
from collections.abc import Callable
from typing import Annotated, Any

import typer

from simulator.commands import sayings as say
from simulator.commands.inputs import ExitCode, InputError
from simulator.report.json_report import report_schema
from simulator.scenario.schema import scenario_schema
from simulator.trace.records import trace_schema

SCHEMAS: dict[str, Callable[[], dict[str, Any]]] = {
    "scenario": scenario_schema, "report": report_schema, "trace": trace_schema,
}


def show_schema(what: str = "scenario") -> ExitCode:
    """Prints a schema."""
    made = SCHEMAS.get(what)
    if made is None:
        close = difflib.get_close_matches(what, SCHEMAS, 1)
        perhaps = say.DID_YOU_MEAN.say(name=close[0]) if close else ""
        raise InputError(say.UNKNOWN_SCHEMA.say(
            given=repr(what), perhaps=perhaps, allowed=", ".join(SCHEMAS)))
    typer.echo(json.dumps(made(), ensure_ascii=False, indent=2))
    return ExitCode.PASSED


HELP = """Print a JSON Schema: of a scenario, of a report, or of one line of a trace.

Example:

  daozhang schema > scenario.schema.json

  daozhang schema report > report.schema.json

  daozhang schema trace > trace.schema.json
"""


def register(app: typer.Typer) -> None:
    """The command on the command line."""
    app.command("schema", help=HELP, short_help="Print a JSON Schema: scenario, report or trace.")(_schema)


def _schema(
    what: Annotated[str, typer.Argument(metavar="WHAT", help="scenario, report or trace.")] = "scenario",
) -> None:
    """Print a JSON Schema."""
    raise typer.Exit(show_schema(what))
