"""``daozhang bench shell``: a terminal on a bench, driven by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

HELP = """Drive a terminal on a bench by hand: operations, power, line, host and calendar; help lists what there is.

Lines come from a terminal, with history and completion, or from a pipe. What a pipe says wrongly ends the shell.

Exit: 0 left, 1 finish found fault with the terminal, 2 bad input, 3 the bench is at fault, 4 finish was inconclusive, 130 interrupted.

Examples:

  daozhang bench shell fixtures/benches/virtual.toml

  daozhang bench shell fixtures/benches/virtual.toml --folder out/try < lines.txt
"""


def register(app: typer.Typer) -> None:
    """Add the command to the bench's."""
    app.command("shell", short_help="Drive a terminal by hand.", help=HELP)(shell)


def shell(
    bench: Annotated[Path, typer.Argument(metavar="BENCH", help="a bench file (TOML)")],
    folder: Annotated[Path | None, typer.Option(
        help="where traces, memory and state go: a new one, or an empty one; out/shell-… if left out")] = None,
    defect: Annotated[list[str] | None, typer.Option(
        help="build it wrong: name of a defect; may be repeated")] = None,
) -> None:
    """Drive a terminal on a bench by hand."""
    from hil.shell.shell_session import run_shell  # noqa: PLC0415 - no other command waits for it

    raise typer.Exit(run_shell(bench, folder, tuple(defect or ())))
