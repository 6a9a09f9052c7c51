"""The handshake around frames: acknowledgements, repeats and their limits, duplicates; knows no order.

One message at a time is under way in each direction.  ``now_ms`` is handed in, one deadline is
published, bytes to be written are collected: whoever has the port carries all of it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from hil.ecr.frames import (
    FrameHeard,
    FrameReader,
    Heard,
    NoiseHeard,
    ProgressFrameHeard,
    SignalHeard,
    SpoiltHeard,
)
from hil.ecr.handshakes import FRAMES, SIGNALS, makes_way, refuse_spoilt, time_out
from hil.ecr.link import LinkEvent, Notice, ProgressHeardRaw, Side, Verdict
from hil.ecr.profile import Profile
from hil.ecr.sending import DATA, Sending


class LineEnd:
    """One end of a line with a profile's handshake."""

    def __init__(
        self, profile: Profile, side: Side, judge: Callable[[bytes], Verdict] | None = None,
        ready: Callable[[], bool] | None = None,
    ) -> None:
        self._ours = Sending(
            profile, side, judge or (lambda _: Verdict.TAKE), ready or (lambda: True))
        self.reader = FrameReader(profile.said)
        self._byte_deadline: int | None = None

    @property
    def outbox(self) -> bytearray:
        """What is to be written."""
        return self._ours.outbox

    @property
    def deadline_ms(self) -> int | None:
        """When :meth:`tick` wants to be called at the latest."""
        ours = self._ours
        due = ours.ack_due[0] if ours.ack_due else None
        times = [at for at in (
            ours.deadline, self._byte_deadline, due, ours.beat_due, ours.silent_at,
        ) if at is not None]
        return min(times, default=None)

    @property
    def is_idle(self) -> bool:
        """Whether nothing of ours is under way."""
        return self._ours.message is None

    @property
    def has_events(self) -> bool:
        """Whether something has happened."""
        return bool(self._ours.events)

    def take_events(self) -> list[LinkEvent]:
        """What has happened, once."""
        events, self._ours.events = self._ours.events, []
        return events

    def send(self, data: bytes, now_ms: int) -> None:
        """Send a message; the last one must have been delivered or given up."""
        self._ours.send(data, now_ms)

    def progress(self, data: bytes) -> None:
        """Send a frame of the second kind, which nobody acknowledges."""
        self._ours.progress(data)

    def drop(self) -> None:
        """What is under way is not sent again."""
        self._ours.drop()

    def receive(self, data: bytes, now_ms: int) -> Iterator[None]:
        """Bytes came: goes on step by step, and between two the events are to be looked at.

        What is said to a frame depends on what became of the signal before it.
        """
        found = self.reader.receive(data)
        self._watch_bytes(now_ms)
        yield from self._hear_all(found, now_ms)

    def tick(self, now_ms: int) -> Iterator[None]:
        """Time has passed: goes on step by step too."""
        ours = self._ours
        if ours.ack_due and now_ms >= ours.ack_due[0]:
            ours.outbox += ours.ack_due[1]
            ours.ack_due = None
        if self._byte_deadline is not None and now_ms >= self._byte_deadline:
            found = self.reader.give_up()
            self._watch_bytes(now_ms)
            yield from self._hear_all(found, now_ms)
        if ours.deadline is not None and now_ms >= ours.deadline:
            ours.deadline = None
            time_out(ours, now_ms)
        if ours.beat_due is not None and now_ms >= ours.beat_due:
            ours.numbered(DATA, 0, b"", ack=0)
            ours.beat_due = now_ms + ours.timers.heartbeat_ms
        if ours.silent_at is not None and now_ms >= ours.silent_at:
            ours.silent_at = None
            ours.notice(Notice.SILENT)
        yield

    def line_lost(self) -> None:
        """The line is gone: what was half heard or not acknowledged is void."""
        while self.reader.waits:
            self.reader.give_up()
        self._byte_deadline = None
        self._ours.begin_anew()

    def _watch_bytes(self, now_ms: int) -> None:
        waits = self.reader.waits and self._ours.timers.byte_ms
        self._byte_deadline = now_ms + self._ours.timers.byte_ms if waits else None

    def _hear_all(self, found: list[Heard], now_ms: int) -> Iterator[None]:
        for heard in found:
            if makes_way(self._ours, heard, now_ms):
                yield
            self._hear(heard, now_ms)
            yield

    def _hear(self, heard: Heard, now_ms: int) -> None:
        ours = self._ours
        match heard:
            case NoiseHeard(raw):
                ours.notice(Notice.NOISE, len(raw))
            case SpoiltHeard(_, raw):
                ours.notice(Notice.SPOILT, len(raw))
                refuse_spoilt(ours, now_ms)
            case ProgressFrameHeard(data):
                ours.events.append(ProgressHeardRaw(data))
            case SignalHeard(signal):
                SIGNALS[signal](ours, now_ms)
            case FrameHeard():
                FRAMES[ours.rule.form](ours, heard, now_ms)
