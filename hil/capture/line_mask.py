"""Card numbers in the bytes of a line set to zero, however the line was cut into reads.

A mask takes bytes in and gives as many out, each when it is sure what may be shown of it: what could
be the beginning of a card number waits for what follows, or for the line to rest.  It fails closed.
"""

from __future__ import annotations

import re
from typing import Protocol

from msgspec.structs import replace

from hil.capture.messages import parts_of
from simulator.wire.dialect import Dialect
from simulator.wire.framing import Framing
from simulator.wire.masked_frames import masked_frame
from simulator.wire.masking import card_numbers_in, looks_like_card

_ZERO = b"0"
_MOST_HELD = 1 << 12  # a run of digits without an end is shown to nobody
_FIRST, _LAST = 6, 4
_SHORTEST, _LONGEST = 13, 19
_RUN = b"0123456789 -./?"  # digits of a card, and what may stand between them
_BEHIND = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz /.^=?-"  # its separator
_DIGITS, _LETTERS = frozenset(b"0123456789"), re.compile(rb"[0-9A-Za-z]")
_SEPARATOR = b"=D^"
_PACKED = bytes(  # two digits to the byte, a separator or a pad among them
    octet for octet in range(256) if {octet >> 4, octet & 15} <= {*range(10), 0xD, 0xF})
_OUR_CARDS = 0x62  # with which a packed test card begins
_TRACK = re.compile(rb"([0-9]{12,19})[=D^]([0-9A-Za-z /.^=?\-]*)")
_OPEN_TRACK = re.compile(rb"[0-9]{12,19}[=D^]")
_PACKED_TRACK = re.compile(r"([0-9]{13,19})D([0-9]{7,})(?:F|(?![0-9]))")
_PACKED_CARD = re.compile(r"62[0-9]{14,17}")


class LineMask(Protocol):
    """What makes bytes of one way fit to be kept."""

    def feed(self, data: bytes) -> bytes:
        """Take bytes in; give the ones of which it is sure, in order, as many as they were."""

    def flush(self) -> bytes:
        """The line rests or has ended: all that waited, shown as far as it may be."""


class NoMask:
    """Bytes as they are: for lines on which no card data is, such as a relay board's."""

    def feed(self, data: bytes) -> bytes:
        """The same bytes."""
        return data

    def flush(self) -> bytes:
        """Nothing waits."""
        return b""


class TextMask:
    """A line of texts, as between a till and a terminal: card numbers and tracks in ASCII or packed."""

    def __init__(self) -> None:
        self._held = b""
        self._shown = 0  # digits of a run that was cut by a rest
        self._in_track = False  # behind its separator
        self._is_packed = False  # a packed number was cut by a rest

    def feed(self, data: bytes) -> bytes:
        """Holds back from the first digit that a card number could begin with."""
        data, begun = self._held + data, b""
        if self._shown:
            begun, data = self._continued(data)
        elif self._is_packed:
            begun, data = self._packed_continued(data)
        sure = min(_text_open(data), _packed_open(data))
        shown, self._held = text_masked(data[:sure]), data[sure:]
        if len(self._held) > _MOST_HELD:
            return begun + shown + self.flush()
        return begun + shown

    def flush(self) -> bytes:
        """What waited; of a number that may go on, six digits at most, and no more of it later."""
        held, self._held = self._held, b""
        text, packed = _text_open(held), _packed_open(held)
        if text < len(held):
            begun = self._continued(held[text:])[0]
            self._shown = self._shown or 1
            return text_masked(held[:text]) + begun
        if packed < len(held):
            self._is_packed = True
            return text_masked(held[:packed]) + held[packed:packed + 3] + bytes(
                max(0, len(held) - packed - 3))
        return text_masked(held)

    def _continued(self, data: bytes) -> tuple[bytes, bytes]:
        """What goes on of a run that was cut, hidden but for six digits, and what follows it."""
        size = 0 if self._in_track else len(data) - len(data.lstrip(_RUN))
        hidden = _but_the_first(data[:size], max(0, _FIRST - self._shown))
        self._shown += sum(each in _DIGITS for each in data[:size])
        if not self._in_track and data[size:size + 1] and data[size] in _SEPARATOR:
            self._in_track = True
            hidden += data[size:size + 1]
            size += 1
        if self._in_track:
            behind = len(data) - len(data[size:].lstrip(_BEHIND))
            hidden += _LETTERS.sub(_ZERO, data[size:behind])
            size = behind
        if size < len(data):
            self._shown, self._in_track = 0, False
        return hidden, data[size:]

    def _packed_continued(self, data: bytes) -> tuple[bytes, bytes]:
        size = len(data) - len(data.lstrip(_PACKED))
        self._is_packed = size == len(data)
        return bytes(size), data[size:]


