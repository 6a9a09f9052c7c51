"""``daozhang bench net``: the second plane, as root: what it can do here, or a command run in it."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

HELP = """Show what the second plane can do here, or run a command behind a line with faults below TCP.

The command runs in a network namespace of its own; {host} in it becomes the host's HOST:PORT, and so does DAOZHANG_HOST in its environment. Needs root, iproute2 and nftables (make debian).

A fault is one of:

  drop|reset [up|down] [mti=0210] [bytes=13:0210] [longer=300] [chance=0.2] [every=3] [times=1] [over=960]

  slow [up|down] rate=960

  shape [up|down] [delay=200ms] [jitter=50ms] [loss=0.05] [duplicate=0.01] [reorder=0.01] [rate=960]

Exit: that of the command; 0 the plane can be made, 2 bad input, 3 it cannot.

Examples:

  daozhang bench net

  daozhang bench net --to 127.0.0.1:8583 --fault "drop down mti=0210 times=1" -- ./terminal --host {host}
"""


def register(app: typer.Typer) -> None:
    """Add the command to the bench's."""
    app.command("net", short_help="Faults below TCP, as root.", help=HELP)(net)


def net(
    command: Annotated[list[str] | None, typer.Argument(
        metavar="[-- COMMAND...]", help="what is run where the terminal is")] = None,
    fault: Annotated[list[str] | None, typer.Option(
        metavar="TEXT", help="a fault from the start; may be repeated")] = None,
    to: Annotated[str, typer.Option(
        metavar="HOST:PORT", help="the host, here or elsewhere; its messages are passed on")] = "",
    port: Annotated[int, typer.Option(
        min=1, max=65_535, help="the port at which the terminal finds its host")] = 8583,
    dialect: Annotated[str, typer.Option(
        metavar="NAME", help="Name or TOML file of the dialect.")] = "unionpay-pos",
    capture: Annotated[Path | None, typer.Option(
        metavar="FOLDER", help="keep what passed at both ends of the line, card data zero")] = None,
) -> None:
    """Show what the second plane can do here, or run a command in it."""
    from hil.demos.net_run import NetAsked, run_net, show_abilities  # noqa: PLC0415 - no other command waits for it

    asked = NetAsked(
        command=tuple(command or ()), faults=tuple(fault or ()), to=to, port=port, dialect=dialect,
        capture=capture)
    raise typer.Exit(run_net(asked) if asked.command else show_abilities(asked))
