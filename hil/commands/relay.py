"""``daozhang relay``: a line between any terminal and any host on which faults understand messages."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

HELP = """Run a relay between a terminal and its host; it loses, holds, repeats and spoils messages.

Everything passes as it came, unless a fault strikes. Faults are the [[faults]] of a scenario; daozhang failures shows which a relay can do (places: relay, with --ecr: ecr_line). Ask it for more with daozhang tell.

Exit: 0 stopped, 2 bad input, 3 harness error, 4 a fault never struck, 130 interrupted.

Examples:

  daozhang relay --listen 127.0.0.1:8600 --to 127.0.0.1:8583 --faults faults.toml --control 127.0.0.1:8601

  daozhang relay --listen 0.0.0.0:8600 --anywhere --to 192.0.2.7:8583 --trace relay.jsonl --pcap relay.pcap    (for a real terminal)

  daozhang relay --listen 127.0.0.1:8600 --tls-certificate relay.crt --tls-key relay.key --to host.example:8583 --to-tls

  daozhang relay --serial /dev/ttyUSB0 --line "9600 8N1" --to 127.0.0.1:8583

  daozhang relay --ecr transbank --serial /dev/ttyUSB0 --line "115200 8N1" --to-serial /dev/ttyUSB1 --to-line "115200 8N1" --faults ecr.toml

  daozhang tell 127.0.0.1:8601 '{"do":"fault","toml":"mode = \\"line.overtaken\\"\\nnth = 1"}'
"""


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command("relay", short_help="Run a relay with faults between a terminal and its host.",
                help=HELP)(relay)


def relay(
    listen: Annotated[str, typer.Option(help="HOST:PORT for terminals")] = "",
    to: Annotated[str, typer.Option(help="HOST:PORT of their host")] = "",
    faults: Annotated[Path | None, typer.Option(
        metavar="FILE", help="a TOML file with [[faults]], as a scenario has them")] = None,
    dialect: Annotated[str, typer.Option(help="Name or TOML file of the dialect.")] = "",
    ecr: Annotated[str, typer.Option(
        metavar="PROFILE", help="between a till (--listen, --serial) and its terminal (--to, --to-serial): name or file of an ECR profile")] = "",
    keys: Annotated[Path | None, typer.Option(
        help="key file with the master keys, for changes with a right MAC; the test key of docs/live.md where none is given")] = None,
    serial: Annotated[str, typer.Option(
        metavar="DEVICE", help="instead of --listen: the terminal's serial line, a URL such as rfc2217://HOST:PORT, or pty: for a pseudo-terminal of our own")] = "",
    line: Annotated[str, typer.Option(help='of --serial, such as "9600 8N1"')] = "",
    to_serial: Annotated[str, typer.Option(
        metavar="DEVICE", help="instead of --to: the host's serial line")] = "",
    to_line: Annotated[str, typer.Option(help='of --to-serial, such as "9600 8N1"')] = "",
    anywhere: Annotated[
        bool, typer.Option("--anywhere", help="listen beyond loopback, for a real terminal"),
    ] = False,
    tls_certificate: Annotated[Path | None, typer.Option(
        help="speak TLS to terminals with this certificate (PEM)")] = None,
    tls_key: Annotated[Path | None, typer.Option(help="its key (PEM); a test key")] = None,
    tls_client_ca: Annotated[Path | None, typer.Option(
        help="terminals must show a certificate that this authority signed (PEM)")] = None,
    to_tls: Annotated[bool, typer.Option(
        "--to-tls", help="speak TLS to the host; without --to-tls-ca any certificate is believed")] = False,
    to_tls_ca: Annotated[Path | None, typer.Option(
        help="believe what this authority signed, whatever name it is for (PEM)")] = None,
    to_tls_certificate: Annotated[Path | None, typer.Option(
        help="certificate to be shown to the host (PEM)")] = None,
    to_tls_key: Annotated[Path | None, typer.Option(help="its key (PEM); a test key")] = None,
    trace: Annotated[Path | None, typer.Option(help="append trace records to this file")] = None,
    pcap: Annotated[Path | None, typer.Option(
        help="Write a capture of all messages, card data zeroed.")] = None,
    control: Annotated[str, typer.Option(help="HOST:PORT of the control port; none where it is not given")] = "",
    seed: Annotated[int, typer.Option(help="of chances, jitter and garbage")] = 1,
    no_host: Annotated[str, typer.Option(
        help="what a terminal is told where its host cannot be reached: hang_up, reset, silence")] = "hang_up",
    drop_unknown: Annotated[bool, typer.Option(
        "--drop-unknown", help="bytes that are no message do not pass")] = False,
    limit: Annotated[list[str] | None, typer.Option(
        metavar="NAME=NUMBER", help="a limit of both sides' ports, such as connections=50; an unknown one lists all")] = None,
    control_limit: Annotated[list[str] | None, typer.Option(
        metavar="NAME=NUMBER", help="the same for the control port")] = None,
) -> None:
    """Run a relay until it is stopped."""
    from hil.relay.asked import Asked  # noqa: PLC0415 - no other command waits for it
    from hil.relay.process import run_relay  # noqa: PLC0415

    raise typer.Exit(run_relay(Asked(
        listen=listen, to=to, serial=serial, line=line, to_serial=to_serial, to_line=to_line,
        anywhere=anywhere, tls_certificate=tls_certificate, tls_key=tls_key,
        tls_client_ca=tls_client_ca, to_tls=to_tls, to_tls_ca=to_tls_ca,
        to_tls_certificate=to_tls_certificate, to_tls_key=to_tls_key, faults=faults,
        dialect=dialect, ecr=ecr, keys=keys, trace=trace, pcap=pcap, control=control, seed=seed,
        no_host=no_host, drop_unknown=drop_unknown, limits=tuple(limit or ()), control_limits=tuple(control_limit or ()),
    )))
