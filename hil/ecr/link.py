"""What one end of a line tells whoever sits on it: messages, deliveries, and what happened besides."""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

import msgspec

Side = Literal["till", "terminal"]


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
    NOT_CANCELLED = "not_cancelled"  # the terminal did not take the order to end
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
