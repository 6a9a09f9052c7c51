"""``daozhang device``: the terminal machine in a process of its own, on the wall clock."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

HELP = """Run a virtual terminal until it is stopped or killed; its memory stays in its file.

It begins at the wall clock's date, or --ahead-ms later. Ask it for something with daozhang tell.

Its master key is the one test key of docs/live.md, unless --keys or the scenario names a key file (daozhang keys --help).

Exit: 0 stopped, 2 bad input, 3 harness error, 130 interrupted.

Examples:

  daozhang device --tid 10000001 --mid 898000000000001 --host 127.0.0.1:8583 --nvm terminal.nvm --control 127.0.0.1:8585

  daozhang device --tid 10000001 --mid 898000000000001 --host 127.0.0.1:8583 --nvm terminal.nvm --scenario day.toml --trace terminal.jsonl

  daozhang device --tid 10000001 --mid 898000000000001 --host 127.0.0.1:8583 --nvm bad.nvm --defect terminal.no_reversal    (a terminal built wrong)
"""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("device", short_help="Run a virtual terminal.", help=HELP)(device)


def device(
    tid: Annotated[str, typer.Option(help="terminal id, F41: 8 printable ASCII characters")],
    mid: Annotated[str, typer.Option(help="merchant id, F42: 15 printable ASCII characters")],
    host: Annotated[str, typer.Option(help="HOST:PORT of the acquirer")],
    nvm: Annotated[Path, typer.Option(help="file that stands for the non-volatile memory")],
    control: Annotated[str, typer.Option(help="HOST:PORT of the control port")] = "127.0.0.1:0",
    profile: Annotated[str, typer.Option(help="name of a device profile")] = "generic",
    scenario: Annotated[
        Path | None, typer.Option(help="take profile and settings of this TID from a scenario"),
    ] = None,
    trace: Annotated[Path | None, typer.Option(help="append trace records to this file")] = None,
    defect: Annotated[
        list[str] | None,
        typer.Option(help="build it wrong: name of a terminal defect; may be repeated"),
    ] = None,
    ahead_ms: Annotated[
        int, typer.Option(help="how far its calendar is ahead of the wall clock"),
    ] = 0,
    limit: Annotated[list[str] | None, typer.Option(
        metavar="NAME=NUMBER", help="a limit of the line to the host, such as unread_s=5; an unknown one lists all")] = None,
    control_limit: Annotated[list[str] | None, typer.Option(
        metavar="NAME=NUMBER", help="the same for the control port")] = None,
    download: Annotated[str, typer.Option(
        metavar="PLAN", help="tables that it loads after a sign-on: none, chip, family-l, family-p, "
        "family-m, family-c; the scenario's, or chip where none is given")] = "",
    dialect: Annotated[
        str, typer.Option(help="name or file of its dialect; the scenario's where none is given"),
    ] = "",
    keys: Annotated[Path | None, typer.Option(
        help="key file with its master key; the scenario's, or else the test key of docs/live.md")] = None,
) -> None:
    """Run a virtual terminal until it is stopped or killed."""
    from hil.device.process import Asked, run_device  # noqa: PLC0415 - no other command waits for it

    asked = Asked(
        tid=tid, mid=mid, host=host, nvm=nvm, control=control, profile=profile, scenario=scenario, trace=trace,
        defects=tuple(defect or ()), ahead_ms=ahead_ms,
        limits=tuple(limit or ()), control_limits=tuple(control_limit or ()),
        dialect=dialect, keys=keys, download=download,
    )
    raise typer.Exit(run_device(asked))
