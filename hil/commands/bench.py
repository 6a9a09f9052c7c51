"""``daozhang bench``: a terminal on a bench, driven, cut off, and judged; its commands, one a module.

A command of the bench is a module with ``register(app)``; a new one is a line in the table.
"""

from __future__ import annotations

from importlib import import_module

import typer

from simulator.commands import language

COMMANDS = (
    "hil.commands.bench_doctor",
    "hil.commands.bench_shell",
    "hil.commands.bench_evidence",
    "hil.commands.bench_check",
    "hil.commands.bench_net",
    "hil.commands.bench_sweep",
)
HELP = """Drive, cut off and judge a terminal on a bench: a virtual one, or a real one over serial and TCP.

BENCH is a TOML file that says what stands there (docs/bench.md); fixtures/benches has examples.
"""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    bench = typer.Typer(help=HELP, no_args_is_help=True, rich_markup_mode=None, epilog=language.HELP)
    for module in COMMANDS:
        import_module(module).register(bench)
    for command in bench.registered_commands:
        command.epilog = language.HELP
    app.add_typer(bench, name="bench", short_help="Test a terminal on a bench.")
