"""The log of a host's state: one commit after the other, each whole in one record of a chain.

A commit holds entries in the order in which they happened: records of the acquirer's journal, facts
of the world around it, lines of the trace.  It is packed small, and its head says without unpacking
where it stands and what must lie in the tables beside the log.  It knows no file.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterable, Sequence
from enum import IntEnum

import msgspec

from hil.files.state_dictionary import WORDS

_HEAD = struct.Struct(">BQIQIQ")
_PACKED = 1  # raw deflate against the dictionary
_LEVEL = 1
_RAW, _MEMORY = -15, 9


class EntryKind(IntEnum):
    """What an entry is."""

    JOURNAL = 0
    FACT = 1
    TRACE = 2


class Entry(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One thing that is remembered; ``body`` is JSON."""

    kind: EntryKind
    body: bytes
    name: str = ""  # of a fact
    at_ms: int = 0  # of a fact


class Beside(msgspec.Struct, frozen=True, gc=False):
    """What lies in the tables beside the log: how many rows, and the sum of their checksums."""

    rows: int = 0
    total: int = 0

    def more(self, checksum: int) -> Beside:
        """With one row more."""
        return Beside(self.rows + 1, self.total + checksum)

    def less(self, checksum: int, rows: int = 1) -> Beside:
        """Without rows of these checksums."""
        return Beside(self.rows - rows, self.total - checksum)


class Head(msgspec.Struct, frozen=True, gc=False):
    """What a commit says of itself before it is unpacked."""

    first: int  # number of its first entry, from 1
    entries: int
    last_ms: int  # the latest moment that anything up to here tells of
    beside: Beside = Beside()


class CommitError(Exception):
    """The bytes are no commit."""


_DECODER = msgspec.msgpack.Decoder(list[Entry])
_ENCODE = msgspec.msgpack.Encoder().encode


def pack(head: Head, entries: Sequence[Entry]) -> bytes:
    """A commit as it lies in the file."""
    packer = zlib.compressobj(_LEVEL, zlib.DEFLATED, _RAW, _MEMORY, zlib.Z_DEFAULT_STRATEGY, WORDS)
    return b"".join((
        _HEAD.pack(_PACKED, head.first, head.entries, head.last_ms, head.beside.rows, head.beside.total),
        packer.compress(_ENCODE(entries)), packer.flush(),
    ))


def head_of(body: bytes) -> Head:
    """The head of a commit; ``CommitError`` where it is none."""
    try:
        form, first, entries, last_ms, rows, total = _HEAD.unpack_from(body)
    except struct.error as error:
        raise CommitError(str(error)) from None
    if form != _PACKED:
        raise CommitError(f"form {form}")
    return Head(first, entries, last_ms, Beside(rows, total))


def entries_of(body: bytes) -> list[Entry]:
    """The entries of a commit; ``CommitError`` where it is none."""
    unpacker = zlib.decompressobj(_RAW, WORDS)
    try:
        return _DECODER.decode(unpacker.decompress(memoryview(body)[_HEAD.size:]))
    except (zlib.error, msgspec.DecodeError) as error:
        raise CommitError(str(error)) from None


def row_checksum(number: int, name: bytes, body: bytes) -> int:
    """Of a row beside the log: of a terminal's memory, or a note (0)."""
    return zlib.crc32(b"%d\0%b\0%b" % (number, name, body))


def checksums(rows: Iterable[tuple[int, bytes, bytes]]) -> Beside:
    """Of all rows beside the log."""
    beside = Beside()
    for row in rows:
        beside = beside.more(row_checksum(*row))
    return beside
