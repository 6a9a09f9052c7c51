"""How each terminal stands with the host: keys, batch, what is still to come."""

from __future__ import annotations

import msgspec

from simulator.judge.rule import Case
from simulator.judge.tracking.under_way import UnderWay

KEPT = 5_000


class Standing(msgspec.Struct, gc=False):
    """One terminal as the host knows it."""

    has_keys: bool = False  # a sign-on was answered, and the answer came
    excused: bool = False  # its keys may be wrong without its fault
    batch: int = 0  # that it was given
    forced: int = 0  # one that the host closed by itself, and the terminal has not signed on since
    asked: int = 0  # number of its last sign-on
    last_mti: str = ""  # of the last that it sent
    last_stan: int = 0  # and its number
    last_ms: int = 0  # and when it left
    given: int = 0  # number of the sign-on that the host answered last: its keys count
    alarmed: bool = False  # the host has just called a MAC wrong
    forged: bool = False  # what reached the host last was changed on the line, or a copy
    what: str = ""  # kind of the last that it sent
    before: str = ""  # and of the one before
    under_way: UnderWay | None = None  # of what is repeated
    closed_for: tuple[str, ...] = ()  # keys that it was told are of no batch any more


class Known(msgspec.Struct, gc=False):
    """What is known of all terminals, and of which messages the line changed."""

    wished: dict[str, None] = msgspec.field(default_factory=dict)  # keys sent as people meant them

    terminals: dict[str, Standing] = msgspec.field(default_factory=dict)
    changed: dict[tuple[str, str, int], None] = msgspec.field(default_factory=dict)
    again: dict[str, None] = msgspec.field(default_factory=dict)  # keys that came a second time


def keep(kept: dict[str, None], key: str) -> None:
    """Keep one more key; the oldest is forgotten."""
    kept[key] = None
    if len(kept) > KEPT:
        del kept[next(iter(kept))]


_Case = Case[Known]


def standing_of(case: _Case, tid: str) -> Standing:
    """How a terminal stands, from its first record on."""
    found = case.memory.terminals.get(tid)
    if found is None:
        found = case.memory.terminals[tid] = Standing()
    return found
