"""What a message is: its decoded content, its kind (a reply's by its request) and its attempt.

It remembers what went by, so much and no more; what cannot be decoded is a message without an MTI.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TypeVar

import msgspec

from hil.framing.framings import Framings
from hil.relay.seen import SeenMessage, Way
from simulator.wire.codec import Codec
from simulator.wire.dialect import Dialect
from simulator.wire.errors import WireError
from simulator.wire.framing import Framing
from simulator.wire.kinds import REPLY_MTI, Kind
from simulator.wire.message import Message

MOST_KEPT = 10_000  # names of messages that are remembered
BODIES_KEPT = 250  # messages after which a codec forgets the bytes of those before: nobody here encodes them again
_REQUEST_MTI = {reply: request for request, reply in REPLY_MTI.items()}
K = TypeVar("K")
V = TypeVar("V")


class _Memory(OrderedDict[K, V]):
    """The last so many."""

    def keep(self, key: K, value: V) -> None:
        self[key] = value
        self.move_to_end(key)
        if len(self) > MOST_KEPT:
            self.popitem(last=False)


_Name = tuple[Way, str, str, int, int, int]  # way, TID, MTI, batch, STAN, content where no STAN is


class MessageReader:
    """Reads the messages of one relay, in the order in which they come."""

    def __init__(self, dialect: Dialect) -> None:
        self.framings = Framings(dialect)
        self._dialect = dialect
        self._codec = Codec(dialect)
        self._asked: _Memory[tuple[str, str, int], tuple[str, int]] = _Memory()
        self._times: _Memory[_Name, int] = _Memory()
        self._records: _Memory[tuple[str, int], int] = _Memory()
        self._number = 0

    def read(
        self, frame: bytes, framing: Framing, way: Way, link: int, at_ms: float,
    ) -> SeenMessage:
        """The message of a frame as it came."""
        self._number += 1
        if not self._number % BODIES_KEPT:
            self._codec = Codec(self._dialect)
        bare = SeenMessage(number=self._number, at_ms=at_ms, way=way, link=link, frame=frame, framing=framing)
        try:
            message = self._codec.decode(self.framings.inward(frame, framing))
        except WireError:
            return bare
        stan = message.stan or 0
        name = (way, message.tid, message.mti, message.batch, stan, 0 if stan else hash(frame))
        attempt = self._times.get(name, -1) + 1
        self._times.keep(name, attempt)
        kind, record = self._request(message, attempt) if way is Way.UP else self._reply(message)
        return msgspec.structs.replace(
            bare, mti=message.mti, kind=kind, tid=message.tid, batch=message.batch, stan=stan,
            response_code=message.response_code, attempt=attempt, record=record, message=message)

    def _request(self, message: Message, attempt: int) -> tuple[str, int]:
        kind = self._dialect.kind_of(message)
        record = 0
        if kind is Kind.BATCH_UPLOAD:
            upload = (message.tid, message.batch)
            record = self._records.get(upload, 0) + (attempt == 0)
            self._records.keep(upload, record)
        what = (kind.value if kind else "", record)
        reply = REPLY_MTI.get(message.mti, "")
        self._asked.keep((message.tid, reply, message.stan or 0), what)
        return what

    def _reply(self, message: Message) -> tuple[str, int]:
        asked = self._asked.get((message.tid, message.mti, message.stan or 0))
        if asked is not None:
            return asked
        kind = self._dialect.kind_of(message, _REQUEST_MTI.get(message.mti, ""))
        return (kind.value if kind else "", 0)
