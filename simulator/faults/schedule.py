"""What both injectors tell the world: windows to open and close, and what is to be done.

The world knows an injector by ``busy``, ``decide``, ``windows``, ``open``, ``close``, ``end`` and
``heal``; whether rules or atoms stand behind it is nothing to it.  An injector writes nothing down:
whoever carries a strike out does, once it has an effect.
"""

from __future__ import annotations

from typing import Protocol

import msgspec

from simulator.faults.points import Action, Anchor, Point, Verb


class Window(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """A time in which a fault may strike.

    ``at_ms`` None: open from the start; ``until_ms`` None: open until the faults end.  Where
    ``action`` is given the fault is a state: the world enters it when the window opens.
    """

    label: str
    mode: str
    at_ms: int | None
    until_ms: int | None
    target: str = ""
    action: Action | None = None


class Strike(msgspec.Struct, frozen=True, gc=False):
    """What is to be done at an anchor, and which fault says so; "" a switch of the bench."""

    label: str
    mode: str
    anchor: Anchor
    action: Action

    @property
    def verb(self) -> Verb:
        """What is done."""
        return self.action.verb

    @property
    def code(self) -> str:
        """Its response code or reason."""
        return self.action.code

    @property
    def ms(self) -> int:
        """Its time."""
        return self.action.ms


class Faults(Protocol):
    """What the world asks of an injector."""

    busy: dict[Point, bool]  # where it may have an answer; False: do not ask

    def decide(self, anchor: Anchor, now_ms: int) -> Strike | None:
        """What is to be done at this point, or None."""

    def take_back(self, label: str) -> None:
        """What this fault struck had no effect: it waits for the next event that fits."""

    def verbs(self) -> frozenset[Verb]:
        """All that it may ever have done."""

    def windows(self) -> tuple[Window, ...]:
        """Every window with a begin, an end, or a state."""

    def open(self, label: str) -> Strike | None:
        """The window of a fault begins; what is to be done where it is a state."""

    def close(self, label: str) -> None:
        """The window of a fault ends."""

    def end(self, label: str, actors: frozenset[str] = frozenset()) -> bool:
        """A remedy ended this fault for these TIDs and MIDs, or for all; whether it is over."""

    def labels(self, modes: frozenset[str], actor: str = "", card: str = "") -> tuple[str, ...]:
        """Open faults of these modes that touch an actor (TID or MID) or a card."""

    def heal(self) -> None:
        """All faults end; nothing fires any more."""


def window_anchor(window: Window) -> Anchor:
    """The anchor of a state: target and times instead of a message."""
    begin = "" if window.at_ms is None else window.at_ms
    finish = "" if window.until_ms is None else window.until_ms
    return Anchor(Point.WINDOW, window.target or "all", what=f"{begin}-{finish}")
