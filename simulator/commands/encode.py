"""``daozhang encode``: the JSON of ``daozhang decode --clear --json`` as hex frames."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import msgspec
import typer
from msgspec.structs import replace

from simulator.commands.dialects import DIALECT_HELP, dialect_given
from simulator.commands.encode_refused import refused
from simulator.commands.inputs import (
    STANDARD_INPUT,
    ExitCode,
    InputError,
    Source,
    read_file,
    read_standard_input,
)
from simulator.commands.mac_options import mac_given
from simulator.commands.message_shown import from_json
from simulator.wire.dialect import USUAL_RULES, Dialect, MacRule
from simulator.wire.dialects import USUAL
from simulator.wire.errors import WireError
from simulator.wire.frame import body_of
from simulator.wire.generic import Decoded, encode_generic


class EncodeOptions(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What is to be encoded."""

    message: str | None = None  # JSON text, a file, "-" or None: standard input
    mac_key: str = ""  # hex; F64 is made under it
    mac: str = ""  # the dialect's own
    dialect: str = USUAL


def encode(options: EncodeOptions) -> ExitCode:
    """Prints one line of hex for each message."""
    dialect = dialect_given(options.dialect)
    mac_key, rule = mac_given(options.mac_key, options.mac, dialect)
    source = _source(options.message)
    if not source.content.strip():
        raise InputError(f"{source.name}: empty, a JSON object is needed")
    lines = []
    for n, decoded in enumerate(from_json(source.content, source.name, dialect), start=1):
        try:
            frame = (_sealed(decoded, dialect, mac_key, rule) if mac_key
                     else encode_generic(decoded, dialect))
        except WireError as error:
            raise refused(source.name, n, decoded, error, dialect) from None
        lines.append(frame.hex().upper())
    for line in lines:
        typer.echo(line)
    return ExitCode.PASSED


def _sealed(decoded: Decoded, dialect: Dialect, mac_key: bytes, rule: MacRule) -> bytes:
    """The frame with its F64 made anew."""
    from simulator.wire.codec import MAC_LENGTH  # noqa: PLC0415  as long as the next
    from simulator.wire.mac import mac_of  # noqa: PLC0415  ciphers take long to load

    room = replace(decoded, fields={**decoded.fields, "64": "00" * MAC_LENGTH})
    body = body_of(encode_generic(room, dialect), decoded.framing)
    made = mac_of(rule, mac_key, body[:-MAC_LENGTH])
    return encode_generic(replace(room, fields={**room.fields, "64": made.hex().upper()}), dialect)


def _source(message: str | None) -> Source:
    if message is None or message == STANDARD_INPUT:
        return read_standard_input()
    if message.lstrip().startswith(("{", "[")):
        return Source("argument", message.encode("utf-8", "surrogateescape"))
    return read_file(Path(message))


HELP = """Make the hex of a message from the JSON that decode --clear --json gives.

Examples:

  daozhang decode 0034600003000060310031100108200000000000C0001031303030303030313839383030303030303030303030310011000000013010 --clear --json > echo.json

  daozhang encode echo.json --mac-key 0102030405060708

  daozhang encode '{"mti":"0820","tpdu":"6000030000","header":"603100311001","fields":{"41":"10000001","60":"00000001301"}}'

A list of messages makes a line for each. What has no form on the line is refused with its field, what was given, and what is allowed.

Exit: 0 made, 2 bad input (nothing is printed).
"""


def register(app: typer.Typer) -> None:
    """The command on the command line."""
    app.command("encode", help=HELP, short_help="Make the hex of a message.")(_encode)


def _encode(
    message: Annotated[str | None, typer.Argument(
        help="JSON as decode --clear --json gives it, a file with it, or - for standard input.",
    )] = None,
    mac_key: Annotated[str, typer.Option(
        help="Clear MAC key in hex: make F64 under it, whatever the JSON has.",
    )] = "",
    mac: Annotated[str, typer.Option(
        help=f"MAC algorithm, where it is not the dialect's: {', '.join(USUAL_RULES)}.",
    )] = "",
    dialect: Annotated[str, typer.Option(help=DIALECT_HELP)] = USUAL,
) -> None:
    """Make the hex of a message."""
    raise typer.Exit(encode(EncodeOptions(
        message=message, mac_key=mac_key, mac=mac, dialect=dialect)))
