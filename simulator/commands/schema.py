"""``daozhang schema``: the JSON Schema of a scenario on standard output."""

from __future__ import annotations

import json

import typer

from simulator.commands.inputs import ExitCode
from simulator.scenario.schema import scenario_schema


def show_schema() -> ExitCode:
    """Prints the schema."""
    typer.echo(json.dumps(scenario_schema(), ensure_ascii=False, indent=2))
    return ExitCode.PASSED


HELP = """Print the JSON Schema of a scenario.

Example:

  daozhang schema > scenario.schema.json
"""


def register(app: typer.Typer) -> None:
    """The command on the command line."""
    app.command("schema", help=HELP, short_help="Print the JSON Schema of a scenario.")(_schema)


def _schema() -> None:
    """Print the JSON Schema of a scenario."""
    raise typer.Exit(show_schema())
