"""``daozhang host``: a scenario's acquirer, banks and clearing on the wall clock, behind a port."""

from __future__ import annotations

import gc
from pathlib import Path
from typing import Annotated

import typer

from hil.host import opening_words as say
from simulator.commands.inputs import InputError

HELP = """Run a live host until it is stopped; started again with its state it goes on.

Terminals outside: connect real ones or daozhang device; outside = true says which, else all are. Ask it for something with daozhang tell.

At its start it prints what a person types into a terminal: address, TPDU, header, TID, MID, check value of the master key. The key is the one test key of docs/live.md, unless --keys or the scenario names a key file (daozhang keys --help).

Exit: 0 stopped, 2 bad input, 3 harness error, 130 interrupted; with --judge as daozhang judge: 0 pass, 1 fail, 4 inconclusive.

Examples:

  daozhang host day.toml --state host.sqlite --listen 127.0.0.1:8583 --control 127.0.0.1:8584

  daozhang host day.toml --state host.sqlite --trace host.jsonl --seed 7

  daozhang host day.toml --state host.sqlite --tls-certificate host.crt --tls-key host.key

  daozhang host day.toml --state host.sqlite --serial /dev/ttyUSB0 --line "9600 8N1"

  daozhang host day.toml --state host.sqlite --listen 0.0.0.0:8583 --anywhere --keys keys.toml    (for a real terminal)

  daozhang host day.toml --state host.sqlite --judge --junit day.xml    (judged when it is stopped)

  daozhang host day.toml --state host.sqlite --accept older    (a copy was put back; it says what is missing)

  daozhang host day.toml --cards    (the test cards with PINs)
"""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("host", short_help="Run a live acquirer host.", help=HELP)(host)


def host(
    scenario: Annotated[Path, typer.Argument(help="a scenario file (TOML)")],
    state: Annotated[Path | None, typer.Option(
        help="SQLite file with all that must survive; needed but for --cards")] = None,
    listen: Annotated[str, typer.Option(
        help="HOST:PORT for terminals; without it and without --serial: 127.0.0.1:0")] = "",
    control: Annotated[str, typer.Option(help="HOST:PORT of the control port")] = "127.0.0.1:0",
    trace: Annotated[Path | None, typer.Option(help="write the trace to this file as well")] = None,
    seed: Annotated[int | None, typer.Option(help="instead of the scenario's")] = None,
    defect: Annotated[
        list[str] | None, typer.Option(help="build it wrong: name of a defect; may be repeated"),
    ] = None,
    anywhere: Annotated[
        bool, typer.Option("--anywhere", help="listen beyond loopback, for a real terminal"),
    ] = False,
    serial: Annotated[str, typer.Option(
        metavar="DEVICE", help="a serial line for terminals too, or alone where --listen is not given; a device, or a URL such as rfc2217://HOST:PORT")] = "",
    line: Annotated[str, typer.Option(help='of --serial, such as "9600 8N1", which it is by itself')] = "",
    tls_certificate: Annotated[Path | None, typer.Option(
        help="speak TLS at --listen with this certificate (PEM); instead of the scenario's")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="its key (PEM); a test key")] = None,
    tls_client_ca: Annotated[Path | None, typer.Option(
        help="terminals must show a certificate that this authority signed (PEM)")] = None,
    limit: Annotated[list[str] | None, typer.Option(
        metavar="NAME=NUMBER", help="a limit of the terminals' port, such as connections=50; an unknown one lists all")] = None,
    control_limit: Annotated[list[str] | None, typer.Option(
        metavar="NAME=NUMBER", help="the same for the control port")] = None,
    judge: Annotated[bool, typer.Option(
        "--judge", help="judge the run when it is stopped, which ends it")] = False,
    json: Annotated[str, typer.Option(
        metavar="FILE", help="with --judge: write the judgement as JSON; - for standard output")] = "",
    junit: Annotated[Path | None, typer.Option(
        metavar="FILE", help="with --judge: write JUnit XML")] = None,
    sales: Annotated[bool, typer.Option("--sales", help="with --judge: list every sale")] = False,
    keys: Annotated[Path | None, typer.Option(
        help="key file with the master keys of the terminals, instead of the scenario's key_file")] = None,
    accept: Annotated[list[str] | None, typer.Option(
        metavar="KIND", help="go on with a state that is damaged, older or foreign, as far as it is whole; may be repeated")] = None,
    terminals: Annotated[bool, typer.Option(
        "--terminals", help="say what to type into every terminal outside, not into the first ten")] = False,
    cards: Annotated[bool, typer.Option(
        "--cards", help="print the test cards, whole, and exit")] = False,
) -> None:
    """Run a live host until it is stopped."""
    gc.disable()  # until it runs: what a start makes stays, and would be looked at again and again
    from hil.host.process import Asked, run_host, show_cards  # noqa: PLC0415 - no other command waits for it
    from hil.judging.outlets import Outlets  # noqa: PLC0415

    if cards:
        for option, given in (("--state", state), ("--accept", accept), ("--trace", trace), ("--keys", keys), ("--terminals", terminals)):
            if given:
                raise InputError(say.NO_USE.say(option=option))
        raise typer.Exit(show_cards(scenario))
    if state is None:
        raise InputError(say.NO_STATE.say())
    asked = Asked(
        scenario=scenario, state=state, listen=listen, control=control, trace=trace, seed=seed,
        defects=tuple(defect or ()), anywhere=anywhere,
        limits=tuple(limit or ()), control_limits=tuple(control_limit or ()),
        serial=serial, line=line, tls_certificate=tls_certificate, tls_key=tls_key,
        tls_client_ca=tls_client_ca,
        judge=judge,
        outlets=Outlets(json=json, junit=junit, sales=sales),
        keys=keys, every_terminal=terminals, accepts=tuple(accept or ()),
    )
    raise typer.Exit(run_host(asked))