class FrameMask:
    """A line of frames of a dialect; what is in none is zero."""

    def __init__(self, dialect: Dialect) -> None:
        self._dialect = dialect
        self._held = b""
        self._framing: Framing | None = None

    def feed(self, data: bytes) -> bytes:
        """Holds back what is not whole yet."""
        self._held += data
        given = b"".join(self._whole())
        if len(self._held) > _MOST_HELD:
            given += self.flush()
        return given

    def flush(self) -> bytes:
        """What was no frame is zero."""
        given = bytes(len(self._held))
        self._held = b""
        return given

    def _whole(self) -> list[bytes]:
        shown, at = [], 0
        for part in parts_of(self._held, self._dialect, self._framing):
            if part.is_keep_alive:
                shown.append(self._held[part.begin:part.end])
            elif part.framing is not None:
                self._framing = part.framing
                shown.append(masked_frame(
                    self._held[part.begin:part.end], replace(self._dialect, framing=part.framing)))
            else:
                break
            at = part.end
        self._held = self._held[at:]
        return shown


def text_masked(data: bytes) -> bytes:
    r"""Bytes with card numbers and tracks set to zero but for their first six and last four digits.

    >>> text_masked(b"\x02PAN 6200009753180120|5.00\x03")
    b'\x02PAN 6200000000000120|5.00\x03'
    >>> text_masked(b";6200009753180120=30122010000000000?")
    b';6200000000000120=00000000000000000?'
    >>> text_masked(bytes.fromhex("0222F0F86200009753180120F0")).hex()
    '0222f0f86200000000000120f0'
    """
    shown = bytearray(data)
    text = data.decode("latin-1")
    for begin, end in card_numbers_in(text):
        digits = [at for at in range(begin, end) if data[at] in _DIGITS]
        for at in digits[_FIRST:-_LAST]:
            shown[at:at + 1] = _ZERO
    for track in _TRACK.finditer(data):
        begin, end = track.span(1)
        shown[begin + _FIRST:end - _LAST] = _ZERO * (end - begin - _FIRST - _LAST)
        shown[slice(*track.span(2))] = _LETTERS.sub(_ZERO, track[2])
    return _packed_masked(bytes(shown))


def _packed_masked(data: bytes) -> bytes:
    if _OUR_CARDS not in data and 0xD not in {each & 15 for each in data} | {each >> 4 for each in data}:
        return data
    digits = list(data.hex().upper())
    text = "".join(digits)
    for found in _PACKED_TRACK.finditer(text):
        if _DIGITS.issuperset(data[(found.start(1) + 1) // 2:found.end(1) // 2]):
            continue  # digits in ASCII before a =, which is 3D
        _hide(digits, found.start(1) + _FIRST, found.end(1) - _LAST)
        _hide(digits, *found.span(2))
    for at in range(0, len(text), 2):
        if end := _card_end(text, at):
            _hide(digits, at + _FIRST, end - _LAST)
    return bytes.fromhex("".join(digits))


def _card_end(digits: str, at: int) -> int:
    """Where one of our cards ends that begins here, in digits; 0 where none does."""
    found = _PACKED_CARD.match(digits, at)
    if found is None:
        return 0
    run = found[0]
    is_text = all(chr(octet).isprintable() for octet in bytes.fromhex(run[:16]))
    is_bounded = not digits[found.end():found.end() + 1].isdigit()
    for length in (len(run),) if is_text and is_bounded else range(16, len(run) + 1):
        if not (is_text and not is_bounded) and looks_like_card(run[:length]):
            return at + length
    return 0


def _hide(digits: list[str], begin: int, end: int) -> None:
    for at in range(begin, end):
        digits[at] = "0"


def _but_the_first(run: bytes, count: int) -> bytes:
    """A run in which all digits but the first ones are zero."""
    shown = bytearray(run)
    for at in [at for at, each in enumerate(run) if each in _DIGITS][count:]:
        shown[at:at + 1] = _ZERO
    return bytes(shown)


def _text_open(data: bytes) -> int:
    """Where a number begins that may go on behind the end; the end where none does."""
    track = _OPEN_TRACK.search(data, len(data.rstrip(_BEHIND)))
    if track is not None:
        return track.start()
    begin = len(data.rstrip(_RUN))
    return next((at for at in range(begin, len(data)) if data[at] in _DIGITS), len(data))


def _packed_open(data: bytes) -> int:
    """The same of a packed number of a test card."""
    begin = len(data.rstrip(_PACKED))
    at = data.find(_OUR_CARDS, begin)
    return at if at >= 0 else len(data)
