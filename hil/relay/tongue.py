"""What is spoken on the line of a relay: how messages are found, read and spoilt.

A host's messages in any framing of their dialect are one tongue; what a till and its terminal say
to each other is another (:mod:`hil.relay.ecr_tongue`).
"""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Protocol

from hil.framing.passage import Passage, PassageReader
from hil.relay.decisions import Decision
from hil.relay.reading import MessageReader
from hil.relay.seen import SeenMessage, Way
from hil.relay.spoiling import spoilt
from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError


class WayReader(Protocol):
    """Cuts the bytes of one way of one connection; gives all of them out again, in order."""

    @property
    def pending(self) -> int:
        """Bytes that came and are in no piece yet."""

    def feed(self, data: bytes) -> list[Passage]:
        """The pieces that are whole now."""

    def pause(self) -> list[Passage]:
        """The line stopped for a while: what is there is all of it."""

    def end(self) -> list[Passage]:
        """The line ended."""


class Tongue(Protocol):
    """One of them."""

    pause_ms: float  # a message that stops for so long has ended

    def reader(self, link: int, way: Way) -> WayReader:
        """For one way of one connection."""

    def may_begin_so(self, start: bytes) -> bool:
        """Whether these may be the first bytes of a message."""

    def read(self, passage: Passage, way: Way, link: int, at_ms: float) -> SeenMessage:
        """What a message is."""

    def spoilt(self, seen: SeenMessage, decision: Decision, chance: random.Random) -> bytes:
        """The bytes that leave in its place; ``SpoilError`` where there are none."""


class HostTongue:
    """The messages of a dialect between terminals and their host."""

    def __init__(
        self, dialect: Dialect, pause_ms: float = 2_000,
        mac_key: Callable[[str], bytes | None] = lambda _: None,
    ) -> None:
        self.pause_ms = pause_ms
        self._dialect = dialect
        self._mac_key = mac_key
        self._messages = MessageReader(dialect)

    def reader(self, _link: int, _way: Way) -> WayReader:
        """Each way shows its own framing."""
        return PassageReader(self._messages.framings)

    def may_begin_so(self, start: bytes) -> bool:
        """In some framing."""
        try:
            return self._messages.framings.known_by(start, is_all=True) is not None
        except WireError:
            return False

    def read(self, passage: Passage, way: Way, link: int, at_ms: float) -> SeenMessage:
        """By the dialect."""
        assert passage.framing is not None
        return self._messages.read(passage.frame, passage.framing, way, link, at_ms)

    def spoilt(self, seen: SeenMessage, decision: Decision, chance: random.Random) -> bytes:
        """With a right MAC where the keys are known."""
        assert seen.framing is not None
        return spoilt(seen.frame, seen.framing, self._dialect, decision, chance,
                      lambda: self._mac_key(seen.tid))
