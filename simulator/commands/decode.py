"""``daozhang decode``: messages of the dialect field by field, masked unless asked."""

from __future__ import annotations

from typing import Annotated

import msgspec
import typer

from simulator.commands import sayings as say
from simulator.commands.decode_shown import JsonShown, Tally, TextShown
from simulator.commands.dialects import DIALECT_HELP, dialect_given
from simulator.commands.found import Found
from simulator.commands.inputs import ExitCode, InputError, notice
from simulator.commands.mac_options import mac_given
from simulator.commands.progress import Progress
from simulator.commands.sources import events_in, open_argument
from simulator.commands.undivided import undivided
from simulator.wire.dialect import USUAL_RULES, Dialect, MacRule
from simulator.wire.dialects import USUAL
from simulator.wire.framing import Framing, framings_around

AUTO = "auto"


class DecodeOptions(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What is to be decoded and how it is to be shown."""

    message: str | None = None  # hex digits, a file, "-" or None: standard input
    framing: str = AUTO
    json: bool = False
    clear: bool = False
    mac_key: str = ""  # hex
    mac: str = ""  # the dialect's own
    dialect: str = USUAL


def framing_named(name: str, dialect: Dialect) -> Framing | None:
    """The framing of a name, None for ``auto``."""
    if name != AUTO and name not in dialect.framings:
        raise InputError(say.NO_FRAMING.say(given=name, allowed=", ".join((AUTO, *dialect.framings))))
    return dialect.framings.get(name)


def decode(options: DecodeOptions) -> ExitCode:
    """Shows the messages; FAILED where a MAC was to be checked and is wrong."""
    dialect = dialect_given(options.dialect)
    mac_key, rule = mac_given(options.mac_key, options.mac, dialect)
    framing = framing_named(options.framing, dialect)
    if options.message is not None and not options.message.strip():
        raise InputError(say.NO_MESSAGE.say())
    source = open_argument(options.message)
    tally = Tally(source.name)
    shown = (JsonShown if options.json else TextShown)(dialect, options.clear)
    verdicts: set[str] = set()
    unsealed = False
    progress = Progress(source.taken)
    try:
        for event in events_in(source, dialect, framing):
            progress.clear()
            tally.take(event)
            if isinstance(event, Found):
                verdict = _verdict_on(event, mac_key, rule)
                verdicts.add(verdict)
                unsealed = unsealed or "64" not in event.decoded.fields
                with undivided():
                    shown.message(event, verdict)
            else:
                with undivided():
                    shown.between(event)
            progress.at(tally.messages)
    except KeyboardInterrupt:
        progress.clear()
        with undivided():
            shown.end(is_list=source.is_capture)
        if tally.messages:
            notice(say.STOPPED.say(name=source.name, progress=progress.text(tally.messages)))
        raise
    progress.clear()
    tally.check()
    shown.end(is_list=source.is_capture)
    tally.tell()
    if mac_key and unsealed and tally.messages == 1:
        notice(say.NO_F64.say())
        return ExitCode.FAILED
    if "bad" in verdicts:
        return ExitCode.FAILED
    return ExitCode.PASSED if tally.is_whole else ExitCode.BAD_INPUT


def _verdict_on(one: Found, mac_key: bytes, rule: MacRule) -> str:
    """Of the MAC of a message: "" no F64, "not checked", "good" or "bad"."""
    if "64" not in one.decoded.fields:
        return ""
    if not mac_key or one.damages:
        return "not checked"
    from simulator.wire.mac import is_right  # noqa: PLC0415  ciphers take long to load

    return "good" if is_right(one.frame, one.decoded, mac_key, rule) else "bad"


HELP = """Show messages of the dialect field by field; card data is masked unless --clear.

Examples:

  daozhang decode 0034600003000060310031100108200000000000C0001031303030303030313839383030303030303030303030310011000000013010

  daozhang decode frame.bin --json

  daozhang decode day.pcap --mac-key 0102030405060708

  daozhang decode terminal.log    (digits in a log, a dump, an array, base64)

  cat frame.hex | daozhang decode -

Read as they are: packet captures (pcap, pcapng), frames, and texts in any usual form; each of them also compressed by gzip. See docs/decode.md.

Exit: 0 all was read, 1 a MAC is wrong, 2 something could not be read (standard error says what), 130 interrupted.
"""


def register(app: typer.Typer) -> None:
    """The command on the command line."""
    app.command("decode", help=HELP, short_help="Show a message field by field.")(_decode)


def _decode(
    message: Annotated[str | None, typer.Argument(
        help="Hex digits, a file (binary frames, text with hex in it, pcap), or - for standard input.",
    )] = None,
    framing: Annotated[str, typer.Option(
        help=f"What stands before the message type: {', '.join((AUTO, *framings_around(Framing())))}.",
    )] = AUTO,
    as_json_text: Annotated[bool, typer.Option("--json", help="JSON instead of text.")] = False,
    clear: Annotated[bool, typer.Option(
        "--clear", help="Show card data, PIN blocks and keys (test cards only).",
    )] = False,
    mac_key: Annotated[str, typer.Option(
        help="Clear MAC key in hex: check F64; exit 1 where it is wrong.",
    )] = "",
    mac: Annotated[str, typer.Option(
        help=f"MAC algorithm, where it is not the dialect's: {', '.join(USUAL_RULES)}.",
    )] = "",
    dialect: Annotated[str, typer.Option(help=DIALECT_HELP)] = USUAL,
) -> None:
    """Show a message field by field."""
    code = decode(DecodeOptions(
        message=message, framing=framing, json=as_json_text, clear=clear, mac_key=mac_key, mac=mac,
        dialect=dialect,
    ))
    raise typer.Exit(code)
