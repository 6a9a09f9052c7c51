"""What a person gives to be looked at, opened: a file, standard input or digits; capture, text or frames.

Read piece by piece, so a source may be of any size; which of the three it is its first bytes tell.
"""

from __future__ import annotations

import gzip
import io
import os
import re
import stat
import sys
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

import msgspec
from typing_extensions import Buffer

from simulator.capture.pcap_reader import MAGICS
from simulator.commands import sayings as say
from simulator.commands.captures import CaptureSource
from simulator.commands.found import Event, Found, Unread, events_of
from simulator.commands.hex_text import TextSource
from simulator.commands.inputs import (
    STANDARD_INPUT,
    InputError,
    is_file_name,
    neither,
    reason_of,
    shortened,
)
from simulator.dumps.line import Encoded
from simulator.dumps.lines import line_of
from simulator.dumps.strangers import in_bytes
from simulator.wire.cutting import StreamCutter
from simulator.wire.dialect import Dialect
from simulator.wire.framing import Framing

_HEAD = 1 << 16  # bytes by which a source is known
_PIECE = 1 << 18
_GZIP = b"\x1f\x8b\x08"
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f\x7f]")
_MARKS = (
    (b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32"),
    (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16"))
_FEWEST = 8  # bytes of UTF-16 without a mark


class Taken:
    """How many bytes of a source were taken, of how many where that is known."""

    def __init__(self, size: int = 0) -> None:
        self.count = 0
        self.size = size  # 0: not known, as of a pipe


class OpenSource(msgspec.Struct, frozen=True):
    """Where bytes come from, as a person names it, and the bytes: the first of them, and all."""

    name: str
    head: bytes
    file: BinaryIO
    taken: Taken

    @property
    def is_capture(self) -> bool:
        """Whether it is a packet capture."""
        return self.head[:4] in MAGICS


class _Joined(io.RawIOBase):
    """The bytes that were looked at, and then the file from which they came."""

    def __init__(self, head: bytes, file: BinaryIO, taken: Taken) -> None:
        self._head = head
        self._file = file
        self._taken = taken

    def readable(self) -> bool:
        """Always."""
        return True

    def readinto(self, buffer: Buffer, /) -> int:
        """As much as there is room for."""
        room = memoryview(buffer).cast("B")
        piece = self._head[:len(room)] or self._file.read(len(room))
        self._head = self._head[len(room):]
        room[:len(piece)] = piece
        self._taken.count += len(piece)
        return len(piece)


def open_argument(argument: str | None) -> OpenSource:
    """Standard input for ``-`` or nothing, digits in whatever form as they are, else the named file."""
    if argument is None or argument == STANDARD_INPUT:
        return opened(say.STANDARD_INPUT.say(), sys.stdin.buffer)
    if not is_file_name(argument):
        found = line_of(argument.partition("\n")[0])
        is_encoded = isinstance(found, Encoded) and not found.is_hex
        if "\0" not in argument and found is not None and not is_encoded:
            return opened(say.ARGUMENT.say(), io.BytesIO(argument.encode("utf-8", "replace")))
        neither(argument)
    path = Path(argument)
    try:
        if path.is_dir():
            raise InputError(say.IS_DIRECTORY.say(path=path))
        file = path.open("rb")
        status = os.fstat(file.fileno())
        if stat.S_ISCHR(status.st_mode) and not file.isatty():
            file.close()
            raise InputError(say.IS_DEVICE.say(path=path))
        return opened(str(path), file, status.st_size)
    except (OSError, ValueError) as error:
        raise InputError(f"{shortened(str(path))}: {reason_of(error)}") from None


def opened(name: str, file: BinaryIO, size: int = 0) -> OpenSource:
    """A source whose first bytes were looked at; what is compressed is read as what it was."""
    taken = inner = Taken(size)
    try:
        head = file.read(_HEAD)
        if head[:3] == _GZIP:
            file = gzip.GzipFile(fileobj=io.BufferedReader(_Joined(head, file, taken)), mode="rb")  # type: ignore[assignment]
            head, inner = file.read(_HEAD), Taken()
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{name}: {reason_of(error)}") from None
    return OpenSource(name, head, io.BufferedReader(_Joined(head, file, inner), _PIECE), taken)


def events_in(source: OpenSource, dialect: Dialect, framing: Framing | None) -> Iterator[Event]:
    """Messages of a source, and what could not be read; ``framing`` None: found by looking.

    Raises :class:`InputError` where it is empty or cannot be read at all.
    """
    framings = (framing,) if framing is not None else tuple(dialect.framings.values())
    try:
        yield from _events(source, dialect, framings)
    except (OSError, EOFError, zlib.error) as error:
        raise InputError(f"{source.name}: {reason_of(error)}") from None


def _events(source: OpenSource, dialect: Dialect, framings: Sequence[Framing]) -> Iterator[Event]:
    name, file = source.name, source.file
    if not source.head.strip():
        raise InputError(f"{name}: empty, a message is needed")
    if source.is_capture:
        yield from CaptureSource(file, name, dialect, framings).events()
    elif (encoding := _encoding_of(source.head)) is not None:
        text = io.TextIOWrapper(file, encoding, errors="replace")
        yield from TextSource(text, name, dialect, framings).events()
    else:
        yield from _in_frames(source, dialect, framings)


def _in_frames(
    source: OpenSource, dialect: Dialect, framings: Sequence[Framing],
) -> Iterator[Event]:
    cutter, name = StreamCutter(dialect, framings), source.name
    stranger = in_bytes(source.head)
    if stranger is not None:
        yield Unread("bytes", say.STRANGER.say(where=name, what=stranger.what.say()), {
            "bytes": len(source.head), "form": stranger.name}, is_loss=not stranger.has_more)
        if not stranger.has_more:
            return
    while piece := source.file.read(_PIECE):
        yield from events_of(cutter.feed(piece), name)
    yield from events_of(cutter.end(), name)


def _encoding_of(head: bytes) -> str | None:
    """Of a text; None where it is none."""
    for mark, encoding in _MARKS:
        if head.startswith(mark):
            return encoding
    for encoding, zeros in (("utf-16-le", head[1::2]), ("utf-16-be", head[0::2])):
        if len(head) >= _FEWEST and zeros.count(0) * 2 > len(zeros) and not _CONTROL.search(
                head[:len(head) & ~1].decode(encoding, "replace").encode("utf-8", "replace")):
            return encoding
    return None if _CONTROL.search(head) else "utf-8"


def messages_of(
    content: bytes, name: str, dialect: Dialect, framing: Framing | None = None,
) -> tuple[list[Found], list[Unread]]:
    """All messages of a source that is in memory, and what could not be read of it."""
    events = list(events_in(opened(name, io.BytesIO(content)), dialect, framing))
    return ([each for each in events if isinstance(each, Found)],
            [each for each in events if isinstance(each, Unread)])
