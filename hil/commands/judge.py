"""``daozhang judge``: a live or stored run, judged from its traces."""

from __future__ import annotations

from pathlib import Path
from time import perf_counter
from typing import Annotated

import typer

HELP = """Judge a run from its traces: that of the host, those of devices where there are any, and that of a relay.

A TRACE is a file that daozhang host, device, relay or run wrote with --trace, or the state of a host. One that is still being written is judged as far as it goes.

Exit: 0 pass, 1 fail, 2 bad input, 3 harness error, 4 inconclusive.

Examples:

  daozhang judge host.jsonl

  daozhang judge host.sqlite --scenario day.toml --junit day.xml

  daozhang judge host.jsonl terminal.jsonl --json -

  daozhang judge host.jsonl relay.jsonl    (what the line did is not held against the terminal)

  daozhang judge host.jsonl --terminal-log till.jsonl    (what people saw at the terminal, see docs/terminal-log.md)
"""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("judge", short_help="Judge a live or stored run.", help=HELP)(judge)


def judge(
    traces: Annotated[list[Path], typer.Argument(
        metavar="TRACE...", help="Traces of one run, or the state of its host.")],
    scenario: Annotated[Path | None, typer.Option(
        metavar="FILE", help="Judge what this scenario expects, too.")] = None,
    terminal_log: Annotated[list[Path] | None, typer.Option(
        metavar="FILE", help="What people or a program saw at a terminal, JSON Lines; may be repeated.")] = None,
    log_offset: Annotated[str, typer.Option(
        metavar="DURATION", help="How far the clock of the logs is ahead of the host's, such as 1m30s or -2s.")] = "",
    json: Annotated[str, typer.Option(
        metavar="FILE", help="Write the judgement as JSON; - for standard output.")] = "",
    junit: Annotated[Path | None, typer.Option(
        metavar="FILE", help="Write JUnit XML.")] = None,
    sales: Annotated[bool, typer.Option(
        "--sales", help="List every sale, however many.")] = False,
) -> None:
    """Judge a run from its traces."""
    from hil.judging.judging import (  # noqa: PLC0415 - no other command waits for it
        judge_run,
        offset_of,
        scenario_of,
        tell,
    )
    from hil.judging.outlets import Outlets  # noqa: PLC0415
    from hil.judging.terminal_log import read_logs  # noqa: PLC0415
    from hil.judging.traces import read_run  # noqa: PLC0415
    from simulator.commands.outputs import Named  # noqa: PLC0415

    began_s = perf_counter()
    logs = terminal_log or []
    outlets = Outlets(json=json, junit=junit, sales=sales)
    outlets.check([Named("", path) for path in (*traces, *logs, *([scenario] if scenario else []))])
    offset_ms = offset_of(log_offset, logs=bool(logs))
    run = read_run(traces)
    planned = None if scenario is None else scenario_of(run, scenario)
    log = read_logs(logs) if logs else None
    judgement = judge_run(run, planned, log, offset_ms=offset_ms, all_sales=sales)
    raise typer.Exit(tell(judgement, outlets, perf_counter() - began_s))
