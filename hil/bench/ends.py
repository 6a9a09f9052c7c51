"""What a terminal on a bench is made of: an end, a till and a power; whatever stands behind each.

The *end* is where its messages come out, a body in the world or a port.  The *till* is whoever asks
it for something and sees how that ended: a clerk of the world, a control port.  The *power* turns it
off and on: the world, a process.  A simulated and a virtual terminal differ in these three only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

import msgspec


class Sale(msgspec.Struct, frozen=True, kw_only=True):
    """What a customer means to pay."""

    name: str  # the same in every try
    amount_fen: int
    card: str = "card.customer"  # by its name in the scenario
    terminal: int = 1  # of the merchant, from 1


class Told(msgspec.Struct, frozen=True):
    """What the counter saw: a result of the terminal, or "" where it went dark."""

    result: str
    response_code: str = ""
    reason: str = ""


class PowerCut(msgspec.Struct, frozen=True, kw_only=True):
    """Between which two effects of the next operation: after so many, or before a named one."""

    after_effects: int | None = None
    before: str = ""  # "store:booked", "print"


class End(msgspec.Struct, frozen=True):
    """Where a terminal is connected: inside the world, or to a port of the host."""

    tid: str
    mid: str
    where: str  # IN_THE_WORLD or AT_A_PORT, as in the trace


class Till(Protocol):
    """Whoever asks a terminal for something, as a clerk does."""

    def sell(self, sale: Sale) -> Told:
        """A customer means a sale, and the clerk tries it once; the same name again: once more."""

    def settle(self) -> Told:
        """Settle."""

    def told(self, sale: str) -> str:
        """How the last try of a sale ended here, as the terminal said; "" for nothing."""

    def rest(self) -> None:
        """Wait until the terminal has nothing pending."""


class Power(Protocol):
    """What a terminal runs on."""

    @property
    def is_on(self) -> bool:
        """Whether it has power."""

    def cut(self, cut: PowerCut) -> None:
        """Prepare a power cut in the next operation; the power stays away."""

    def turn_on(self) -> None:
        """The power comes back."""


@dataclass(frozen=True, slots=True)
class Stand:
    """One terminal with all that belongs to it."""

    end: End
    till: Till
    power: Power
