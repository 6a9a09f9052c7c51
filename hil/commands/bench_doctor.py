"""``daozhang bench doctor`` and ``daozhang bench schema``: what a bench needs, before a run."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from simulator.commands.inputs import ExitCode, InputError

DOCTOR_HELP = """Look at everything of a bench before a run, and say for each what to do.

Exit: 0 all well, 2 bad input, 3 the bench is at fault.

Examples:

  daozhang bench doctor fixtures/benches/virtual.toml

  daozhang bench doctor my-bench.toml --click --json
"""
SCHEMA_HELP = """Print the JSON Schema of a bench file.

Example:

  daozhang bench schema > bench.schema.json
"""


def register(app: typer.Typer) -> None:
    """Add the commands to the bench's."""
    app.command("doctor", short_help="Look at a bench before a run.", help=DOCTOR_HELP)(doctor)
    app.command("schema", short_help="Print the JSON Schema of a bench file.", help=SCHEMA_HELP)(schema)


def doctor(
    bench: Annotated[Path, typer.Argument(metavar="BENCH", help="a bench file (TOML)")],
    click: Annotated[bool, typer.Option(
        "--click", help="switch the terminal's power off and on once, to see that the relay clicks")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
) -> None:
    """Look at everything of a bench before a run."""
    from hil.benches.bench_file import BenchFileError, read_bench  # noqa: PLC0415 - no other command waits for it
    from hil.doctor.doctor import Asked, look_at  # noqa: PLC0415
    from hil.doctor.doctor_report import as_facts, print_all  # noqa: PLC0415

    try:
        read = read_bench(bench)
    except BenchFileError as error:
        raise InputError(str(error)) from None
    looked = list(look_at(read, Asked(click=click)))
    if as_json:
        typer.echo(json.dumps(as_facts(read, looked), ensure_ascii=False, indent=2))
    else:
        print_all(read, looked)
    well = all(each.state != "not ok" for each in looked)
    raise typer.Exit(ExitCode.PASSED if well else ExitCode.HARNESS_ERROR)


def schema() -> None:
    """Print the JSON Schema of a bench file."""
    from hil.benches.bench_parts import bench_schema  # noqa: PLC0415

    typer.echo(json.dumps(bench_schema(), ensure_ascii=False, indent=2))
