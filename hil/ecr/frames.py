"""Frames of an ECR line: bytes in any slices become frames, signals, spoilt frames and noise.

Nothing is answered here and no meaning is looked at.  What is heard is bounded: a frame that grows
past its limit is spoilt, noise is counted and forgotten.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

from hil.ecr.check_bytes import USUAL_BASE, WIDTH, check_of
from hil.ecr.profile import FramingRule, HandshakeRule, LengthRule, Piece, ProfileFile

Signal = Literal["ack", "nak", "enq", "eot"]
_APDU_HEAD, _APDU_LONG = 3, 0xFF


class Head(msgspec.Struct, frozen=True, gc=False):
    """The bytes of a numbered frame in front of its length."""

    type: int = 0
    ack: int = 0
    id: int = 0


class Spoilt(StrEnum):
    """What is wrong with a frame."""

    CHECK = "check"  # its check bytes are others
    LENGTH = "length"  # its length cannot be
    TOO_LONG = "too_long"
    END = "end"  # it does not end where it should
    CUT_SHORT = "cut_short"  # it stopped, or the next one began


class FrameHeard(msgspec.Struct, frozen=True, gc=False):
    """A whole and right frame."""

    data: bytes
    head: Head
    raw: bytes
    more: bool = False  # another block of the same message comes


class ProgressFrameHeard(msgspec.Struct, frozen=True, gc=False):
    """A frame of the second kind."""

    data: bytes
    raw: bytes


class SignalHeard(msgspec.Struct, frozen=True, gc=False):
    """One byte with a meaning of its own."""

    signal: Signal
    raw: bytes


class SpoiltHeard(msgspec.Struct, frozen=True, gc=False):
    """A frame that cannot be taken, and the bytes that are thrown away with it."""

    why: Spoilt
    raw: bytes


class NoiseHeard(msgspec.Struct, frozen=True, gc=False):
    """Bytes outside of any frame."""

    raw: bytes


_NO_HEAD = Head()
Heard = FrameHeard | ProgressFrameHeard | SignalHeard | SpoiltHeard | NoiseHeard


class _BadFrameError(Exception):
    """The frame at the front is spoilt; so many bytes of it are known to belong to it."""

    def __init__(self, why: Spoilt, count: int) -> None:
        super().__init__(why)
        self.why, self.count = why, count


class Framing:
    """The framing of a profile, made ready: puts frames together and takes them apart."""

    def __init__(self, rule: FramingRule) -> None:
        self.rule = rule
        self.escape = bytes.fromhex(rule.escape)
        self._start, self._end = bytes.fromhex(rule.start), bytes.fromhex(rule.end)
        self.start = self.escape + self._start  # as they stand on the line
        self.end = self.escape + self._end
        self.more = bytes.fromhex(rule.more)
        self._length_width = 0 if rule.length.form in {"none", "apdu"} else rule.length.width
        self._check_width = WIDTH[rule.check.name]
        usual = USUAL_BASE.get(rule.check.name, 0)
        self._base = int(rule.check.base, 16) if rule.check.base else usual
        self.room = rule.longest + 8 + len(self.start) + len(self.end)

    def frame_of(self, data: bytes, head: Head = _NO_HEAD) -> bytes:
        """A whole frame around data."""
        front = self._head_bytes(head)
        length = self._length_bytes(front, data)
        check = self._check(front, length, data)
        inner = data.replace(self.escape, self.escape * 2) if self.escape else data
        tail = check + self.end if self.rule.check.before_end else self.end + check
        return self.start + front + length + inner + tail

    def _head_bytes(self, head: Head) -> bytes:
        values = {"type": head.type, "ack": head.ack, "id": head.id}
        return bytes(values[name] for name in self.rule.head)

    def _length_bytes(self, head: bytes, data: bytes) -> bytes:
        rule = self.rule.length
        if not self._length_width:
            return b""
        counted = self._others_counted(rule, head) + len(data)
        if rule.form == "bcd":
            return bytes.fromhex(f"{counted:0{2 * rule.width}}")
        return counted.to_bytes(rule.width, "big" if rule.form == "big" else "little")

    def _others_counted(self, rule: LengthRule, head: bytes) -> int:
        sizes: dict[Piece, int] = {
            "start": len(self.start), "head": len(head), "length": self._length_width, "data": 0,
            "end": len(self.end),
        }
        return sum(sizes[piece] for piece in rule.counts)

    def _check(self, head: bytes, length: bytes, data: bytes) -> bytes:
        rule = self.rule.check
        pieces: dict[Piece, bytes] = {
            "start": self._start, "head": head, "length": length, "data": data, "end": self._end,
        }
        covered = b"".join(pieces[piece] for piece in rule.covers)
        return check_of(rule.name, self._base, covered, rule.order)

    # ---- taking apart --------------------------------------------------------------------------

    def first_frame(self, heard: bytes) -> tuple[FrameHeard, int] | None:
        """The frame that begins with these bytes, and its length; None while it is not whole.

        ``_BadFrameError`` where it is spoilt.
        """
        head_at = len(self.start)
        length_at = head_at + len(self.rule.head)
        data_at = length_at + self._length_width
        if len(heard) < data_at:
            return None
        head = heard[head_at:length_at]
        length = heard[length_at:data_at]
        found = self._data_in(heard, head, length, data_at)
        if found is None:
            return None
        data, at = found  # where the data end
        tail = len(self.end) + self._check_width
        if len(heard) < at + tail:
            return None
        first, second = (
            (self._check_width, len(self.end)) if self.rule.check.before_end
            else (len(self.end), self._check_width))
        front, back = heard[at:at + first], heard[at + first:at + first + second]
        check, end = (front, back) if self.rule.check.before_end else (back, front)
        if end != self.end:
            raise _BadFrameError(Spoilt.END, at + tail)
        if check != self._check(head, length, data):
            raise _BadFrameError(Spoilt.CHECK, at + tail)
        more = bool(self.more) and data.endswith(self.more)
        whole = FrameHeard(
            data[:-len(self.more)] if more else data, self._head_of(head), heard[:at + tail], more)
        return whole, at + tail

    def _head_of(self, head: bytes) -> Head:
        return Head(**dict(zip(self.rule.head, head, strict=True)))

    def _data_in(
        self, heard: bytes, head: bytes, length: bytes, data_at: int,
    ) -> tuple[bytes, int] | None:
        """The data without escapes, and where they end on the line."""
        form = self.rule.length.form
        if form == "none":
            if self.escape:
                return self._up_to_escaped_end(heard, data_at)
            return self._up_to_end(heard, data_at)
        if form == "apdu":
            size = self._apdu_size(heard[data_at:data_at + _APDU_HEAD + 2])
        else:
            size = self._size_said(length) - self._others_counted(self.rule.length, head)
        if size is None:
            return None
        if size < 0:
            raise _BadFrameError(Spoilt.LENGTH, data_at)
        if size > self.rule.longest:
            raise _BadFrameError(Spoilt.TOO_LONG, data_at)
        if len(heard) < data_at + size:
            return None
        return heard[data_at:data_at + size], data_at + size

    def _size_said(self, length: bytes) -> int:
        if self.rule.length.form == "bcd":
            digits = length.hex()
            if not digits.isdecimal():
                raise _BadFrameError(Spoilt.LENGTH, len(self.start))
            return int(digits)
        return int.from_bytes(length, "big" if self.rule.length.form == "big" else "little")

    @staticmethod
    def _apdu_size(front: bytes) -> int | None:
        if len(front) < _APDU_HEAD:
            return None
        if front[2] != _APDU_LONG:
            return _APDU_HEAD + front[2]
        if len(front) < _APDU_HEAD + 2:
            return None
        return _APDU_HEAD + 2 + int.from_bytes(front[3:5], "little")

    def _up_to_end(self, heard: bytes, at: int) -> tuple[bytes, int] | None:
        end = heard.find(self.end, at)
        again = heard.find(self.start, at, end if end >= 0 else len(heard))
        if again >= 0:
            raise _BadFrameError(Spoilt.CUT_SHORT, again)
        if (end if end >= 0 else len(heard)) - at > self.rule.longest:
            raise _BadFrameError(Spoilt.TOO_LONG, len(heard) if end < 0 else end)
        return None if end < 0 else (heard[at:end], end)

    def _up_to_escaped_end(self, heard: bytes, at: int) -> tuple[bytes, int] | None:
        data = bytearray()
        while True:
            mark = heard.find(self.escape, at)
            data += heard[at:] if mark < 0 else heard[at:mark]
            if len(data) > self.rule.longest:
                raise _BadFrameError(Spoilt.TOO_LONG, len(heard) if mark < 0 else mark)
            if mark < 0 or mark + 1 >= len(heard):
                return None
            behind = heard[mark + 1:mark + 2]
            if behind == self._end:
                return bytes(data), mark
            if behind == self._start:
                raise _BadFrameError(Spoilt.CUT_SHORT, mark)
            if behind != self.escape:
                raise _BadFrameError(Spoilt.END, mark + 2)
            data += self.escape
            at = mark + 2


class FrameReader:
    """Hears one direction of a line."""

    def __init__(self, profile: ProfileFile) -> None:
        self.framing = Framing(profile.framing)
        self._signals = signals_of(profile.handshake)
        self._firsts = {signal[0] for signal in self._signals}
        progress = profile.framing.progress
        self._progress = (
            bytes.fromhex(progress.start), bytes.fromhex(progress.end), progress.width,
        ) if progress else None
        self._heard = bytearray()

    @property
    def waits(self) -> bool:
        """Whether a frame has begun and is not whole: after a while, :meth:`give_up`."""
        return bool(self._heard)

    @property
    def unfinished(self) -> bytes:
        """What has come and means nothing yet."""
        return bytes(self._heard)

    def receive(self, data: bytes) -> list[Heard]:
        """What these bytes complete, in the order in which it was on the line."""
        found: list[Heard] = []
        room = self.framing.room
        for at in range(0, len(data), room):  # so that no more than two frames are ever kept
            self._heard += data[at:at + room]
            self._take(found)
        return found

    def give_up(self) -> list[Heard]:
        """What has begun does not go on: it is spoilt; what may hide in it is looked for."""
        if not self._heard:
            return []
        found: list[Heard] = []
        self._throw(found, Spoilt.CUT_SHORT, len(self._heard))
        self._take(found)
        return found

    def _take(self, found: list[Heard]) -> None:
        while self._heard:
            try:
                taken = self._first()
            except _BadFrameError as bad:
                self._throw(found, bad.why, bad.count)
                continue
            if taken is None:
                return
            heard, size = taken
            del self._heard[:size]
            if isinstance(heard, NoiseHeard) and found and isinstance(found[-1], NoiseHeard):
                found[-1] = NoiseHeard(found[-1].raw + heard.raw)
            else:
                found.append(heard)

    def _first(self) -> tuple[Heard, int] | None:
        heard = bytes(self._heard)
        start = self.framing.start
        if heard.startswith(start):
            return self.framing.first_frame(heard)
        for raw, signal in self._signals.items():
            if heard.startswith(raw):
                return SignalHeard(signal, raw), len(raw)
        if self._progress and heard.startswith(self._progress[0]):
            return self._first_progress(heard, *self._progress)
        if any(known.startswith(heard) for known in (start, *self._signals)):
            return None
        count = self._noise_in(heard)
        return NoiseHeard(heard[:count]), count

    @staticmethod
    def _first_progress(
        heard: bytes, start: bytes, end: bytes, width: int,
    ) -> tuple[Heard, int] | None:
        size = len(start) + width + len(end)
        if len(heard) < size:
            return None
        if heard[size - len(end):size] != end:
            raise _BadFrameError(Spoilt.END, size)
        return ProgressFrameHeard(heard[len(start):size - len(end)], heard[:size]), size

    def _noise_in(self, heard: bytes) -> int:
        """How many bytes from the first on mean nothing."""
        first = {self.framing.start[0], *self._firsts}
        if self._progress:
            first.add(self._progress[0][0])
        return next((at for at in range(1, len(heard)) if heard[at] in first), len(heard))

    def _throw(self, found: list[Heard], why: Spoilt, count: int) -> None:
        """Throw away a spoilt frame up to where another one may begin inside of it."""
        count = max(1, min(count, len(self._heard)))
        start = self.framing.start
        inner = self._heard.find(start, 1, count) if start else -1
        if inner < 0 and start:  # the last bytes of it may be the first of the next one
            inner = next(
                (count - kept for kept in range(min(len(start), count - 1), 0, -1)
                 if start.startswith(bytes(self._heard[count - kept:count + len(start) - kept]))),
                -1)
        size = inner if inner > 0 else count if start else len(self._heard)
        found.append(SpoiltHeard(why, bytes(self._heard[:size])))
        del self._heard[:size]


def signals_of(rule: HandshakeRule) -> dict[bytes, Signal]:
    """The few bytes that mean something between frames."""
    if rule.form not in {"ack", "enquiry"}:
        return {}
    signals: dict[bytes, Signal] = {
        bytes.fromhex(rule.ack): "ack", bytes.fromhex(rule.nak): "nak"}
    if rule.form == "enquiry":
        signals |= {bytes.fromhex(rule.enq): "enq", bytes.fromhex(rule.eot): "eot"}
    return signals
