"""What an injector must not forget when its process dies: occurrences counted, strikes, ends.

Told as it happens, and taken up again in the same order by an injector of the same rules.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from simulator.faults.points import Anchor, Point


class RuleKept(msgspec.Struct, frozen=True, gc=False, tag="rule"):
    """How far one rule is."""

    label: str
    counted: int  # events that fitted
    struck: int
    ended: bool  # by a remedy
    relieved: tuple[str, ...] = ()  # TIDs and MIDs for whom alone a remedy ended it
    met: tuple[str, ...] = ()  # what it struck that it strikes once alone


class EventKept(msgspec.Struct, frozen=True, gc=False, tag="event"):
    """An event that recurs was asked about once more."""

    point: Point
    actor: str
    batch: int
    stan: int
    what: str
    attempt: int

    def anchor(self) -> Anchor:
        """As it was asked about."""
        return Anchor(self.point, self.actor, self.batch, self.stan, self.what, self.attempt)


Kept = RuleKept | EventKept
Keep = Callable[[Kept], None]


def event_of(anchor: Anchor) -> EventKept:
    """What to keep of an anchor at which events are counted."""
    return EventKept(
        anchor.point, anchor.actor, anchor.batch, anchor.stan, anchor.what, anchor.attempt)
