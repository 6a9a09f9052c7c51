"""Relay boards as data: what is sent to switch one channel, and what a board answers.

A template of bytes has pairs of hex digits and names in braces; it knows no line and no port.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable
from functools import cache, reduce
from importlib.resources import files
from operator import xor

import msgspec

from hil.control.errand import check_range
from hil.ports.ports import PortError
from hil.ports.serial_line import serial_line
from hil.power.power_words import ASKS_BLINDLY, NO_BOARD, NO_HEX

TABLE = "relay_boards.toml"
MOST_CHANNELS = 255
_WORD = re.compile(r"[0-9A-Fa-f]{2}|\{[a-z]+\}|\.\.")
_POLYNOMIAL = 0xA001


def modbus_crc(data: bytes) -> bytes:
    """CRC-16/MODBUS, low byte first.

    >>> modbus_crc(bytes.fromhex("01050000FF00")).hex(" ").upper()
    '8C 3A'
    """
    crc = 0xFFFF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (_POLYNOMIAL if crc & 1 else 0)
    return crc.to_bytes(2, "little")


_SENT: dict[str, Callable[[bytes, int], bytes]] = {
    "{channel}": lambda _before, channel: bytes([channel]),
    "{coil}": lambda _before, channel: bytes([channel - 1]),
    "{sum}": lambda before, _channel: bytes([sum(before) & 0xFF]),
    "{xor}": lambda before, _channel: bytes([reduce(xor, before, 0)]),
    "{crc}": lambda before, _channel: modbus_crc(before),
}
_HEARD = (*_SENT, "{skip}", "..")


class Board(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One kind of board; a board without ``ask`` cannot tell whether it has switched."""

    on: str
    off: str
    line: str = "9600 8N1"
    channels: int = 1
    on_answer: str = ""  # "" where it answers nothing
    off_answer: str = ""
    ask: str = ""
    ask_on: str = ""
    ask_off: str = ""
    answer_within_ms: int = 1_000

    def __post_init__(self) -> None:
        try:
            serial_line(self.line)
        except PortError as error:
            raise ValueError(str(error)) from None
        for template in (self.on, self.off):
            _checked(template, tuple(_SENT), empty=False)
        _checked(self.ask, tuple(_SENT), empty=True)
        for template in (self.on_answer, self.off_answer, self.ask_on, self.ask_off):
            _checked(template, _HEARD, empty=True)
        if len({bool(each) for each in (self.ask, self.ask_on, self.ask_off)}) != 1 or (
                self.ask and self.ask_on == self.ask_off):
            raise ValueError(ASKS_BLINDLY.say())
        check_range("channels", self.channels, 1, MOST_CHANNELS)
        check_range("answer_within_ms", self.answer_within_ms, 10, 60_000)


def sent(template: str, channel: int) -> bytes:
    """The bytes of a template for a channel.

    >>> sent("A0 {channel} 01 {sum}", 1).hex(" ").upper()
    'A0 01 01 A2'
    """
    data = b""
    for word in _words(template):
        data += _SENT[word](data, channel) if word in _SENT else bytes.fromhex(word)
    return data


def heard(template: str, channel: int) -> re.Pattern[bytes]:
    """The pattern of an answer, to be found at its beginning."""
    pattern, known = b"", b""
    for word in _words(template):
        if word in {"..", "{skip}"}:
            count = channel - 1 if word == "{skip}" else 1
            pattern += b"." * count
            known += bytes(count)
        else:
            data = _SENT[word](known, channel) if word in _SENT else bytes.fromhex(word)
            pattern += re.escape(data)
            known += data
    return re.compile(pattern, re.DOTALL)


@cache
def boards() -> dict[str, Board]:
    """The boards that come with the program, by name."""
    table = tomllib.loads((files("hil.power") / TABLE).read_text("utf-8"))
    return {name: msgspec.convert(row, Board) for name, row in table.items()}


def board_named(name: str) -> Board:
    """The board of a name; ``ValueError`` where there is none."""
    if name not in boards():
        raise ValueError(NO_BOARD.say(given=repr(name), names=", ".join(boards())))
    return boards()[name]


def _words(template: str) -> list[str]:
    return _WORD.findall(template)


def _checked(template: str, names: tuple[str, ...], *, empty: bool) -> None:
    rest = _WORD.sub("", template).strip()
    unknown = [word for word in _words(template) if not word.isalnum() and word not in names]
    if rest or unknown or not (template or empty):
        raise ValueError(NO_HEX.say(given=repr(template), names=", ".join(names)))
