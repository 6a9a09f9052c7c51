"""Times on the wire as measurements: request to reply, reply to reversal, repeats, connect to first byte.

Pure functions over captured connections and their messages.  Each measurement has its unit and the
resolution of the clock that it was taken by; where the capture has a gap nothing is measured across it.
A message has the moment of its last byte, one that answers or follows that of its first.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from enum import StrEnum

import msgspec

from hil.capture.messages import WireMessage
from hil.capture.pcap_files import US_RESOLUTION_NS
from simulator.capture.streams import Connection

_REPLY_BIT = 10  # of a message type: 0200 is answered by 0210
_STAN, _TID, _BATCH_FIELD = 11, 41, 60
_NS_IN_MS = 1_000_000
_BATCH_DIGITS = slice(2, 8)  # of F60


class TimeOf(StrEnum):
    """What was measured."""

    CONNECT = "connect"  # SYN to SYN and ACK
    CONNECT_TO_FIRST_BYTE = "connect_to_first_byte"  # the connection stands, until its opener speaks
    REQUEST_TO_REPLY = "request_to_reply"
    REPLY_TO_REVERSAL = "reply_to_reversal"  # a reply came, and its transaction is reversed
    REQUEST_TO_REVERSAL = "request_to_reversal"  # no reply came before it
    REPEAT_SPACING = "repeat_spacing"  # between one message and the same again
    RETRANSMISSION = "retransmission"  # TCP: bytes until they were sent again
    LAST_BYTE_TO_HANG_UP = "last_byte_to_hang_up"  # of either side, to the first FIN or RST


class Measured(msgspec.Struct, frozen=True, gc=False):
    """One measurement in milliseconds, of which transaction, and how sure its clock is."""

    what: TimeOf
    value_ms: float
    resolution_ms: float
    connection: int
    began_ns: int
    mti: str = ""  # of what it began with
    tid: str = ""
    batch: str = ""
    stan: str = ""
    unit: str = "ms"


Key = tuple[str, str, str, str]  # message type, TID, batch, STAN


def times_of(
    connections: Sequence[Connection], messages: Sequence[WireMessage],
    resolution_ns: int = US_RESOLUTION_NS,
) -> tuple[Measured, ...]:
    """All measurements of a capture, by when they began."""
    found: list[Measured] = []
    for connection in connections:
        found += _of_connection(connection)
    found += _of_messages([each for each in messages if each.decoded and not each.damage])
    resolution_ms = resolution_ns / _NS_IN_MS
    return tuple(sorted(
        (msgspec.structs.replace(each, resolution_ms=resolution_ms) for each in found),
        key=lambda each: each.began_ns))


# ---- connections -----------------------------------------------------------------------------


def _of_connection(connection: Connection) -> Iterable[Measured]:
    number, up, down = connection.number, connection.up, connection.down
    if connection.asked_ns and connection.taken_ns:
        yield _measured(TimeOf.CONNECT, number, connection.asked_ns, connection.taken_ns)
    first = up.pieces[0] if up.pieces else None
    if connection.taken_ns and first is not None and first.place == 0:
        yield _measured(
            TimeOf.CONNECT_TO_FIRST_BYTE, number, connection.taken_ns, first.at_ns)
    for way in (up, down):
        runs = way.runs()
        for at_ns, place, length in way.repeats:
            for run in runs:
                if run.place <= place and place + length <= run.place + len(run.content):
                    seen_ns, _ = run.seen_ns(place - run.place, place - run.place + length)
                    yield _measured(TimeOf.RETRANSMISSION, number, seen_ns, at_ns)
    ended = [way.ended_ns for way in (up, down) if way.ended_ns]
    moved = [piece.at_ns for way in (up, down) for piece in way.pieces]
    if ended and moved and min(ended) >= (last := max(moved)):
        yield _measured(TimeOf.LAST_BYTE_TO_HANG_UP, number, last, min(ended))


def _measured(
    what: TimeOf, connection: int, began_ns: int, ended_ns: int, of: WireMessage | None = None,
) -> Measured:
    mti, tid, batch, stan = _key(of) if of else ("", "", "", "")
    return Measured(what, (ended_ns - began_ns) / _NS_IN_MS, 0.0, connection, began_ns,
                    mti, tid, batch, stan)


# ---- messages --------------------------------------------------------------------------------


def _of_messages(messages: Sequence[WireMessage]) -> Iterable[Measured]:
    asked: dict[Key, WireMessage] = {}  # the newest that was not answered
    sent: dict[tuple[Key, bytes], WireMessage] = {}
    replied: dict[tuple[str, str, str], WireMessage] = {}  # to what may be reversed
    reversed_: set[tuple[str, str, str]] = set()
    for message in messages:
        key = _key(message)
        if _is_reply(message.mti):
            request = asked.pop((_request_of(message.mti), *key[1:]), None)
            if request is not None:
                yield _measured(TimeOf.REQUEST_TO_REPLY, message.connection, request.ended_ns,
                                message.began_ns, request)
            replied[key[1:]] = message
            continue
        is_reversal = message.mti.startswith("04")
        repeated = sent.get((key, _same(message)))
        if repeated is not None:
            yield _measured(TimeOf.REPEAT_SPACING, message.connection, repeated.ended_ns,
                            message.began_ns, message)
        if is_reversal and key[1:] not in reversed_:
            yield from _to_reversal(message, key, asked, replied)
            reversed_.add(key[1:])
        sent[key, _same(message)] = message
        asked[key] = message


def _to_reversal(
    message: WireMessage, key: Key, asked: dict[Key, WireMessage],
    replied: dict[tuple[str, str, str], WireMessage],
) -> Iterable[Measured]:
    """A reversal has the STAN of what it undoes; when that was answered, or was not."""
    reply = replied.get(key[1:])
    request = asked.get(("0200", *key[1:])) or asked.get(("0100", *key[1:]))
    if reply is not None:
        yield _measured(TimeOf.REPLY_TO_REVERSAL, message.connection, reply.ended_ns,
                        message.began_ns, message)
    elif request is not None:
        yield _measured(TimeOf.REQUEST_TO_REVERSAL, message.connection, request.ended_ns,
                        message.began_ns, message)


def _key(message: WireMessage) -> Key:
    tid, stan = message.field(_TID), message.field(_STAN)
    batch = message.field(_BATCH_FIELD)[_BATCH_DIGITS]
    return message.mti, tid, batch, stan


def _same(message: WireMessage) -> bytes:
    """What makes two messages one and the same sent again: a new try may have a new MAC."""
    size = message.framing.before_mti
    return message.frame[size:size + 10]


def _is_reply(mti: str) -> bool:
    return mti[2:3] in {"1", "3"}


def _request_of(mti: str) -> str:
    """The type of the request that one of a reply answers.

    >>> _request_of("0210"), _request_of("0330")
    ('0200', '0320')
    """
    return f"{int(mti) - _REPLY_BIT:04}"


def spacing_of(measured: Iterable[Measured], what: TimeOf) -> tuple[float, ...]:
    """The values of one kind of measurement, in their order."""
    return tuple(each.value_ms for each in measured if each.what is what)
