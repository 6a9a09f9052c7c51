"""Where a line is and how it is set, as one text: ``serial:/dev/ttyUSB0?9600 7E1,rtscts``.

It reads and refuses; it opens nothing.  What a kind of line does not know is refused by name.

=====================================  =========================================================
``serial:/dev/ttyUSB0?9600 7E1``       a serial device, or its path alone
``rfc2217://HOST:PORT?9600 7E1``       a serial line behind a network
``tcp:HOST:PORT``, ``tls:HOST:PORT``   a connection
``pty:``, ``pty:/dev/pts/3``           a new pseudo-terminal, or one that is there
=====================================  =========================================================
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import Any

import msgspec

from hil.ports.ports import Address, PortError, parse_address
from hil.ports.serial_line import LONGEST_TURNAROUND_MS, SerialLine, serial_line
from simulator.catalogue.language import Message


class LineKind(str, Enum):
    """What a line is made of."""

    SERIAL = "serial"
    RFC2217 = "rfc2217"
    TCP = "tcp"
    TLS = "tls"
    PTY = "pty"


class LineAddress(msgspec.Struct, frozen=True, kw_only=True):
    """One line, as whoever asked for it wrote it."""

    kind: LineKind
    path: str = ""  # of a device
    address: Address | None = None  # of a network
    line: SerialLine | None = None  # None: nothing was said about it
    paced: bool = False  # a server of a line lets bytes take the time that they take on one
    reconnect_s: float = 0.0  # longest pause between two tries; 0: a line that has gone has gone
    ca: str = ""
    certificate: str = ""
    key: str = ""

    def __str__(self) -> str:
        if self.kind is LineKind.RFC2217:
            return f"rfc2217://{self.address}"
        return self.path or f"{self.kind.value}:{self.address or ''}"


FORMS = (
    "serial:/dev/ttyUSB0?9600 8N1, rfc2217://HOST:PORT?9600 8N1, tcp:HOST:PORT, tls:HOST:PORT, "
    "pty: or pty:/dev/pts/N"
)
USUAL_RECONNECT_S = 5.0
LONGEST_RECONNECT_S = 3_600.0

_NO_LINE = Message(
    "no_line_address", "{given} is no line: write {forms}", "{given} 不是线路：应写成 {forms}")
_NO_OPTION = Message(
    "no_line_option", "{given}: a line of the kind {kind} has no {option}; allowed behind ?: {allowed}",
    "{given}：{kind} 类线路没有 {option}；? 之后只能是：{allowed}")
_BAD_VALUE = Message(
    "line_option_value", "{given}: {option} cannot be that; allowed: {allowed}",
    "{given}：{option} 不能是这个值；只能是：{allowed}")
_TWICE = Message(
    "line_option_twice", "{given}: {option} is there twice", "{given}：{option} 出现了两次")
_NEEDS_RS485 = Message(
    "line_needs_rs485", "{given}: {option} is of RS-485: write rs485 too", "{given}：{option} 属于 RS-485：请同时写 rs485")
_BOTH = Message(
    "line_both", "{given}: {one} and {other} exclude each other", "{given}：{one} 与 {other} 不能同时使用")


# ---- what may stand behind the question mark -----------------------------------------------------


class _Option(msgspec.Struct, frozen=True):
    """One word: what it may be worth, in words and as a reader, and the setting that it makes."""

    setting: str
    allowed: str
    read: Callable[[str], Any]


def _flag(text: str) -> bool:
    if text:
        raise ValueError
    return True


def _level(text: str) -> bool:
    return {"on": True, "off": False}[text]


def _ms(text: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", text, re.ASCII) or int(text) > LONGEST_TURNAROUND_MS:
        raise ValueError
    return int(text)


def _seconds(text: str) -> float:
    if not text:
        return USUAL_RECONNECT_S
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", text, re.ASCII):
        raise ValueError
    seconds = float(text)
    if not 0.1 <= seconds <= LONGEST_RECONNECT_S:
        raise ValueError
    return seconds


def _file(text: str) -> str:
    if not text:
        raise ValueError
    return text


def _rs485(text: str) -> str:
    return {"": "rts", "rts": "rts", "driver": "driver"}[text]


_MS_WORDS = f"0 to {LONGEST_TURNAROUND_MS}"
_OF_UART: dict[str, _Option] = {
    "rtscts": _Option("rts_cts", "rtscts alone", _flag),
    "dsrdtr": _Option("dsr_dtr", "dsrdtr alone", _flag),
    "xonxoff": _Option("xon_xoff", "xonxoff alone", _flag),
    "rts": _Option("rts", "on or off", _level),
    "dtr": _Option("dtr", "on or off", _level),
    "rs485": _Option("rs485", "rs485, rs485=rts or rs485=driver", _rs485),
    "before_ms": _Option("rs485_before_ms", _MS_WORDS, _ms),
    "after_ms": _Option("rs485_after_ms", _MS_WORDS, _ms),
    "turnaround_ms": _Option("turnaround_ms", _MS_WORDS, _ms),
}
_PACED = _Option("paced", "paced alone", _flag)
_RECONNECT = _Option("reconnect_s", f"seconds, 0.1 to {LONGEST_RECONNECT_S:g}", _seconds)
_OF_TLS = {name: _Option(name, "a file", _file) for name in ("ca", "certificate", "key")}
_ALLOWED: dict[LineKind, dict[str, _Option]] = {
    LineKind.SERIAL: {**_OF_UART, "reconnect": _RECONNECT},
    LineKind.RFC2217: {**_OF_UART, "paced": _PACED, "reconnect": _RECONNECT},
    LineKind.TCP: {"reconnect": _RECONNECT},
    LineKind.TLS: {**_OF_TLS, "reconnect": _RECONNECT},
    LineKind.PTY: {"reconnect": _RECONNECT},
}
_WITH_FORM = frozenset({LineKind.SERIAL, LineKind.RFC2217})
_OF_ADDRESS = frozenset({"paced", "reconnect_s", "ca", "certificate", "key"})


# ---- reading -------------------------------------------------------------------------------------


def line_address(text: str) -> LineAddress:
    """The line of a text; ``PortError`` where it is none.

    >>> str(line_address("serial:/dev/ttyUSB0?9600 7E1").line)
    '9600 7E1'
    >>> line_address("rfc2217://127.0.0.1:4000").address
    Address(host='127.0.0.1', port=4000)
    """
    kind, place, options = _parts(text)
    shown = _shown(text)
    settings = _settings(shown, kind, options)
    uart = {name: value for name, value in settings.items() if name not in _OF_ADDRESS}
    form = uart.pop("form", None)
    line = None
    if form is not None or uart:
        line = msgspec.structs.replace(form if isinstance(form, SerialLine) else SerialLine(), **uart)
        _refuse_what_excludes(shown, line)
    given = {name: value for name, value in settings.items() if name in _OF_ADDRESS}
    if (given.get("certificate") is None) != (given.get("key") is None):
        raise PortError(_BAD_VALUE.say(
            given=shown, option="certificate", allowed="certificate=FILE and key=FILE together"))
    if kind in {LineKind.SERIAL, LineKind.PTY}:
        return LineAddress(kind=kind, path=place, line=line, **given)
    return LineAddress(kind=kind, address=parse_address(place), line=line, **given)


def _shown(text: str) -> str:
    return repr(text[:80])


def _parts(text: str) -> tuple[LineKind, str, str]:
    before, _, options = text.partition("?")
    if before.startswith(("/", "COM")):
        before = f"serial:{before}"
    name, colon, place = before.partition(":")
    kind = LineKind(name) if name in set(LineKind) else None
    if kind is None or not colon or (not place and kind is not LineKind.PTY) or "\0" in text:
        raise PortError(_NO_LINE.say(given=_shown(text), forms=FORMS))
    if kind in {LineKind.RFC2217, LineKind.TCP, LineKind.TLS}:
        place = place.removeprefix("//")
    if "?" in text and not options.strip():
        raise PortError(_NO_LINE.say(given=_shown(text), forms=FORMS))
    return kind, place, options


def _settings(shown: str, kind: LineKind, options: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    setting: str
    value: object
    for word in filter(None, (each.strip() for each in options.split(","))):
        if word[0].isdigit() and kind in _WITH_FORM:
            setting, value, name = "form", serial_line(word), "BAUD"
        else:
            name, equals, rest = word.partition("=")
            option = _ALLOWED[kind].get(name)
            if option is None:
                raise PortError(_NO_OPTION.say(
                    given=shown, kind=kind.value, option=repr(name), allowed=_allowed(kind)))
            setting, value = option.setting, _value(shown, name, option, rest, bare=not equals)
        if setting in found:
            raise PortError(_TWICE.say(given=shown, option=name))
        found[setting] = value
    return found


def _value(shown: str, name: str, option: _Option, text: str, *, bare: bool) -> object:
    try:
        value = option.read(text)
    except (ValueError, KeyError):
        pass
    else:
        if bare or text:  # nothing behind "=" is no value
            return value
    raise PortError(_BAD_VALUE.say(given=shown, option=name, allowed=option.allowed))


def _allowed(kind: LineKind) -> str:
    names = ", ".join(_ALLOWED[kind])
    return f"BAUD 8N1, {names}" if kind in _WITH_FORM else names


_EXCLUDES: tuple[tuple[str, str, Callable[[SerialLine], bool]], ...] = (
    ("rtscts", "xonxoff", lambda line: line.rts_cts and line.xon_xoff),
    ("rtscts", "dsrdtr", lambda line: line.rts_cts and line.dsr_dtr),
    ("dsrdtr", "xonxoff", lambda line: line.dsr_dtr and line.xon_xoff),
    ("rtscts", "rts", lambda line: line.rts_cts and line.rts is not None),
    ("rs485", "rtscts", lambda line: bool(line.rs485) and line.rts_cts),
    ("rs485", "rts", lambda line: bool(line.rs485) and line.rts is not None),
)


def _refuse_what_excludes(shown: str, line: SerialLine) -> None:
    for one, other, are_both in _EXCLUDES:
        if are_both(line):
            raise PortError(_BOTH.say(given=shown, one=one, other=other))
    for option, value in (("before_ms", line.rs485_before_ms), ("after_ms", line.rs485_after_ms)):
        if value and not line.rs485:
            raise PortError(_NEEDS_RS485.say(given=shown, option=option))
