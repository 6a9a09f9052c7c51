"""``daozhang bench check``: recovery and settlement checks of a terminal as a black box."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from hil.bench.tried_again import MOST_ROUNDS, ROUNDS

HELP = """Check how a terminal recovers and settles, as a black box: by its line and its till alone.

Each check is a run of its own: something goes wrong on the line, at the power or at the host, and the terminal must do what its rule says. What cannot be tried on this bench is not reached, what cannot be seen from outside is not observable; neither is a fault of the terminal.

The table of checks, with rules, sources and the settings that change them: --list, and docs/checks.md.

Exit: 0 all held, or not reached; 1 the terminal failed; 2 bad input; 3 the bench is at fault; 130 interrupted; 143 terminated.

Examples:

  daozhang bench check fixtures/benches/virtual.toml

  daozhang bench check my.toml --only REV,SET-08 --junit checks.xml

  daozhang bench check fixtures/benches/virtual.toml --defect terminal.ignores_mac
"""


def register(app: typer.Typer) -> None:
    """Add the command to the bench's."""
    app.command("check", short_help="Check how a terminal recovers and settles.", help=HELP)(check)


def check(
    bench: Annotated[Path, typer.Argument(metavar="BENCH", help="a bench file (TOML)")],
    only: Annotated[list[str] | None, typer.Option(
        metavar="ID,...", help="only these: numbers, groups or patterns; may be repeated")] = None,
    list_only: Annotated[bool, typer.Option("--list", help="show the table of checks, and check nothing")] = False,
    out: Annotated[Path | None, typer.Option(
        metavar="FOLDER", help="keep the evidence of every check here")] = None,
    defect: Annotated[list[str] | None, typer.Option(
        help="build the virtual device wrong: name of a defect; may be repeated")] = None,
    jobs: Annotated[int, typer.Option(
        min=0, max=64, help="checks at once on a virtual bench; 0: three for each core")] = 0,
    repeat: Annotated[int, typer.Option(
        min=0, max=MOST_ROUNDS, help="rounds, one case at a time, in which what this machine was too busy to decide is tried again")] = ROUNDS,
    json: Annotated[str, typer.Option(
        metavar="FILE", help="write everything as JSON; - for standard output")] = "",
    junit: Annotated[Path | None, typer.Option(metavar="FILE", help="write JUnit XML")] = None,
) -> None:
    """Check a terminal."""
    from hil.checks.checking import Wanted, run_check  # noqa: PLC0415 - no other command waits for it

    raise typer.Exit(run_check(Wanted(
        bench=bench, only=tuple(only or ()), list_only=list_only, out=out, defects=tuple(defect or ()), jobs=jobs,
        repeat=repeat, json=json, junit=junit)))
