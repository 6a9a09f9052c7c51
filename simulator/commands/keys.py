"""``daozhang keys``: master keys of terminals in a file, made at random or shown by their check values."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from simulator.commands import key_sayings as say
from simulator.commands import language
from simulator.commands.inputs import ExitCode, InputError, notice

HELP = """Terminal master keys in a file: make new test keys, show their check values.

The file is TOML: test_keys = true, and [one_for_all] or a [[terminals]] entry with its tid, each with key (hex) or two or three components (exclusive-ored), every value with its check_value (first 3 or 4 bytes of eight zero bytes under the key). Use it by key_file in [acquirer] of a scenario, or by --keys of host and device. Test keys only.
"""
NEW_HELP = """Make random test keys in a new file that its owner alone can read.

The keys stand in the file in clear, with comments: whoever types one into a terminal reads it there. Printed are check values only, and no file is ever overwritten.

Exit: 0 done, 2 bad input.

Examples:

  daozhang keys new keys.toml --one-for-all

  daozhang keys new keys.toml --tid 77001234 --tid 77001235 --components 2

  daozhang keys new keys.toml --tid 77001234 --components 3 --length triple
"""
SHOW_HELP = """Check a key file and show whose keys are in it: TID, length, check values of key and components.

Exit: 0 good, 2 bad input.

Example:

  daozhang keys show keys.toml
"""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    keys = typer.Typer(
        help=HELP, no_args_is_help=True, rich_markup_mode=None, epilog=language.HELP)
    keys.command("new", short_help="Make random test keys.", help=NEW_HELP, epilog=language.HELP)(new)
    keys.command("show", short_help="Show check values.", help=SHOW_HELP, epilog=language.HELP)(show)
    app.add_typer(keys, name="keys", short_help="Make or show master keys of terminals.")


def new(
    file: Annotated[Path, typer.Argument(help="a file that is not there yet")],
    tid: Annotated[list[str] | None, typer.Option(help="a terminal; may be repeated")] = None,
    one_for_all: Annotated[bool, typer.Option("--one-for-all", help="one key for all others")] = False,
    components: Annotated[int | None, typer.Option(help="2 or 3; whole if left out")] = None,
    length: Annotated[str, typer.Option(help="single, double or triple")] = "double",
) -> None:
    """Make random test keys."""
    from simulator.commands.key_writing import Wanted, write_new  # noqa: PLC0415 - takes the wire
    from simulator.wire.identifiers import TID_LENGTH, unfit  # noqa: PLC0415
    from simulator.wire.master_keys import LENGTHS  # noqa: PLC0415

    tids = tuple(tid or ())
    if not tids and not one_for_all:
        raise InputError(say.FOR_WHOM.say())
    for number, each in enumerate(tids):
        if why := unfit(each, TID_LENGTH):
            raise InputError(say.TID.say(given=repr(each), why=why))
        if each in tids[:number]:
            raise InputError(say.TID_TWICE.say(given=repr(each)))
    if components not in {None, 2, 3}:
        raise InputError(say.COMPONENTS.say(given=components))
    octets = {name: count for count, name in LENGTHS.items()}
    if length not in octets:
        raise InputError(say.LENGTH.say(given=repr(length), allowed=", ".join(octets)))
    write_new(file, Wanted(tids, one_for_all, components or 0, octets[length]))
    notice(say.WRITTEN.say(path=file))
    _print(file)
    raise typer.Exit(ExitCode.PASSED)


def show(file: Annotated[Path, typer.Argument(help="a key file")]) -> None:
    """Show whose keys are in a file."""
    _print(file)
    raise typer.Exit(ExitCode.PASSED)


def _print(file: Path) -> None:
    from simulator.report.wrap import filled, width_of  # noqa: PLC0415
    from simulator.scenario.key_file import KeyFileError, read_keys, warnings_about  # noqa: PLC0415
    from simulator.wire.identifiers import shown  # noqa: PLC0415
    from simulator.wire.master_keys import LENGTHS  # noqa: PLC0415

    try:
        keys = read_keys(file)
    except KeyFileError as error:
        raise InputError(str(error)) from None
    for told in warnings_about(file, keys):
        notice(f"daozhang: {told.say()}")
    named = [(shown(tid), key) for tid, key in keys.own.items()]
    if keys.one_for_all is not None:
        named.append((say.EVERYBODY.say(), keys.one_for_all))
    rows = [(say.WHOSE.say(), say.KEY_LENGTH.say(), say.WHOLE.say(), say.PARTS.say())]
    rows += [
        (name, say.LENGTHS[LENGTHS[len(key.octets)]].say(), key.check_value, " ".join(key.components))
        for name, key in named
    ]
    widths = [max(width_of(row[column]) for row in rows) for column in range(len(rows[0]))]
    for row in rows:
        typer.echo("  ".join(map(filled, row, widths)).rstrip())
