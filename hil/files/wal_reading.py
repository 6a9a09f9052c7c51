"""The write-ahead log beside an SQLite file, read by its own checksums: how far it is whole, and what stops it.

SQLite stops in silence at the first frame that does not fit.  Frames of before its last beginning lie
behind it in good order and are no damage; nor is a last frame that a cut left unfinished.
"""

from __future__ import annotations

import struct
from enum import StrEnum
from pathlib import Path

import msgspec

_HEADER = struct.Struct(">8I")
_FRAME = struct.Struct(">6I")
_LITTLE, _BIG = 0x377F0682, 0x377F0683
_CHECKED_OF_HEADER, _CHECKED_OF_FRAME = 24, 8
_SALTS = slice(8, 16)
LARGEST = 64 << 20  # bytes that are looked at: longer ones take minutes


class Stop(StrEnum):
    """Why a write-ahead log goes no further."""

    ENDS = "ends"
    UNFINISHED = "unfinished"  # a last frame is not whole, as a cut leaves it
    CHANGED = "changed"  # a frame, or the head, is not what was written
    TOO_LONG = "too_long"  # not looked at


class WalReading(msgspec.Struct, frozen=True):
    """What a write-ahead log holds."""

    stop: Stop
    frames: int = 0  # whole ones
    commits: int = 0
    offset: int = 0  # of what stopped it, in bytes


def read_wal(path: Path) -> WalReading | None:
    """What is in it; None where there is none, or nothing is in it."""
    try:
        size = path.stat().st_size
        if not size:
            return None
        if size > LARGEST:
            return WalReading(Stop.TOO_LONG)
        return _read(path.read_bytes())
    except FileNotFoundError:
        return None


def _read(content: bytes) -> WalReading:
    if len(content) < _HEADER.size:
        return WalReading(Stop.UNFINISHED)
    magic, _, page, _, _, _, *given = _HEADER.unpack_from(content)
    order = ">" if magic == _BIG else "<"
    sums = _summed(content[:_CHECKED_OF_HEADER], order, (0, 0))
    if magic not in {_LITTLE, _BIG} or tuple(given) != sums:
        return WalReading(Stop.CHANGED)
    salts = content[16:24]
    length = _FRAME.size + page
    frames = commits = 0
    for at in range(_HEADER.size, len(content), length):
        frame = content[at:at + length]
        is_last = at + length >= len(content)
        if len(frame) < length:
            return WalReading(Stop.UNFINISHED, frames, commits, at)
        if frame[_SALTS] != salts:
            is_within = any(content[each + 8:each + 16] == salts for each in range(at + length, len(content), length))
            return WalReading(Stop.CHANGED if is_within else Stop.ENDS, frames, commits, at)
        sums = _summed(frame[_FRAME.size:], order, _summed(frame[:_CHECKED_OF_FRAME], order, sums))
        _, size, _, _, *given = _FRAME.unpack_from(frame)
        if tuple(given) != sums:
            return WalReading(Stop.UNFINISHED if is_last else Stop.CHANGED, frames, commits, at)
        frames += 1
        commits += bool(size)
    return WalReading(Stop.ENDS, frames, commits, len(content))


def _summed(content: bytes, order: str, sums: tuple[int, int]) -> tuple[int, int]:
    one, other = sums
    words = struct.unpack(f"{order}{len(content) // 4}I", content)
    for first, second in zip(words[::2], words[1::2], strict=True):
        one = (one + first + other) & 0xFFFFFFFF
        other = (other + second + one) & 0xFFFFFFFF
    return one, other
