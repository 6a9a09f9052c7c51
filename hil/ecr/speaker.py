"""Messages one after the other over a link, with the application's own acknowledgements (ZVT).

Where a profile has them, each message is answered by a short one of the other side before the next
is said; where it has none, a message is said once the link has delivered it.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator

import msgspec

from hil.ecr.line_end import LineEnd
from hil.ecr.link import (
    Delivered,
    LinkEvent,
    MessageHeard,
    NotDelivered,
    Notice,
    Noticed,
    ProgressHeardRaw,
    Side,
    Verdict,
    Why,
)
from hil.ecr.profile import Profile

MOST_WAITING = 256  # messages to be said: a receipt has so many lines


class Said(msgspec.Struct, frozen=True, gc=False):
    """A message arrived and was acknowledged."""

    waiting: int  # messages that are still to be said


class Unsaid(msgspec.Struct, frozen=True, gc=False):
    """A message did not arrive, or nobody knows; what waited behind it is dropped."""

    why: Why
    certain: bool


class Refused(msgspec.Struct, frozen=True, gc=False):
    """The other side heard a message and refused it, with a code in hex."""

    code: str


SpeakerEvent = MessageHeard | ProgressHeardRaw | Said | Unsaid | Refused | Noticed


class Speaker:
    """One side of a conversation."""

    def __init__(
        self, profile: Profile, side: Side, judge: Callable[[bytes], Verdict] | None = None,
        ready: Callable[[], bool] | None = None,
    ) -> None:
        self.link = LineEnd(profile, side, judge, ready)
        rule = profile.said.reply
        self._positive, self._negative = bytes.fromhex(rule.positive), bytes.fromhex(rule.negative)
        self._rest = bytes.fromhex(rule.negative_rest)
        self._reply_ms = profile.said.timers.reply_ms
        self._side = side
        self.events: list[SpeakerEvent] = []
        self._waiting: deque[bytes] = deque()
        self._replies: deque[bytes] = deque(maxlen=2)
        self._sending_reply = False
        self._awaiting_reply = False
        self._reply_due: int | None = None

    @property
    def deadline_ms(self) -> int | None:
        """When :meth:`tick` wants to be called."""
        times = [at for at in (self.link.deadline_ms, self._reply_due) if at is not None]
        return min(times, default=None)

    @property
    def is_idle(self) -> bool:
        """Whether all has been said."""
        return not self._waiting and self.link.is_idle and not self._awaiting_reply

    def say(self, message: bytes, now_ms: int) -> None:
        """Say this when all before it has been said."""
        assert len(self._waiting) < MOST_WAITING, "too much to say"
        self._waiting.append(message)
        self._run(now_ms)

    def reply(self, now_ms: int, negative: str = "") -> None:
        """Acknowledge the message that was heard last, or refuse it with a code."""
        if not self._positive:
            return
        self._replies.append(
            self._negative + bytes.fromhex(negative) + self._rest if negative else self._positive)
        self._run(now_ms)

    def drop(self) -> None:
        """Nothing of what waits is said any more."""
        self._waiting.clear()
        self._awaiting_reply, self._reply_due = False, None
        if not self._sending_reply:
            self.link.drop()

    def receive(self, data: bytes, now_ms: int) -> Iterator[None]:
        """Bytes came: goes on step by step, and between two the events are to be looked at."""
        for _ in self.link.receive(data, now_ms):
            self._run(now_ms)
            yield

    def tick(self, now_ms: int) -> Iterator[None]:
        """Time has passed: goes on step by step too."""
        for _ in self.link.tick(now_ms):
            self._run(now_ms)
            yield
        if self._reply_due is not None and now_ms >= self._reply_due:
            self._fail(Why.NO_REPLY, certain=False)
            self._run(now_ms)
            yield

    def line_lost(self, now_ms: int) -> None:
        """The line is gone."""
        self._replies.clear()
        self.link.line_lost()
        if self._awaiting_reply or self._waiting:
            self._fail(Why.LINE_LOST, certain=False)
        self._run(now_ms)

    def _run(self, now_ms: int) -> None:
        """Hear what the link has, and say what waits, until neither goes on."""
        while True:
            for event in self.link.take_events():
                self._hear(event, now_ms)
            if not self._say_next(now_ms) and not self.link.has_events:
                return

    def _say_next(self, now_ms: int) -> bool:
        if not self.link.is_idle:
            return False
        if self._replies:
            self._sending_reply = True
            self.link.send(self._replies.popleft(), now_ms)
        elif self._waiting and not self._awaiting_reply:
            self._sending_reply = False
            self.link.send(self._waiting.popleft(), now_ms)
        else:
            return False
        return True

    def _hear(self, event: LinkEvent, now_ms: int) -> None:
        match event:
            case Delivered():
                self._delivered(now_ms)
            case NotDelivered(why, certain):
                if self._sending_reply:
                    self._sending_reply = False
                else:
                    self._fail(why, certain=certain)
            case MessageHeard(data):
                self._message(data)
            case _:
                self.events.append(event)

    def _delivered(self, now_ms: int) -> None:
        if self._sending_reply:
            self._sending_reply = False
        elif self._positive:
            self._awaiting_reply, self._reply_due = True, now_ms + self._reply_ms
        else:
            self.events.append(Said(len(self._waiting)))

    def _message(self, data: bytes) -> None:
        if not self._positive:
            self.events.append(MessageHeard(data))
            return
        if data == self._positive or data.startswith(self._negative):
            self._replied(data)
        else:
            if self._awaiting_reply and self._side == "till":
                self._replied(self._positive)  # it goes on: so it has taken what was said
            self.events.append(MessageHeard(data))

    def _replied(self, data: bytes) -> None:
        if not self._awaiting_reply:
            self._note(Notice.STRAY)
            return
        self._awaiting_reply, self._reply_due = False, None
        if data == self._positive:
            self.events.append(Said(len(self._waiting)))
            return
        self._waiting.clear()
        code = data[len(self._negative):len(self._negative) + 1]
        self.events.append(Refused(code.hex().upper()))

    def _fail(self, why: Why, *, certain: bool) -> None:
        self._waiting.clear()
        self._awaiting_reply, self._reply_due = False, None
        self.events.append(Unsaid(why, certain))

    def _note(self, what: Notice) -> None:
        self.events.append(Noticed(what))
