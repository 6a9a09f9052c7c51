"""``daozhang dissector``: a Wireshark dissector of the dialect on standard output."""

from __future__ import annotations

from typing import Annotated

import typer

from simulator.commands.dialects import DIALECT_HELP, dialect_given
from simulator.commands.inputs import ExitCode
from simulator.wire.dialects import USUAL
from simulator.wire.dissector import dissector


def show_dissector(dialect: str = USUAL) -> ExitCode:
    """Prints the Lua script."""
    typer.echo(dissector(dialect_given(dialect)), nl=False)
    return ExitCode.PASSED


HELP = """Print a Wireshark dissector for the dialect (Lua).

Examples:

  daozhang dissector > unionpay.lua

  wireshark -X lua_script:unionpay.lua day.pcap
"""


def register(app: typer.Typer) -> None:
    """The command on the command line."""
    app.command("dissector", help=HELP, short_help="Print a Wireshark dissector (Lua).")(_dissector)


def _dissector(
    dialect: Annotated[str, typer.Option(help=DIALECT_HELP)] = USUAL,
) -> None:
    """Print a Wireshark dissector for the dialect (Lua)."""
    raise typer.Exit(show_dissector(dialect))
