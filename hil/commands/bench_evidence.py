"""``daozhang bench evidence``: what the evidence of a run holds, and whether it is as it was written."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from simulator.commands.inputs import ExitCode

HELP = """Show the evidence of a run, and check every file in it against its SHA-256.

Exit: 0 all as written, 2 no evidence, 3 a file changed, is missing or was added, or the run never ended.

Example:

  daozhang bench evidence out/run-1
"""


def register(app: typer.Typer) -> None:
    """Add the command to the bench's."""
    app.command("evidence", short_help="Show and check the evidence of a run.", help=HELP)(evidence)


def evidence(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="the folder of a run")],
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
) -> None:
    """Show the evidence of a run, and check every file."""
    import msgspec  # noqa: PLC0415 - no other command waits for it

    from hil.evidence.evidence_index import FileState, looked_at, read_index  # noqa: PLC0415
    from hil.evidence.evidence_shown import summary_of  # noqa: PLC0415

    index = read_index(folder)
    looked = looked_at(folder, index)
    is_whole = index.state != "under way" and all(
        each.state is FileState.AS_WRITTEN for each in looked)
    if as_json:
        told = msgspec.to_builtins(index) | {
            "ok": is_whole, "looked": {each.name: each.state.value for each in looked}}
        typer.echo(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        typer.echo(summary_of(index, looked), nl=False)
    raise typer.Exit(ExitCode.PASSED if is_whole else ExitCode.HARNESS_ERROR)
