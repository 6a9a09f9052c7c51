"""What is found in a source: messages, and what could not be read, in the order in which it stands there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from simulator.commands import sayings as say
from simulator.wire.cutting import CutMessage, NoMessage
from simulator.wire.generic import Decoded
from simulator.wire.recovering import Damage


class Found(msgspec.Struct, frozen=True, gc=False):
    """One message, its bytes, and in a capture the way it went."""

    decoded: Decoded
    frame: bytes
    sender: str = ""
    receiver: str = ""
    at_ms: int = 0
    damages: tuple[Damage, ...] = ()  # what could not be read of it, by its place in the source
    place: int = 0  # of its first byte in the source, as damages count
    where: str = ""  # the source, and which part of it


class Unread(msgspec.Struct, frozen=True, gc=False):
    """Something that is no message: what is said of it, and its facts."""

    kind: str  # by which it is counted
    text: str  # in English, or told already
    facts: dict[str, Any] = {}
    is_loss: bool = True  # something was meant to be read; not so of other people's streams
    why: str = ""  # it is no message


Event = Found | Unread


def found_of(cut: CutMessage, where: str) -> Found:
    """A message that was cut out of a stream."""
    return Found(cut.decoded, cut.frame, damages=cut.damages, place=cut.place, where=where)


def unread_of(cut: NoMessage, where: str) -> Unread:
    """Bytes of a stream that are no message."""
    row = say.ONE_LEFT_OVER if cut.count == 1 else say.LEFT_OVER
    return Unread(
        "bytes", row.say(name=where, count=cut.count), {"offset": cut.place, "bytes": cut.count},
        is_loss=not cut.is_blank, why=str(cut.error))


def events_of(cuts: Sequence[CutMessage | NoMessage], where: str) -> list[Event]:
    """Messages and what stands between them."""
    return [found_of(cut, where) if isinstance(cut, CutMessage) else unread_of(cut, where) for cut in cuts]
