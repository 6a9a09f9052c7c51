"""What turns a terminal off and on, as whoever drives a bench sees it, whatever switches the current.

A supply knows no message and no moment: it acts when it is told to.  What it cannot do it refuses in
plain words, and whatever keeps it from acting is an error of the bench, never of the terminal.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum
from typing import Protocol

import msgspec

from hil.control.bench_error import BenchError


class Ability(StrEnum):
    """What supplies differ in; each can turn off and on."""

    HANG = "hang"  # stop the terminal where it is, without taking its power, and let it go on
    READ_BACK = "read_back"  # tell by itself whether it is on


class PowerError(BenchError):
    """A supply cannot do what it was asked for; the text is for people and names the supply."""


class PowerAct(msgspec.Struct, frozen=True, kw_only=True):
    """One thing that a supply did, for the evidence of a run."""

    at_ms: int  # Unix milliseconds, when the terminal felt it
    supply: str
    act: str  # off, on, hang, resume
    took_ms: int
    tries: int = 1
    error: str = ""  # why it was not done


Record = Callable[[PowerAct], None]


class PowerSupply(Protocol):
    """What turns a terminal off and on; every call may come from any thread and returns when it is done."""

    @property
    def name(self) -> str:
        """What it is and where, for people."""

    @property
    def can(self) -> frozenset[Ability]:
        """Its :class:`Ability`."""

    @property
    def is_on(self) -> bool:
        """Whether the terminal has power: as the supply says, else as it was last switched.

        False where nobody knows: to turn on what is on does no harm.
        """

    def off(self) -> None:
        """Take the power away, now."""

    def on(self) -> None:
        """Give it back, no sooner than its least time without power has passed."""

    def hang(self) -> None:
        """Stop the terminal where it is, its power on."""

    def resume(self) -> None:
        """Let a terminal that hangs go on."""

    def close(self) -> None:
        """Let go of the port or process; the power stays as it is, unless the supply *is* the process."""


class Switch(Protocol):
    """One kind of switch, bare: what a driver is.  It waits for nothing and tries nothing twice."""

    name: str
    can: frozenset[Ability]

    def switch(self, *, on: bool) -> None:
        """Give or take the power; ``PowerError`` where that cannot be done."""

    def ask(self) -> bool | None:
        """Whether it is on, as the switch itself says; None where it cannot tell."""

    def hang(self) -> None:
        """Stop the terminal where it is."""

    def resume(self) -> None:
        """Let it go on."""

    def close(self) -> None:
        """Let go of what it holds."""
