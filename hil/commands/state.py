"""``daozhang state``: files that must not forget, looked at and exported; nothing of them is changed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, TypeVar

import typer

from simulator.commands import language
from simulator.commands.file_kinds import not_regular
from simulator.commands.inputs import ExitCode, InputError, notice, print_json, reason_of

HELP = """Look at the state of a host or the memory of a terminal, and export what is whole in it.

Nothing of a file is ever changed, and a host or device that has it open goes on. See docs/state.md.
"""
CHECK_HELP = """Say what a file is, what is in it, and each damage of it by name and place.

A host's state is looked at with all that lies beside it: -wal, anchor, snapshots; a terminal's memory with its anchor. Of a folder every state and memory in it and below.

Exit: 0 whole, 1 damaged, 2 no such file or it cannot be read.

Examples:

  daozhang state check host.sqlite

  daozhang state check out/bench    (everything in a folder)

  daozhang state check terminal.nvm --json
"""
EXPORT_HELP = """Write the records of a file that are whole, JSON Lines; card numbers masked, keys, PINs and chip data hidden.

Records come in their order, each with its number; what is missing between them is not guessed. How many are left and how many are not is told on standard error.

Exit: 0 all of it was whole, 1 something is damaged or missing, 2 no such file or it cannot be read.

Examples:

  daozhang state export host.sqlite --out host.records.jsonl

  daozhang state export terminal.nvm --json
"""


_Found = TypeVar("_Found")


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    state = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None, epilog=language.HELP)
    state.command("check", short_help="Say whether it is whole.", help=CHECK_HELP, epilog=language.HELP)(check)
    state.command("export", short_help="Write what is whole.", help=EXPORT_HELP, epilog=language.HELP)(export)
    app.add_typer(state, name="state", short_help="Look at states and memories, damaged or whole.")


def check(
    files: Annotated[list[Path], typer.Argument(
        metavar="FILE|FOLDER...", help="States of hosts, memories of terminals, or folders with some.")],
    json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
) -> None:
    """Say whether files are whole."""
    from hil.inspection import words as say  # noqa: PLC0415 - no other command waits for it
    from hil.inspection.looks import Looked, look_at  # noqa: PLC0415
    from hil.inspection.places import files_in  # noqa: PLC0415
    from hil.inspection.shown import json_of, lines_of  # noqa: PLC0415

    looked: list[Looked] = []
    for given in files:
        found = _readable(lambda folder: list(files_in(folder)), given) if given.is_dir() else [_owner_of(given)]
        if not found:
            raise InputError(say.NONE_HERE.say(path=given))
        for path in found:
            look = _readable(look_at, path)
            if look is None:
                raise InputError((say.NO_STATE if path.exists() else say.NO_FILE).say(path=path))
            looked.append(look)
    damaged = sum(not each.is_whole for each in looked)
    if json:
        print_json({"files": [json_of(each) for each in looked], "damaged": damaged})
    else:
        for each in looked:
            for line in lines_of(each):
                typer.echo(line)
        if len(looked) > 1:
            typer.echo(say.SUMMARY.say(count=len(looked), damaged=damaged))
    raise typer.Exit(ExitCode.FAILED if damaged else ExitCode.PASSED)


def export(
    file: Annotated[Path, typer.Argument(help="The state of a host, or the memory of a terminal.")],
    out: Annotated[Path | None, typer.Option(
        metavar="FILE", help="Write there instead of to standard output; a new file.")] = None,
    json: Annotated[bool, typer.Option("--json", help="One JSON array instead of JSON Lines.")] = False,
) -> None:
    """Write what is whole."""
    from hil.inspection import words as say  # noqa: PLC0415 - no other command waits for it
    from hil.inspection.export import export_of  # noqa: PLC0415
    from hil.inspection.looks import look_at  # noqa: PLC0415
    from hil.inspection.places import beside  # noqa: PLC0415
    from hil.inspection.writing import check_out, write_rows  # noqa: PLC0415

    path = _owner_of(file)
    if out is not None:
        check_out(out, [path, *beside(path)])
    look = _readable(look_at, path)
    if look is None:
        raise InputError((say.NO_STATE if path.exists() else say.NO_FILE).say(path=path))
    exported = _readable(lambda each: export_of(each, look.of), path)
    count = write_rows(exported.rows, out, as_array=json)
    notice(say.EXPORTED.say(count=f"{count:,}", missing=f"{exported.missing:,}"))
    raise typer.Exit(ExitCode.PASSED if look.is_whole else ExitCode.FAILED)


def _owner_of(given: Path) -> Path:
    from hil.inspection import words as say  # noqa: PLC0415 - no other command waits for it
    from hil.inspection.places import owner_of  # noqa: PLC0415

    if why := not_regular(given):
        raise InputError(f"{given}: {why}")
    path = owner_of(given)
    if path != given:
        notice(say.BELONGS.say(given=given, path=path))
    return path


def _readable(look: Callable[[Path], _Found], path: Path) -> _Found:
    from hil.inspection import words as say  # noqa: PLC0415 - no other command waits for it

    try:
        return look(path)
    except OSError as error:
        raise InputError(say.NOT_READ.say(path=path, why=reason_of(error))) from None
