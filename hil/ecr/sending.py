"""The sending half of a link: one message at a time, its tries, and what is said to the other side's.

What both halves know of the handshake stands here; :mod:`hil.ecr.handshakes` is what is done about
what is heard.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from hil.ecr.frames import Framing, Head
from hil.ecr.link import (
    Delivered,
    LinkEvent,
    NotDelivered,
    Notice,
    Noticed,
    Side,
    Verdict,
    Why,
)
from hil.ecr.profile import Profile

DATA, HELLO, HELLO_BACK = 0, 1, 2  # types of a numbered frame
_LAST_ID = 255


class State(StrEnum):
    """Where the handshake stands."""

    IDLE = "idle"
    AWAITING_HELLO = "awaiting_hello"  # numbered: the connection
    AWAITING_GO = "awaiting_go"  # enquiry: ENQ was sent
    AWAITING_ACK = "awaiting_ack"  # a frame was sent
    RECEIVING = "receiving"  # enquiry: the other one may send
    AWAITING_EOT = "awaiting_eot"  # enquiry: its frame was taken


class Sending:
    """What is under way, and where the handshake stands."""

    def __init__(
        self, profile: Profile, side: Side, judge: Callable[[bytes], Verdict],
        ready: Callable[[], bool],
    ) -> None:
        self.profile, self.side = profile, side
        self.rule, self.timers = profile.said.handshake, profile.said.timers
        self.judge, self.ready = judge, ready
        self.framing = Framing(profile.said.framing)
        self.outbox = bytearray()
        self.events: list[LinkEvent] = []
        self.state = State.IDLE
        self.message: list[bytes] | None = None  # blocks of the message under way
        self.block = 0
        self.tries = 0
        self.unanswered = False  # a try of this frame
        self.deadline: int | None = None
        self.ack_due: tuple[int, bytes] | None = None
        self.last_frame = b""  # the last that was taken, to know it again
        self.taken: bytes | None = None  # enquiry: what was taken and is told at EOT
        self.parts = bytearray()  # of a message in several blocks
        self.connected = self.rule.form != "numbered"
        self.id, self.last_id = 0, 0
        self.beat_due: int | None = None
        self.silent_at: int | None = None

    def send(self, data: bytes, now_ms: int) -> None:
        """Send a message; the last one must have been delivered or given up."""
        assert self.message is None, "one message at a time"
        self.message = self._blocks_of(data)
        self.block = 0
        if self.state is State.IDLE:
            self._begin(now_ms)

    def progress(self, data: bytes) -> None:
        """Send a frame of the second kind, which nobody acknowledges."""
        rule = self.profile.said.framing.progress
        assert rule is not None
        self.outbox += (
            bytes.fromhex(rule.start) + data[:rule.width].ljust(rule.width)
            + bytes.fromhex(rule.end))

    def drop(self) -> None:
        """What is under way is not sent again."""
        self.message = None
        if self.state in {State.AWAITING_ACK, State.AWAITING_GO, State.AWAITING_HELLO}:
            self.rest()

    def _blocks_of(self, data: bytes) -> list[bytes]:
        rule = self.profile.said.framing
        if not rule.block or len(data) <= rule.block:
            return [data]
        more = bytes.fromhex(rule.more)
        pieces = [data[at:at + rule.block] for at in range(0, len(data), rule.block)]
        return [piece + more for piece in pieces[:-1]] + pieces[-1:]

    def _begin(self, now_ms: int) -> None:
        self.tries, self.unanswered = 0, False
        if not self.connected:
            self._say_hello(now_ms)
        elif self.rule.form == "enquiry" and self.block == 0:
            self._enquire(now_ms)
        else:
            if self.rule.form == "numbered":
                self.id = self.id % _LAST_ID + 1
            self.send_block(now_ms)

    def _say_hello(self, now_ms: int) -> None:
        self.tries += 1
        self.numbered(HELLO, 0, b"", ack=0)
        self.wait_in(State.AWAITING_HELLO, now_ms)

    def _enquire(self, now_ms: int) -> None:
        self.tries += 1
        self.outbox += bytes.fromhex(self.rule.enq)
        self.wait_in(State.AWAITING_GO, now_ms)

    def send_block(self, now_ms: int) -> None:
        """Send the block under way, once more or for the first time."""
        assert self.message is not None
        block = self.message[self.block]
        self.tries += 1
        if self.rule.form == "numbered":
            self.numbered(DATA, self.id, block, ack=self.last_id)
        else:
            self.outbox += self.framing.frame_of(block)
        if self.rule.form == "none":
            self.acknowledged(now_ms)
        else:
            self.wait_in(State.AWAITING_ACK, now_ms)

    def numbered(self, sort: int, number: int, data: bytes, *, ack: int) -> None:
        """Write a numbered frame."""
        self.outbox += self.framing.frame_of(data, Head(type=sort, ack=ack, id=number))

    def wait_in(self, state: State, now_ms: int) -> None:
        """Wait for the other side, as long as for an acknowledgement."""
        self.state, self.deadline = state, now_ms + self.timers.ack_ms

    def rest(self) -> None:
        """Nothing is waited for."""
        self.state, self.deadline = State.IDLE, None

    def acknowledged(self, now_ms: int) -> None:
        """The block under way has arrived."""
        assert self.message is not None
        self.block += 1
        if self.block < len(self.message):
            self._begin(now_ms)
            return
        self.message = None
        self.last_frame = b""  # what comes now is an answer to this, not the last one again
        if self.rule.form == "enquiry":
            self.outbox += bytes.fromhex(self.rule.eot)
        self.rest()
        self.events.append(Delivered())

    def fail(self, why: Why, *, certain: bool) -> None:
        """The message under way is given up."""
        self.message = None
        self.last_frame = b""  # whoever asks again has not heard this
        self.rest()
        self.events.append(NotDelivered(why, certain))

    def again(self, now_ms: int, why: Why) -> None:
        """The try under way was in vain."""
        state = self.state
        self.unanswered |= why is Why.NO_ACK
        if self.tries >= self.rule.tries:
            if self.rule.form == "enquiry":
                self.outbox += bytes.fromhex(self.rule.eot)
            if self.rule.form == "numbered":
                self.connected = False
            never_taken = state is not State.AWAITING_ACK or not self.unanswered
            self.fail(why, certain=never_taken)
            return
        self.notice(Notice.RESENT)
        if state is State.AWAITING_GO:
            self._enquire(now_ms)
        elif state is State.AWAITING_HELLO:
            self._say_hello(now_ms)
        else:
            self.send_block(now_ms)

    def go_on(self, now_ms: int) -> None:
        """What waited for the other one to end."""
        if self.state is State.IDLE and self.message is not None:
            self._begin(now_ms)

    def answer(self, signal: str, now_ms: int) -> None:
        """Say a signal, at once or after the time that the profile wants."""
        data = bytes.fromhex(signal)
        if self.rule.ack_delay_ms:
            self.ack_due = (now_ms + self.rule.ack_delay_ms, data)
        else:
            self.outbox += data

    def notice(self, what: Notice, count: int = 1) -> None:
        """For the log; of one kind in a row the sum."""
        last = self.events[-1] if self.events else None
        if isinstance(last, Noticed) and last.what is what:
            self.events[-1] = Noticed(what, last.count + count)
        else:
            self.events.append(Noticed(what, count))

    def begin_anew(self) -> None:
        """The line is gone, and all that was on it."""
        self.ack_due = self.beat_due = self.silent_at = None
        self.connected = self.rule.form != "numbered"
        self.id, self.last_id = 0, 0
        self.last_frame, self.taken = b"", None
        self.parts.clear()
        self.outbox.clear()
        self.rest()
        if self.message is not None:
            self.fail(Why.LINE_LOST, certain=False)
