"""The handshake around frames: acknowledgements, repeats and their limits, duplicates; knows no order.

One message at a time is under way in each direction.  ``now_ms`` is handed in, one deadline is
published, bytes to be written are collected: whoever has the port carries all of it out.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import StrEnum
from typing import ClassVar, Literal

import msgspec

from hil.ecr.frames import (
    FrameHeard,
    FrameReader,
    Head,
    Heard,
    NoiseHeard,
    ProgressFrameHeard,
    SignalHeard,
    SpoiltHeard,
)
from hil.ecr.profile import Profile

Side = Literal["till", "terminal"]
_DATA, _HELLO, _HELLO_BACK = 0, 1, 2  # types of a numbered frame
_LAST_ID = 255


class Verdict(StrEnum):
    """What is said to a right frame."""

    TAKE = "take"
    KNOWN = "known"  # acknowledged, and nothing else: it has been taken before
    NAK = "nak"
    SILENCE = "silence"


class Notice(StrEnum):
    """What happened on the line besides messages."""

    NOISE = "noise"
    SPOILT = "spoilt"
    NAK_HEARD = "nak_heard"
    NAK_SENT = "nak_sent"
    RESENT = "resent"
    DUPLICATE = "duplicate"
    STRAY = "stray"  # an acknowledgement of nothing
    SILENT = "silent"  # no heartbeat any more
    UNKNOWN = "unknown"  # a right frame with a message that nobody knows
    STALE = "stale"  # an answer to something else


class Why(StrEnum):
    """Why a message did not arrive, or may not have."""

    NO_ACK = "no acknowledgement"
    REFUSED = "not acknowledged"  # a NAK, each time
    LINE_LOST = "line lost"
    OVERTAKEN = "overtaken"  # by another message of the other side
    CONNECTED_ANEW = "connected anew"
    NO_REPLY = "no reply"


class MessageHeard(msgspec.Struct, frozen=True, gc=False):
    """A whole message came, once."""

    data: bytes


class ProgressHeardRaw(msgspec.Struct, frozen=True, gc=False):
    """A frame of progress came."""

    data: bytes


class Delivered(msgspec.Struct, frozen=True, gc=False):
    """The message that was sent has been acknowledged."""


class NotDelivered(msgspec.Struct, frozen=True, gc=False):
    """It was not, after all tries; ``certain``: the other side never took it."""

    why: Why
    certain: bool


class Noticed(msgspec.Struct, frozen=True, gc=False):
    """Something for the log, so many bytes or times."""

    what: Notice
    count: int = 1


LinkEvent = MessageHeard | ProgressHeardRaw | Delivered | NotDelivered | Noticed


class _State(StrEnum):
    IDLE = "idle"
    AWAITING_HELLO = "awaiting_hello"  # numbered: the connection
    AWAITING_GO = "awaiting_go"  # enquiry: ENQ was sent
    AWAITING_ACK = "awaiting_ack"  # a frame was sent
    RECEIVING = "receiving"  # enquiry: the other one may send
    AWAITING_EOT = "awaiting_eot"  # enquiry: its frame was taken


class Link:
    """One end of a line with a profile's handshake."""

    def __init__(
        self, profile: Profile, side: Side, judge: Callable[[bytes], Verdict] | None = None,
        ready: Callable[[], bool] | None = None,
    ) -> None:
        self._profile, self._side = profile, side
        self._rule, self._timers = profile.said.handshake, profile.said.timers
        self._judge = judge or (lambda _: Verdict.TAKE)
        self._ready = ready or (lambda: True)
        self.reader = FrameReader(profile.said)
        self.outbox = bytearray()
        self.events: list[LinkEvent] = []
        self._state = _State.IDLE
        self._message: list[bytes] | None = None  # blocks of the message under way
        self._block = 0
        self._tries = 0
        self._unanswered = False  # a try of this frame
        self._deadline: int | None = None
        self._byte_deadline: int | None = None
        self._ack_due: tuple[int, bytes] | None = None
        self._last_frame = b""  # the last that was taken, to know it again
        self._taken: bytes | None = None  # enquiry: what was taken and is told at EOT
        self._parts = bytearray()  # of a message in several blocks
        self._connected = self._rule.form != "numbered"
        self._id, self._last_id = 0, 0
        self._beat_due: int | None = None
        self._silent_at: int | None = None

    # ---- for whoever has the port ----------------------------------------------------------------

    @property
    def deadline_ms(self) -> int | None:
        """When :meth:`tick` wants to be called at the latest."""
        due = self._ack_due[0] if self._ack_due else None
        times = [at for at in (
            self._deadline, self._byte_deadline, due, self._beat_due, self._silent_at,
        ) if at is not None]
        return min(times, default=None)

    @property
    def is_idle(self) -> bool:
        """Whether nothing of ours is under way."""
        return self._message is None

    def send(self, data: bytes, now_ms: int) -> None:
        """Send a message; the last one must have been delivered or given up."""
        assert self._message is None, "one message at a time"
        self._message = self._blocks_of(data)
        self._block = 0
        if self._state is _State.IDLE:
            self._begin(now_ms)

    def progress(self, data: bytes) -> None:
        """Send a frame of the second kind, which nobody acknowledges."""
        rule = self._profile.said.framing.progress
        assert rule is not None
        self.outbox += (
            bytes.fromhex(rule.start) + data[:rule.width].ljust(rule.width)
            + bytes.fromhex(rule.end))

    def drop(self) -> None:
        """What is under way is not sent again."""
        self._message = None
        if self._state in {_State.AWAITING_ACK, _State.AWAITING_GO, _State.AWAITING_HELLO}:
            self._rest()

    def receive(self, data: bytes, now_ms: int) -> Iterator[None]:
        """Bytes came: goes on step by step, and between two the events are to be looked at.

        What is said to a frame depends on what became of the signal before it.
        """
        found = self.reader.receive(data)
        self._watch_bytes(now_ms)
        for heard in found:
            self._hear(heard, now_ms)
            yield

    def tick(self, now_ms: int) -> Iterator[None]:
        """Time has passed: goes on step by step too."""
        if self._ack_due and now_ms >= self._ack_due[0]:
            self.outbox += self._ack_due[1]
            self._ack_due = None
        if self._byte_deadline is not None and now_ms >= self._byte_deadline:
            found = self.reader.give_up()
            self._watch_bytes(now_ms)
            for heard in found:
                self._hear(heard, now_ms)
                yield
        if self._deadline is not None and now_ms >= self._deadline:
            self._deadline = None
            self._time_out(now_ms)
        if self._beat_due is not None and now_ms >= self._beat_due:
            self._numbered(_DATA, 0, b"", ack=0)
            self._beat_due = now_ms + self._timers.heartbeat_ms
        if self._silent_at is not None and now_ms >= self._silent_at:
            self._silent_at = None
            self._notice(Notice.SILENT)
        yield

    def line_lost(self) -> None:
        """The line is gone: what was half heard or not acknowledged is void."""
        while self.reader.waits:
            self.reader.give_up()
        self._byte_deadline = self._ack_due = self._beat_due = self._silent_at = None
        self._connected = self._rule.form != "numbered"
        self._id, self._last_id = 0, 0
        self._last_frame, self._taken = b"", None
        self._parts.clear()
        self.outbox.clear()
        self._rest()
        if self._message is not None:
            self._fail(Why.LINE_LOST, certain=False)

    # ---- sending -----------------------------------------------------------------------------------

    def _blocks_of(self, data: bytes) -> list[bytes]:
        rule = self._profile.said.framing
        if not rule.block or len(data) <= rule.block:
            return [data]
        more = bytes.fromhex(rule.more)
        pieces = [data[at:at + rule.block] for at in range(0, len(data), rule.block)]
        return [piece + more for piece in pieces[:-1]] + pieces[-1:]

    def _begin(self, now_ms: int) -> None:
        self._tries, self._unanswered = 0, False
        if not self._connected:
            self._say_hello(now_ms)
        elif self._rule.form == "enquiry" and self._block == 0:
            self._enquire(now_ms)
        else:
            if self._rule.form == "numbered":
                self._id = self._id % _LAST_ID + 1
            self._send_block(now_ms)

    def _say_hello(self, now_ms: int) -> None:
        self._tries += 1
        self._numbered(_HELLO, 0, b"", ack=0)
        self._await(_State.AWAITING_HELLO, now_ms)

    def _enquire(self, now_ms: int) -> None:
        self._tries += 1
        self.outbox += bytes.fromhex(self._rule.enq)
        self._await(_State.AWAITING_GO, now_ms)

    def _send_block(self, now_ms: int) -> None:
        assert self._message is not None
        block = self._message[self._block]
        self._tries += 1
        if self._rule.form == "numbered":
            self._numbered(_DATA, self._id, block, ack=self._last_id)
        else:
            self.outbox += self.reader.framing.frame_of(block)
        if self._rule.form == "none":
            self._acknowledged(now_ms)
        else:
            self._await(_State.AWAITING_ACK, now_ms)

    def _numbered(self, sort: int, number: int, data: bytes, *, ack: int) -> None:
        self.outbox += self.reader.framing.frame_of(data, Head(type=sort, ack=ack, id=number))

    def _await(self, state: _State, now_ms: int) -> None:
        self._state, self._deadline = state, now_ms + self._timers.ack_ms

    def _rest(self) -> None:
        self._state, self._deadline = _State.IDLE, None

    def _acknowledged(self, now_ms: int) -> None:
        assert self._message is not None
        self._block += 1
        if self._block < len(self._message):
            self._begin(now_ms)
            return
        self._message = None
        self._last_frame = b""  # what comes now is an answer to this, not the last one again
        if self._rule.form == "enquiry":
            self.outbox += bytes.fromhex(self._rule.eot)
        self._rest()
        self.events.append(Delivered())

    def _fail(self, why: Why, *, certain: bool) -> None:
        self._message = None
        self._last_frame = b""  # whoever asks again has not heard this
        self._rest()
        self.events.append(NotDelivered(why, certain))

    def _again(self, now_ms: int, why: Why) -> None:
        """The try under way was in vain."""
        state = self._state
        self._unanswered |= why is Why.NO_ACK
        if self._tries >= self._rule.tries:
            if self._rule.form == "enquiry":
                self.outbox += bytes.fromhex(self._rule.eot)
            if self._rule.form == "numbered":
                self._connected = False
            never_taken = state is not _State.AWAITING_ACK or not self._unanswered
            self._fail(why, certain=never_taken)
            return
        self._notice(Notice.RESENT)
        if state is _State.AWAITING_GO:
            self._enquire(now_ms)
        elif state is _State.AWAITING_HELLO:
            self._say_hello(now_ms)
        else:
            self._send_block(now_ms)

    def _time_out(self, now_ms: int) -> None:
        if self._state is _State.AWAITING_EOT:
            self._end_of_theirs(now_ms)
        elif self._state is _State.RECEIVING:
            self._rest()
            self._go_on(now_ms)
        elif self._state is not _State.IDLE:
            self._again(now_ms, Why.NO_ACK)

    def _go_on(self, now_ms: int) -> None:
        """What waited for the other one to end."""
        if self._state is _State.IDLE and self._message is not None:
            self._begin(now_ms)

    # ---- hearing -----------------------------------------------------------------------------------

    def _watch_bytes(self, now_ms: int) -> None:
        waits = self.reader.waits and self._timers.byte_ms
        self._byte_deadline = now_ms + self._timers.byte_ms if waits else None

    def _hear(self, heard: Heard, now_ms: int) -> None:
        match heard:
            case NoiseHeard(raw):
                self._notice(Notice.NOISE, len(raw))
            case SpoiltHeard(_, raw):
                self._notice(Notice.SPOILT, len(raw))
                self._refuse_spoilt(now_ms)
            case ProgressFrameHeard(data):
                self.events.append(ProgressHeardRaw(data))
            case SignalHeard(signal):
                self._SIGNALS[signal](self, now_ms)
            case FrameHeard():
                self._FRAMES[self._rule.form](self, heard, now_ms)

    def _refuse_spoilt(self, now_ms: int) -> None:
        if self._rule.form == "enquiry" and self._state is not _State.RECEIVING:
            return
        if self._rule.form in {"ack", "enquiry"} and self._rule.bad_frame == "nak":
            self._answer(self._rule.nak, now_ms)
            self._notice(Notice.NAK_SENT)
            if self._state is _State.RECEIVING:
                self._await(_State.RECEIVING, now_ms)

    def _answer(self, signal: str, now_ms: int) -> None:
        data = bytes.fromhex(signal)
        if self._rule.ack_delay_ms:
            self._ack_due = (now_ms + self._rule.ack_delay_ms, data)
        else:
            self.outbox += data

    def _heard_ack(self, now_ms: int) -> None:
        if self._state is _State.AWAITING_GO:
            self._tries, self._unanswered = 0, False
            self._send_block(now_ms)
        elif self._state is _State.AWAITING_ACK:
            self._acknowledged(now_ms)
        else:
            self._notice(Notice.STRAY)

    def _heard_nak(self, now_ms: int) -> None:
        if self._state in {_State.AWAITING_GO, _State.AWAITING_ACK}:
            self._notice(Notice.NAK_HEARD)
            self._again(now_ms, Why.REFUSED)
        else:
            self._notice(Notice.STRAY)

    def _heard_enq(self, now_ms: int) -> None:
        if self._state is _State.AWAITING_GO and self._side == "till":
            return  # both want to send: the till goes first
        if self._state is _State.AWAITING_ACK:
            return
        if self._state is _State.AWAITING_EOT:
            self._end_of_theirs(now_ms)
        if not self._ready():
            self._answer(self._rule.nak, now_ms)
            self._notice(Notice.NAK_SENT)
            return
        self._answer(self._rule.ack, now_ms)
        self._await(_State.RECEIVING, now_ms)

    def _heard_eot(self, now_ms: int) -> None:
        if self._state is _State.AWAITING_EOT:
            self._end_of_theirs(now_ms)
        elif self._state is _State.RECEIVING:
            self._rest()
            self._go_on(now_ms)
        elif self._state is _State.IDLE:
            self._notice(Notice.STRAY)

    def _end_of_theirs(self, now_ms: int) -> None:
        taken, self._taken = self._taken, None
        self._rest()
        if taken is not None:
            self.events.append(MessageHeard(taken))
        self._go_on(now_ms)

    def _whole(self, heard: FrameHeard) -> bytes | None:
        """The message, once its last block is there."""
        if len(self._parts) + len(heard.data) > self._profile.said.framing.longest:
            self._parts.clear()
            self._notice(Notice.SPOILT, len(heard.data))
            return None
        self._parts += heard.data
        if heard.more:
            return None
        data = bytes(self._parts)
        self._parts.clear()
        return data

    def _frame_plain(self, heard: FrameHeard, _now_ms: int) -> None:
        data = self._whole(heard)
        if data is not None:
            self.events.append(MessageHeard(data))

    def _frame_acknowledged(self, heard: FrameHeard, now_ms: int) -> None:
        if heard.raw == self._last_frame:
            self._notice(Notice.DUPLICATE)
            self._answer(self._rule.ack, now_ms)
            return
        verdict = Verdict.TAKE if heard.more else self._judge(bytes(self._parts) + heard.data)
        if verdict is not Verdict.TAKE:
            self._parts.clear()
            self._not_taken(verdict, now_ms)
            return
        if self._state is _State.AWAITING_ACK:
            self._overtaken(now_ms)
        self._answer(self._rule.ack, now_ms)
        self._last_frame = heard.raw
        data = self._whole(heard)
        if data is not None:
            self.events.append(MessageHeard(data))

    def _not_taken(self, verdict: Verdict, now_ms: int) -> None:
        if verdict is Verdict.NAK:
            self._answer(self._rule.nak, now_ms)
            self._notice(Notice.NAK_SENT)
        elif verdict is Verdict.KNOWN:
            self._notice(Notice.DUPLICATE)
            self._answer(self._rule.ack, now_ms)

    def _overtaken(self, now_ms: int) -> None:
        """A new message instead of an acknowledgement: the till knows that its own has come."""
        if self._side == "till":
            assert self._message is not None
            self._block = len(self._message) - 1
            self._acknowledged(now_ms)
        else:
            self._fail(Why.OVERTAKEN, certain=False)

    def _frame_asked(self, heard: FrameHeard, now_ms: int) -> None:
        if self._state is _State.AWAITING_EOT and heard.raw == self._last_frame:
            self._notice(Notice.DUPLICATE)
            self._answer(self._rule.ack, now_ms)
            self._await(_State.AWAITING_EOT, now_ms)
            return
        if self._state is not _State.RECEIVING:
            self._notice(Notice.STRAY)
            return
        verdict = self._judge(heard.data)
        if verdict is not Verdict.TAKE:
            self._not_taken(verdict, now_ms)
            return
        self._answer(self._rule.ack, now_ms)
        self._last_frame, self._taken = heard.raw, heard.data
        self._await(_State.AWAITING_EOT, now_ms)

    def _frame_numbered(self, heard: FrameHeard, now_ms: int) -> None:
        head = heard.head
        if self._side == "till" and self._timers.silent_ms and self._connected:
            self._silent_at = now_ms + self._timers.silent_ms
        if head.type == _HELLO:
            self._welcome(now_ms)
            return
        if head.type == _HELLO_BACK:
            self._welcomed(now_ms)
            return
        if head.type != _DATA or not self._connected:
            self._notice(Notice.STRAY)
            return
        if head.ack and head.ack == self._id and self._state is _State.AWAITING_ACK:
            self._acknowledged(now_ms)
        if not head.id:
            return
        if head.id == self._last_id:
            self._notice(Notice.DUPLICATE)
            self._numbered(_DATA, 0, b"", ack=head.id)
            return
        verdict = self._judge(heard.data)
        if verdict in {Verdict.NAK, Verdict.SILENCE}:
            return
        self._last_id = head.id
        self._numbered(_DATA, 0, b"", ack=head.id)
        if verdict is Verdict.KNOWN:
            self._notice(Notice.DUPLICATE)
            return
        data = self._whole(heard)
        if data is not None:
            self.events.append(MessageHeard(data))

    def _welcome(self, now_ms: int) -> None:
        """A till connects: all that was between us is void."""
        if self._side == "till":
            self._notice(Notice.STRAY)
            return
        self._id, self._last_id, self._connected = 0, 0, True
        self._numbered(_HELLO_BACK, 0, b"", ack=0)
        if self._timers.heartbeat_ms:
            self._beat_due = now_ms + self._timers.heartbeat_ms
        if self._message is not None:
            self._fail(Why.CONNECTED_ANEW, certain=False)

    def _welcomed(self, now_ms: int) -> None:
        if self._state is not _State.AWAITING_HELLO:
            self._notice(Notice.STRAY)
            return
        self._id, self._last_id, self._connected = 0, 0, True
        if self._timers.silent_ms:
            self._silent_at = now_ms + self._timers.silent_ms
        self._rest()
        self._go_on(now_ms)

    def _notice(self, what: Notice, count: int = 1) -> None:
        """For the log; of one kind in a row the sum."""
        last = self.events[-1] if self.events else None
        if isinstance(last, Noticed) and last.what is what:
            self.events[-1] = Noticed(what, last.count + count)
        else:
            self.events.append(Noticed(what, count))

    _SIGNALS: ClassVar[dict[str, Callable[[Link, int], None]]] = {
        "ack": _heard_ack, "nak": _heard_nak, "enq": _heard_enq, "eot": _heard_eot,
    }
    _FRAMES: ClassVar[dict[str, Callable[[Link, FrameHeard, int], None]]] = {
        "none": _frame_plain, "ack": _frame_acknowledged, "enquiry": _frame_asked,
        "numbered": _frame_numbered,
    }
