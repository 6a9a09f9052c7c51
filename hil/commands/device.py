"""``daozhang device``: the terminal machine in a process of its own, on the wall clock."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

HELP = """Run a virtual terminal until it is stopped or killed; its memory stays in its file.

It begins at the wall clock's date, or --ahead-ms later. Ask it for something with daozhang tell.

Its master key is the one test key of docs/live.md, unless --keys or the scenario names a key file (daozhang keys --help).

Exit: 0 stopped, 2 bad input, 3 harness error, 130 interrupted.

Examples:

  daozhang device --tid 10000001 --mid 898000000000001 --host 127.0.0.1:8583 --nvm terminal.nvm --control 127.0.0.1:8585

  daozhang device --tid 10000001 --mid 898000000000001 --host 127.0.0.1:8583 --nvm terminal.nvm --scenario day.toml --trace terminal.jsonl

  daozhang device --tid 10000001 --mid 898000000000001 --host 127.0.0.1:8583 --nvm bad.nvm --defect terminal.no_reversal    (a terminal built wrong)

  daozhang device --tid 10000001 --mid 898000000000001 --host 127.0.0.1:8583 --tls --tls-ca ca.pem --nvm terminal.nvm

  daozhang device --tid 10000001 --mid 898000000000001 --serial /dev/ttyUSB0 --line "9600 8N1" --nvm terminal.nvm

  daozhang device --tid 10000001 --mid 898000000000001 --host 127.0.0.1:8583 --nvm terminal.nvm --ecr transbank@pty:
"""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("device", short_help="Run a virtual terminal.", help=HELP)(device)


def device(
    tid: Annotated[str, typer.Option(help="terminal id, F41: 8 printable ASCII characters")],
    mid: Annotated[str, typer.Option(help="merchant id, F42: 15 printable ASCII characters")],
    nvm: Annotated[Path, typer.Option(help="file that stands for the non-volatile memory")],
    host: Annotated[str, typer.Option(help="HOST:PORT of the acquirer")] = "",
    tls: Annotated[bool, typer.Option(
        "--tls", help="speak TLS, as it does by itself where the scenario has tls; without --tls-ca any certificate of the host is believed")] = False,
    tls_ca: Annotated[Path | None, typer.Option(
        help="believe what this authority signed, whatever name it is for (PEM)")] = None,
    tls_certificate: Annotated[Path | None, typer.Option(
        help="certificate of the terminal, where the host asks for one (PEM)")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="its key (PEM); a test key")] = None,
    serial: Annotated[str, typer.Option(
        metavar="DEVICE", help="instead of --host: a serial device, or a URL such as rfc2217://HOST:PORT")] = "",
    line: Annotated[str, typer.Option(help='of --serial, such as "9600 8N1"')] = "",
    control: Annotated[str, typer.Option(help="HOST:PORT of the control port")] = "127.0.0.1:0",
    profile: Annotated[str, typer.Option(help="name of a device profile")] = "generic",
    scenario: Annotated[
        Path | None, typer.Option(help="take profile and settings of this TID from a scenario"),
    ] = None,
    trace: Annotated[Path | None, typer.Option(help="append trace records to this file")] = None,
    defect: Annotated[
        list[str] | None,
        typer.Option(help="build it wrong: name of a terminal defect; may be repeated"),
    ] = None,
    ahead_ms: Annotated[
        int, typer.Option(help="how far its calendar is ahead of the wall clock"),
    ] = 0,
    limit: Annotated[list[str] | None, typer.Option(
        metavar="NAME=NUMBER", help="a limit of the line to the host, such as unread_s=5; an unknown one lists all")] = None,
    control_limit: Annotated[list[str] | None, typer.Option(
        metavar="NAME=NUMBER", help="the same for the control port")] = None,
    download: Annotated[str, typer.Option(
        metavar="PLAN", help="tables that it loads after a sign-on: none, chip, family-l, family-p, "
        "family-m, family-c; the scenario's, or chip where none is given")] = "",
    dialect: Annotated[
        str, typer.Option(help="name or file of its dialect; the scenario's where none is given"),
    ] = "",
    offers: Annotated[str, typer.Option(
        metavar="VERSION", help="software that an update brings, eight digits; what the scenario's host demands where none is given")] = "",
    update_takes: Annotated[str, typer.Option(
        metavar="DURATION", help="how long an update takes, such as 2s; three minutes where none is given")] = "",
    store_takes: Annotated[str, typer.Option(
        metavar="DURATION", help="how long a record takes to be written, such as 30ms in flash memory; "
        "as fast as the disk where none is given")] = "",
    first_stan: Annotated[int, typer.Option(
        min=1, max=999_999, help="number of the first request of a memory that is new, to come near its wrap; "
        "a memory that is there goes on with its own")] = 1,
    keys: Annotated[Path | None, typer.Option(
        help="key file with its master key; the scenario's, or else the test key of docs/live.md")] = None,
    ecr: Annotated[str, typer.Option(
        metavar="PROFILE@LINE", help="be driven by a till too: an ECR profile, and pty:, pty:NAME, "
        "tcp:HOST:PORT or rfc2217:HOST:PORT?9600 8N1")] = "",
) -> None:
    """Run a virtual terminal until it is stopped or killed."""
    from hil.device.process import Asked, run_device  # noqa: PLC0415 - no other command waits for it

    asked = Asked(
        tid=tid, mid=mid, host=host, nvm=nvm, control=control, profile=profile, scenario=scenario, trace=trace,
        defects=tuple(defect or ()), ahead_ms=ahead_ms,
        limits=tuple(limit or ()), control_limits=tuple(control_limit or ()),
        dialect=dialect, tls=tls, tls_ca=tls_ca, tls_certificate=tls_certificate, tls_key=tls_key,
        serial=serial, line=line, keys=keys, download=download, offers=offers, update_takes=update_takes,
        store_takes=store_takes, first_stan=first_stan, ecr=ecr,
    )
    raise typer.Exit(run_device(asked))
