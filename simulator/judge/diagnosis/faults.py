"""Which fault of the run explains what: windows that were open and faults that fired, remembered.

Keeps a bounded number of both and claims nothing beyond place and time: a fault on the transaction
itself comes first, then one that fired at an actor that was involved, then an open window.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable

import msgspec

from simulator.judge.verdict import FaultTally
from simulator.trace.records import FaultBegan, FaultEnded, FaultFired

FIRED_KEPT = 20_000
FIRED_KEPT_AN_ACTOR = 32
WINDOWS_KEPT = 1_000
_EVERYBODY = ("acquirer", "clearing", "router", "isp", "network", "wallet", "channel")


class Window(msgspec.Struct, gc=False):
    """Between FaultBegan and FaultEnded."""

    mode: str
    target: str
    began_ms: int
    ended_ms: int | None = None
    relieved: dict[str, int] = {}  # TIDs and MIDs for which a remedy ended it, and when

    def touches(self, actors: Iterable[str], from_ms: int, to_ms: int) -> bool:
        """Whether it was open in this time, at one of these actors."""
        if self.began_ms > to_ms or (self.ended_ms is not None and self.ended_ms < from_ms):
            return False
        if any(self.relieved.get(actor, from_ms) < from_ms for actor in actors):
            return False
        target = self.target
        return (
            target in ("", "*", "all") or target.startswith(_EVERYBODY)
            or any(target == actor or target.endswith("." + actor) for actor in actors)
        )


class _Count(msgspec.Struct, gc=False):
    fired: int = 0
    windows: int = 0
    open_ms: int = 0


class Faults:
    """What the run did to the system under test."""

    __slots__ = ("_at_actor", "_at_key", "_counts", "_open", "_past")

    def __init__(self) -> None:
        self._open: dict[tuple[str, str], Window] = {}
        self._past: deque[Window] = deque(maxlen=WINDOWS_KEPT)
        self._at_key: dict[str, str] = {}
        self._at_actor: dict[str, deque[tuple[int, str]]] = {}
        self._counts: dict[str, _Count] = {}

    def began(self, record: FaultBegan) -> None:
        """A window opened."""
        self._open[record.fault, record.target] = Window(record.mode, record.target, record.at_ms)
        self._count(record.mode).windows += 1

    def ended(self, record: FaultEnded) -> None:
        """A window closed."""
        if record.only:
            if window := self._open.get((record.fault, record.target)):
                window.relieved |= dict.fromkeys(record.only, record.at_ms)
            return
        window = self._open.pop((record.fault, record.target), None)
        if window is not None:
            window.ended_ms = record.at_ms
            self._past.append(window)
            self._count(record.mode).open_ms += record.at_ms - window.began_ms

    def fired(self, record: FaultFired) -> None:
        """A fault had an effect."""
        self._count(record.mode).fired += 1
        parts = record.anchor.rsplit("/", 4)  # the first is the actor, whatever it is called
        self._at_actor.setdefault(parts[0], deque(maxlen=FIRED_KEPT_AN_ACTOR)).append(
            (record.at_ms, record.mode),
        )
        if len(parts) < 3:
            return
        key = "/".join(parts[:3])
        self._at_key.pop(key, None)
        self._at_key[key] = record.mode
        if len(self._at_key) > FIRED_KEPT:
            del self._at_key[next(iter(self._at_key))]

    def cause(
        self, keys: Iterable[str], actors: Iterable[str], from_ms: int, to_ms: int,
    ) -> str:
        """The id of the mode that explains something best; "" where none does."""
        for key in keys:
            if key in self._at_key:
                return self._at_key[key]
        actors = tuple(actors)
        for actor in actors:
            for at_ms, mode in reversed(self._at_actor.get(actor, ())):
                if from_ms <= at_ms <= to_ms:
                    return mode
        for windows in (self._open.values(), reversed(self._past)):
            for window in windows:
                if window.touches(actors, from_ms, to_ms):
                    return window.mode
        return ""

    def had(self, mode: str) -> bool:
        """Whether this mode had an effect in the run."""
        return mode in self._counts and self._counts[mode].fired > 0

    def tallies(self, end_ms: int) -> tuple[FaultTally, ...]:
        """How often each mode had an effect."""
        still_open: dict[str, int] = {}
        for window in self._open.values():
            still_open[window.mode] = still_open.get(window.mode, 0) + end_ms - window.began_ms
        return tuple(
            FaultTally(mode, count.fired, count.windows, count.open_ms + still_open.get(mode, 0))
            for mode, count in sorted(self._counts.items())
        )

    def _count(self, mode: str) -> _Count:
        count = self._counts.get(mode)
        if count is None:
            count = self._counts[mode] = _Count()
        return count
