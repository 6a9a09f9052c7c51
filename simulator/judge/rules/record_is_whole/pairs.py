"""Records that must come in pairs, as far as one of them has come."""

from __future__ import annotations

import msgspec

from simulator.judge.rule import Case
from simulator.trace.records import Arrived, RunStarted, Sent, key_of


class Pairs(msgspec.Struct, gc=False):
    """What waits for its other half."""

    whole: bool = False
    last_ms: int = 0
    phase: int = -1
    flying: dict[str, list[Sent]] = msgspec.field(default_factory=dict)
    held: dict[str, None] = msgspec.field(default_factory=dict)  # TIDs whose messages a fault held
    forged: dict[str, None] = msgspec.field(default_factory=dict)  # TIDs in whose name a fault forged
    aside: dict[str, list[Sent]] = msgspec.field(default_factory=dict)  # landed, or a forgery did in their name
    cut: dict[str, None] = msgspec.field(default_factory=dict)  # keys whose outcome a restart kept from the counter
    dark: dict[str, int] = msgspec.field(default_factory=dict)  # actors that a fault put out
    undone: dict[str, None] = msgspec.field(default_factory=dict)  # orders of voids and refunds
    began: dict[str, int] = msgspec.field(default_factory=dict)  # windows, by label
    payouts: dict[str, tuple[int, str]] = msgspec.field(default_factory=dict)  # unanswered: when, MID
    suspended: dict[str, int] = msgspec.field(default_factory=dict)
    merchants: dict[str, None] = msgspec.field(default_factory=dict)  # told of already
    terminals: dict[str, None] = msgspec.field(default_factory=dict)


_Case = Case[Pairs]


def started(case: _Case, record: RunStarted) -> None:
    """Whoever writes the trace says what it sees."""
    case.memory.whole = record.whole


def key_in(record: Arrived) -> str:
    """The name of the transaction that a message is about."""
    return key_of(record.tid, record.batch, record.stan)


def lacks(case: _Case, code: str, at_ms: int, **facts: object) -> None:
    """A record is missing; whoever leaves it out is the harness itself."""
    case.find(code, at_ms=at_ms, cause="", **facts)  # type: ignore[arg-type]


def is_promised(case: _Case) -> bool:
    """Whether the trace shows all of it."""
    return case.memory.whole
