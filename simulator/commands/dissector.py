"""``daozhang dissector``: a Wireshark dissector of the dialect on standard output."""

from __future__ import annotations

import typer

from simulator.commands.inputs import ExitCode
from simulator.wire.dissector import dissector


def show_dissector() -> ExitCode:
    """Prints the Lua script."""
    typer.echo(dissector(), nl=False)
    return ExitCode.PASSED


HELP = """Print a Wireshark dissector for the dialect (Lua).

Examples:

  daozhang dissector > unionpay.lua

  wireshark -X lua_script:unionpay.lua day.pcap
"""


def register(app: typer.Typer) -> None:
    """The command on the command line."""
    app.command("dissector", help=HELP, short_help="Print a Wireshark dissector (Lua).")(_dissector)


def _dissector() -> None:
    """Print a Wireshark dissector for the dialect (Lua)."""
    raise typer.Exit(show_dissector())
