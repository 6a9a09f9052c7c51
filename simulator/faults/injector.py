"""Decides at each point whether a fault strikes, and changes nothing itself.

The first rule that strikes wins, in the order of the file; the others count the event all the same,
so "the second sale" is the second, whatever became of the first.
"""

from __future__ import annotations

from collections.abc import Sequence

from simulator.faults.armed import Armed
from simulator.faults.kept import EventKept, Keep, Kept, event_of
from simulator.faults.occurrences import START, STEPS, TOLD_ALWAYS, Occurrences, named, recurs
from simulator.faults.points import Anchor, Point, Verb
from simulator.faults.rules import FaultRule
from simulator.faults.schedule import Strike, Window, window_anchor
from simulator.faults.targets import Topology


class Injector:
    """The faults of a scenario at work."""

    def __init__(self, rules: Sequence[FaultRule], topology: Topology, seed: int) -> None:
        self._topology = topology
        self._armed = tuple(Armed(rule, topology, seed) for rule in rules)
        self._healed = False
        self._at: dict[Point, tuple[Armed, ...]] = {}
        self._occurrences = Occurrences()
        self.keep: Keep | None = None  # is told what must survive the process
        self.busy: dict[Point, bool] = dict.fromkeys(Point, False)
        self._look()

    def decide(self, anchor: Anchor, now_ms: int) -> Strike | None:
        """What is to be done at this point, or None."""
        point = anchor.point
        done, before = self._occurrences.step(anchor, now_ms) if point in STEPS else (0, START)
        again = self._occurrences.count(anchor) if recurs(anchor) else 0
        strike = self._strike(anchor, now_ms, done, before, again)
        if self.keep is not None:
            if recurs(anchor):
                self.keep(event_of(anchor))
            self._tell(self.keep)
        return strike

    def _strike(
        self, anchor: Anchor, now_ms: int, done: int, before: str, again: int,
    ) -> Strike | None:
        rules = self._at[anchor.point]
        for place, armed in enumerate(rules):
            action = armed.strike(anchor, now_ms, done, before, again)
            if armed.spent:
                self._look()
            if action is not None:
                self._pass_by(rules[place + 1:], anchor, done, before)
                return Strike(armed.rule.label, armed.rule.mode, named(anchor, again), action)
        return None

    def _pass_by(
        self, rules: tuple[Armed, ...], anchor: Anchor, done: int, before: str,
    ) -> None:
        """Rules after the one that struck count this event too."""
        for armed in rules:
            if armed.acts_here(anchor, done, before):
                armed.counts()
                if armed.spent:
                    self._look()

    def take_back(self, label: str) -> None:
        """What this fault struck had no effect: it waits for the next event that fits."""
        for armed in self._armed:
            if armed.rule.label == label:
                armed.take_back()
        self._look()
        if self.keep is not None:
            self._tell(self.keep)

    def verbs(self) -> frozenset[Verb]:
        """All that it may ever have done."""
        return frozenset(act.verb for armed in self._armed for act in armed.rule.acts)

    def windows(self) -> tuple[Window, ...]:
        """Every window with a begin, an end, or a state."""
        return tuple(
            armed.window for armed in self._armed
            if armed.window.action or (armed.rule.at_ms, armed.rule.until_ms) != (None, None)
        )

    def open(self, label: str) -> Strike | None:
        """The window of a fault begins; what is to be done where a state is entered."""
        strike = None
        for armed in self._armed:
            if armed.rule.label == label and not armed.ended and not self._healed:
                armed.open = True
                if armed.window.action is not None:
                    anchor = window_anchor(armed.window)
                    strike = Strike(label, armed.rule.mode, anchor, armed.window.action)
        self._look()
        return strike

    def close(self, label: str) -> None:
        """The window of a fault ends."""
        for armed in self._armed:
            if armed.rule.label == label:
                armed.open = False
        self._look()

    def end(self, label: str, actors: frozenset[str] = frozenset()) -> bool:
        """A remedy ended this fault for these TIDs and MIDs, or for everybody, and for good.

        Whether nobody is left whom it could strike; then its window does not open again.
        """
        concerned = [armed for armed in self._armed if armed.rule.label == label]
        for armed in concerned:
            armed.end(actors, self._topology)
        over = all(armed.ended for armed in concerned)
        if over:
            self.close(label)
        if self.keep is not None:
            self._tell(self.keep)
        return over

    def knows(self, label: str) -> bool:
        """Whether some rule has this label."""
        return any(armed.rule.label == label for armed in self._armed)

    def has_ended(self, label: str) -> bool:
        """Whether a remedy ended this fault."""
        return any(armed.ended for armed in self._armed if armed.rule.label == label)

    def take_up(self, kept: Kept) -> None:
        """One thing that a former injector of these rules kept, in the order in which it was told."""
        if isinstance(kept, EventKept):
            self._occurrences.count(kept.anchor())
            return
        for armed in self._armed:
            if armed.rule.label == kept.label:
                armed.take_up(kept)
        self._look()

    def _tell(self, keep: Keep) -> None:
        for armed in self._armed:
            if armed.changed:
                armed.changed = False
                keep(armed.kept())

    def heal(self) -> None:
        """All faults end; nothing fires any more."""
        self._healed = True
        self._look()

    def labels(self, modes: frozenset[str], actor: str = "", card: str = "") -> tuple[str, ...]:
        """Open faults of these modes that touch an actor (TID or MID) or a card; all where none."""
        return tuple(
            armed.rule.label for armed in self._armed
            if armed.open and armed.rule.mode in modes and armed.touches(actor, card)
        )

    def _look(self) -> None:
        """Which rules can still strike where.

        Where events are counted the world must tell of them before a window opens as well, or a
        replay, which has no window, would count otherwise.
        """
        hopeful = () if self._healed else tuple(
            armed for armed in self._armed if not (armed.spent or armed.ended)
        )
        for point in Point:
            here = tuple(armed for armed in hopeful if point in armed.acts)
            self._at[point] = tuple(armed for armed in here if armed.open)
            self.busy[point] = bool(here if point in TOLD_ALWAYS else self._at[point])
