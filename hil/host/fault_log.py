"""The faults of a live host as its state remembers them: what was added, counted, struck and ended.

Each is a fact beside the journal, durable with the answer that it had to do with.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from hil.host.live_faults import LiveFaults
from hil.host.store import Fact
from simulator.faults.injector import Injector
from simulator.faults.kept import Kept
from simulator.faults.rules import FaultRule
from simulator.faults.schedule import Window
from simulator.world.world import World

ADDED = "fault added"
KEPT = "fault kept"


class KeptBy(msgspec.Struct, frozen=True):
    """What one of the injectors keeps: 0 is the scenario's, the others in the order of their adding."""

    injector: int
    kept: Kept


class FaultLog:
    """Writes down what becomes of faults, and gives it back at the next start."""

    def __init__(
        self, world: World, faults: LiveFaults, write: Callable[[Fact], None],
        now_ms: Callable[[], int],
    ) -> None:
        self._world = world
        self._faults = faults
        self._write = write
        self._now_ms = now_ms

    def start(self) -> None:
        """From now on everything is written down."""
        self._faults.keep(lambda number, kept: self._fact(KEPT, KeptBy(number, kept)))

    def add(self, rule: FaultRule) -> tuple[Window, ...]:
        """One more fault, from now on and after every restart; its windows."""
        self._fact(ADDED, rule)
        return self._added(rule)

    def take_up(self, facts: Iterable[Fact]) -> None:
        """Have faults and windows as a former process left them, before the world opens."""
        for fact in facts:
            if fact.name == ADDED:
                rule = msgspec.json.decode(fact.body, type=FaultRule)
                self._world.windows = (*self._world.windows, *self._added(rule))
                self._world.announcements.recall(rule, fact.at_ms)
            elif fact.name == KEPT:
                kept = msgspec.json.decode(fact.body, type=KeptBy)
                self._faults.take_up(kept.injector, kept.kept)

    def _added(self, rule: FaultRule) -> tuple[Window, ...]:
        world = self._world
        injector = Injector((rule,), world.places.topology, world.choices.seed)
        self._faults.add(injector)
        return injector.windows()

    def _fact(self, name: str, body: msgspec.Struct) -> None:
        self._write(Fact(self._now_ms(), name, msgspec.json.encode(body)))
