"""How much a port lets the other side ask of it; at a limit it refuses, hangs up or stops to read.

Every number has a default; ``daozhang host`` and ``device`` take others as ``--limit NAME=NUMBER``.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Annotated

import msgspec

Count = Annotated[int, msgspec.Meta(ge=1, le=1_000_000_000)]
Seconds = Annotated[float, msgspec.Meta(ge=0.01, le=86_400)]
SecondsOrNever = Annotated[float, msgspec.Meta(ge=0, le=31_536_000)]


class LimitError(ValueError):
    """A limit that there is not, or that cannot be that; the text is for people."""


class PortLimits(msgspec.Struct, frozen=True, kw_only=True):
    """The limits of one port; of a server, those of each of its connections."""

    connections: Count = 500  # at a server, those that still leave too; a newcomer is refused, unless
    room_s: SecondsOrNever = 0.5  # one stands for so long and was answered nothing (said nothing: a fiftieth); 0: never
    unread_bytes: Count = 4 << 20  # written here, not taken there; more: it is hung up on
    unread_answers: Count = 1_000  # the same in pieces; so many requests wait, no more are read
    unheard_bytes: Count = 1 << 16  # come, not heard by the clock yet; more: nothing is read
    unread_s: Seconds = 30.0  # a peer that takes nothing for so long is hung up on
    idle_s: SecondsOrNever = 3_600.0  # the same where nothing moves either way; 0: never
    flush_s: Seconds = 1.0  # what was written has this long to leave when a port is closed
    handshake_s: Seconds = 10.0  # of TLS; a peer that has not done its part by then is hung up on
    pause_s: Seconds = 2.0  # a message without a length that stops for so long has ended
    after_end_s: Seconds = 60.0  # who has stopped to speak gets answers for so long
    log_lines: Count = 5  # of one peer in ten seconds; the rest is counted


LIMITS = PortLimits()
# A bench keeps its control connection for as long as it works, and it has few of them.
CONTROL_LIMITS = PortLimits(connections=64, idle_s=86_400.0)
# A client hangs up when it has to; what it waits for is not the port's business.
CLIENT_LIMITS = PortLimits(idle_s=0.0)
OF_TLS = frozenset({"handshake_s"})  # without meaning where there is no TLS
OF_CONNECTIONS = frozenset({"connections", "room_s", "idle_s", "after_end_s"})  # without meaning on a line
OF_MESSAGES = frozenset({"pause_s", "after_end_s"})  # where no terminal is at the other end
OF_SERVERS = frozenset({"connections", "room_s", "log_lines"}) | OF_MESSAGES  # without meaning at a client


def limits_given(given: Iterable[str], usual: PortLimits, without: frozenset[str] = frozenset()) -> PortLimits:
    """The usual limits with those of ``NAME=NUMBER`` instead; ``LimitError`` where one is none.

    ``without`` are those that have no meaning at this port.

    >>> limits_given(["connections=8", "idle_s=0.5"], LIMITS).connections
    8
    """
    facts = msgspec.to_builtins(usual)
    allowed = [name for name in facts if name not in without]
    for text in given:
        name, equals, number = text.partition("=")
        if not equals or name not in allowed:
            raise LimitError(f"{text[:60]!r}: no such limit; allowed: NAME=NUMBER with one of {', '.join(allowed)}")
        try:
            facts[name] = msgspec.convert(number, type(facts[name]), strict=False)
            msgspec.convert(facts, PortLimits)
        except msgspec.ValidationError as error:
            raise LimitError(f"{text[:60]!r}: {_words_of(error, name)}") from None
    return msgspec.convert(facts, PortLimits)


def _words_of(error: msgspec.ValidationError, name: str) -> str:
    text, _, _ = str(error).partition(" - at ")
    return f"{name} cannot be that: {text[:1].lower()}{text[1:]}"
