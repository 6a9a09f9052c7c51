"""What the machine of a relay wants done at its ports, in this order."""

from __future__ import annotations

import msgspec

from hil.relay.seen import SeenMessage, Way
from simulator.catalogue.line_reasons import PortWarning


class Departure(msgspec.Struct, frozen=True, gc=False):
    """A message that leaves, whole: as it came or as it was made."""

    seen: SeenMessage
    frame: bytes
    copy: int = 0  # of what left already
    genuine: bool = True  # its sender made it so


class Leave(msgspec.Struct, frozen=True, gc=False):
    """Bytes leave; with the last of a message stands which it is."""

    link: int
    way: Way
    data: bytes
    departure: Departure | None = None


class EndSending(msgspec.Struct, frozen=True, gc=False):
    """The side to which this way leads is told that no more comes."""

    link: int
    way: Way


class HangUp(msgspec.Struct, frozen=True, gc=False):
    """Both sides are hung up on, in good order or by a reset."""

    link: int
    by_reset: bool = False


class Tell(msgspec.Struct, frozen=True, gc=False):
    """Somebody should know."""

    link: int
    way: Way
    why: PortWarning
    detail: str = ""
    data: bytes = b""


Effect = Leave | EndSending | HangUp | Tell
