"""What a relay can be asked over its control port, and its answers."""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from hil.control.control import Request

Milliseconds = Annotated[int, msgspec.Meta(ge=0, le=3_600_000)]
Bytes = Annotated[int, msgspec.Meta(ge=0, le=1_000_000_000)]


class RelayStatus(Request, frozen=True, tag="status"):
    """What goes on."""


class RelayReport(msgspec.Struct, frozen=True):
    """The answer to ``status``."""

    terminals: str  # where they are heard
    host: str  # where they are connected to
    connections: int
    messages: int
    fates: dict[str, int]  # how many messages, by what became of them
    struck: dict[str, int]  # how often, by label
    told: dict[str, int]  # what was told of, by reason
    faults: tuple[str, ...]  # labels


class InjectFault(Request, frozen=True, tag="fault"):
    """A fault from now on, as the lines of a ``[[faults]]`` table say it."""

    toml: str


class Injected(msgspec.Struct, frozen=True):
    """The fault as it was taken."""

    label: str
    mode: str
    may_stay_away: bool


class SetLine(Request, frozen=True, tag="line", kw_only=True):
    """How the line is from now on; what is left out is as on a good one."""

    way: Literal["up", "down", "both"] = "both"
    black_hole: bool = False
    refuse: bool = False
    latency_ms: Milliseconds = 0
    jitter_ms: Milliseconds = 0
    bytes_per_s: Bytes = 0
    slice: Bytes = 0


class Heal(Request, frozen=True, tag="heal"):
    """All faults end, and the line is a good one."""


class StopRelay(Request, frozen=True, tag="stop"):
    """End in good order."""
