"""The commands that need no bench, put together; a new one is a line in the table."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Annotated

import typer

from simulator.commands import (
    decode,
    defects,
    dissector,
    encode,
    failures,
    language,
    run,
    scenarios,
    schema,
)
from simulator.world.run import own_version

Register = Callable[[typer.Typer], None]

COMMANDS: tuple[Register, ...] = (
    run.register,
    decode.register,
    encode.register,
    dissector.register,
    scenarios.register,
    failures.register,
    defects.register,
    schema.register,
)


def build_app(more: Iterable[Register] = ()) -> typer.Typer:
    """The program with these commands and ``more`` of them."""
    app = typer.Typer(
        name="daozhang", no_args_is_help=True, add_completion=False,
        pretty_exceptions_enable=False, rich_markup_mode=None,
        help="Daozhang (到账) proves that the money arrives.",
    )
    app.callback()(_program)
    for register in (*COMMANDS, *more):
        register(app)
    for command in app.registered_commands:
        command.epilog = language.HELP
    return app


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"daozhang {own_version()}")
        raise typer.Exit


def _program(
    version: Annotated[bool, typer.Option(
        "--version", is_eager=True, callback=_tell_version, help="Tell the version.")] = False,
) -> None:
    """Daozhang (到账) proves that the money arrives."""
