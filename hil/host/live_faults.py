"""The faults of a live host: those of its scenario, those that somebody adds, and its power switch.

Each injector decides by itself; the first that strikes wins.
"""

from __future__ import annotations

from collections.abc import Callable

from hil.control.control import ControlError
from hil.host.requests import Crash
from simulator.faults.injector import Injector
from simulator.faults.kept import Kept
from simulator.faults.points import Action, Anchor, Point, Verb
from simulator.faults.schedule import Faults, Strike, Window
from simulator.scenario.problems import no_such
from simulator.scenario.steps import STEPS_AT

NEVER_AGAIN_MS = 10**12


class _Busy(dict[Point, bool]):
    """Where one of several injectors may have an answer."""

    def __init__(self, injectors: list[Faults]) -> None:
        super().__init__()
        self._injectors = injectors

    def __getitem__(self, point: Point) -> bool:
        return point is Point.HOST_STEP or any(each.busy[point] for each in self._injectors)


class LiveFaults:
    """Several injectors as one, with a switch that kills the host's process."""

    def __init__(self, first: Faults, on_crash: Callable[[], None]) -> None:
        self._injectors = [first]
        self._on_crash = on_crash
        self._keep: Callable[[int, Kept], None] | None = None
        self._crash_at: int | None = None
        self._crash_before = ""
        self._times = 0
        self.effects_done = 0
        self.busy: dict[Point, bool] = _Busy(self._injectors)

    def add(self, injector: Faults) -> None:
        """One more."""
        self._injectors.append(injector)
        self._keep_of(len(self._injectors) - 1)

    @property
    def added(self) -> int:
        """How many there are beside the first."""
        return len(self._injectors) - 1

    def keep(self, keep: Callable[[int, Kept], None]) -> None:
        """Have ``keep`` told by each injector, under its number, what must survive the process."""
        self._keep = keep
        for number in range(len(self._injectors)):
            self._keep_of(number)

    def take_up(self, number: int, kept: Kept) -> None:
        """What an injector kept in a former process."""
        injector = self._injectors[number]
        if isinstance(injector, Injector):
            injector.take_up(kept)

    def _keep_of(self, number: int) -> None:
        injector, keep = self._injectors[number], self._keep
        if keep is not None and isinstance(injector, Injector):
            injector.keep = lambda kept: keep(number, kept)

    def arm(self, request: Crash) -> None:
        """Prepare the switch; ``ControlError`` for a condition that can never be met."""
        if (request.after_effects is not None) == bool(request.before):
            raise ControlError("crash takes either after_effects or before, one of the two")
        if request.nth < 1 or (request.after_effects or 0) < 0:
            raise ControlError("crash: nth counts from 1, after_effects from 0")
        if request.before and request.before not in STEPS_AT[Point.HOST_STEP]:
            raise ControlError("crash: " + no_such(
                "no step", request.before, STEPS_AT[Point.HOST_STEP]))
        after = request.after_effects
        self._crash_at = None if after is None else self.effects_done + after
        self._crash_before, self._times = request.before, request.nth

    def decide(self, anchor: Anchor, now_ms: int) -> Strike | None:
        """What is to be done at this point, or None."""
        if anchor.point is Point.HOST_STEP:
            if self._switch_is_due(anchor.what):
                self._on_crash()
                return Strike("", "", anchor, Action(Verb.CRASH, ms=NEVER_AGAIN_MS))
            self.effects_done += 1
        for injector in self._injectors:
            if injector.busy[anchor.point]:
                strike = injector.decide(anchor, now_ms)
                if strike is not None:
                    return strike
        return None

    def take_back(self, label: str) -> None:
        """What this fault struck had no effect: it waits for the next event that fits."""
        for each in self._injectors:
            each.take_back(label)

    def verbs(self) -> frozenset[Verb]:
        """All that any of them may ever have done."""
        return frozenset(verb for each in self._injectors for verb in each.verbs())

    def windows(self) -> tuple[Window, ...]:
        """Every window of every injector."""
        return tuple(window for each in self._injectors for window in each.windows())

    def open(self, label: str) -> Strike | None:
        """The window of a fault begins; what is to be done where it is a state."""
        strikes = [each.open(label) for each in self._injectors]
        return next((strike for strike in strikes if strike is not None), None)

    def close(self, label: str) -> None:
        """The window of a fault ends."""
        for each in self._injectors:
            each.close(label)

    def end(self, label: str, actors: frozenset[str] = frozenset()) -> bool:
        """A remedy ended this fault for these TIDs and MIDs, or for all; whether it is over."""
        over = [each.end(label, actors) for each in self._injectors]  # each is told
        return all(over)

    def knows(self, label: str) -> bool:
        """Whether some fault has this label."""
        return any(each.knows(label) for each in self._injectors if isinstance(each, Injector))

    def has_ended(self, label: str) -> bool:
        """Whether a remedy ended this fault."""
        return any(
            each.has_ended(label) for each in self._injectors if isinstance(each, Injector))

    def labels(
        self, modes: frozenset[str], actor: str = "", card: str = "",
    ) -> tuple[str, ...]:
        """Open faults of these modes that touch an actor or a card."""
        return tuple(
            label for each in self._injectors if isinstance(each, Injector)
            for label in each.labels(modes, actor, card)
        )

    def heal(self) -> None:
        """All faults end; nothing fires any more."""
        for each in self._injectors:
            each.heal()

    def _switch_is_due(self, what: str) -> bool:
        if self._crash_before:
            self._times -= what == self._crash_before
            return self._times == 0
        return self._crash_at == self.effects_done
