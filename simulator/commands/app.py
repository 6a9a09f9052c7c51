"""The commands, put together; one is loaded when it is asked for, all of them to be listed.

A command is a module with ``register(app)``; a new one is a line in a table.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import Annotated

import typer

from simulator.commands import language
from simulator.version import own_version

COMMANDS: Mapping[str, str] = {  # those that need no bench, in the order of --help
    "run": "simulator.commands.run",
    "explain": "simulator.commands.explain",
    "reconcile": "simulator.commands.reconcile",
    "decode": "simulator.commands.decode",
    "encode": "simulator.commands.encode",
    "dissector": "simulator.commands.dissector",
    "scenarios": "simulator.commands.scenarios",
    "failures": "simulator.commands.failures",
    "defects": "simulator.commands.defects",
    "schema": "simulator.commands.schema",
    "keys": "simulator.commands.keys",
}


def build_app(commands: Mapping[str, str], arguments: Sequence[str] = ()) -> typer.Typer:
    """The program as far as ``arguments`` need it: one command of the table, or all of them."""
    app = typer.Typer(
        name="daozhang", no_args_is_help=True, add_completion=False,
        pretty_exceptions_enable=False, rich_markup_mode=None,
        help="Daozhang (到账) proves that the money arrives.",
    )
    app.callback()(_program)
    for module in _wanted(commands, arguments):
        import_module(module).register(app)
    for command in app.registered_commands:
        command.epilog = language.HELP
    return app


def _wanted(commands: Mapping[str, str], arguments: Sequence[str]) -> Sequence[str]:
    """The modules to load: none for the version, one for a command that there is, else all."""
    first = arguments[0] if arguments else ""
    if first == "--version":
        return ()
    return [commands[first]] if first in commands else list(commands.values())


def _tell_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"daozhang {own_version()}")
        raise typer.Exit


def _program(
    version: Annotated[bool, typer.Option(
        "--version", is_eager=True, callback=_tell_version, help="Tell the version.")] = False,
) -> None:
    """Daozhang (到账) proves that the money arrives."""
