"""What a relay saw go by: each message with its way, what it is, and what became of it."""

from __future__ import annotations

from enum import StrEnum

import msgspec

from simulator.wire.framing import Framing
from simulator.wire.message import Message


class Way(StrEnum):
    """In which direction."""

    UP = "up"  # terminal to host
    DOWN = "down"  # host to terminal

    @property
    def other(self) -> Way:
        """The other one."""
        return Way.DOWN if self is Way.UP else Way.UP


class Fate(StrEnum):
    """What became of a message; each is known when it is decided about."""

    HEARD = "heard"  # whole, and not decided about yet
    PASSED = "passed"
    LOST = "lost"
    HELD = "held"
    REPEATED = "repeated"
    FORGED = "forged"  # it passed, and one that nobody sent goes after it
    SWAPPED = "swapped"  # it waits for the next one of its way to go first
    CHANGED = "changed"
    CUT_SHORT = "cut_short"
    GARBAGE = "garbage"
    SPLIT = "split"
    WRONG_LENGTH = "wrong_length"
    HUNG_UP = "hung_up"
    RESET = "reset"
    NOWHERE = "nowhere"  # the other side could not be reached


class SeenMessage(msgspec.Struct, frozen=True, kw_only=True):
    """One message that was heard whole; a message that could not be read has no MTI."""

    number: int  # of all messages of the relay, from 1
    at_ms: float  # wall clock, Unix ms
    way: Way
    link: int  # number of the connection, from 1
    mti: str = ""
    what: str = ""  # on an ECR line: ack, nak, frame …
    kind: str = ""  # our name of the kind, of a reply that of its request; "" where none is known
    tid: str = ""
    batch: int = 0
    stan: int = 0
    response_code: str = ""  # F39, of a reply
    attempt: int = 0  # how often the same message was seen before on this way
    record: int = 0  # of a batch upload: the how manieth of it, from 1
    frame: bytes = b""  # as it came, in its own framing
    masked: bytes = b""  # on an ECR line: the same, fit to be shown
    shown: str = ""  # on an ECR line: in words
    framing: Framing | None = None
    message: Message | None = None
    fate: Fate = Fate.HEARD
    rule: str = ""  # whose decision it was
    sent: bytes = b""  # what left in its place, where that is not the frame itself

    @property
    def folded(self) -> SeenMessage:
        """The same without its bytes and fields: what it was, and what became of it."""
        if self.message is None and not self.frame and not self.sent:
            return self
        return msgspec.structs.replace(self, frame=b"", masked=b"", message=None, sent=b"")

    def __repr__(self) -> str:
        """Without the bytes: card numbers stand in them."""
        return (f"SeenMessage({self.number}, {self.way} {self.mti or self.what} {self.kind} {self.tid}/"
                f"{self.batch:06}/{self.stan:06}/{self.attempt}, {self.fate})")
