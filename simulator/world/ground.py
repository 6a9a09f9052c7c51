"""What everybody of one world stands on: its clock, its trace, its faults, and how it is run."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Protocol

import msgspec
import simpy

from simulator.defect import Calls
from simulator.machines.sealing import Sealer
from simulator.scenario.places import Places
from simulator.scenario.scenario import Scenario
from simulator.trace.recorder import Recorder
from simulator.wire.codec import Codec
from simulator.wire.master_keys import NO_FILE, MasterKeys
from simulator.world.bodies.kept_records import HostMemory, Memory
from simulator.world.people.shop import Shop
from simulator.world.strikes import Strikes
from simulator.world.time.kernel import Deadlines
from simulator.world.workshop import Workshop


class StreetMemory(Protocol):
    """Where is kept what terminals and their people know, for a world that must survive a kill."""

    def of_terminal(self, tid: str) -> Memory:
        """The memory of a terminal, with what a former process left in it."""

    def noted(self, shop: Shop, number: int) -> None:
        """What is known at a counter of a shop changed; 0: in the shop."""


class Choices(msgspec.Struct, frozen=True):
    """How a world is run, beside what its scenario says."""

    seed: int
    wire: bool = False  # real encoding of every message
    defects: tuple[str, ...] = ()
    external: Collection[str] = ()  # TIDs whose terminals are not of this world
    version: str = ""
    clock: str = "virtual"
    host_memory: HostMemory | None = None  # None: kept in the world
    street_memory: StreetMemory | None = None  # the same, of terminals and people
    keys: MasterKeys = NO_FILE  # master keys of all terminals
    calls: Calls | None = None  # takes down which functions were called that a defect replaces


@dataclass(frozen=True, slots=True)
class Ground:
    """Handed to every part of a world when it is built."""

    scenario: Scenario
    places: Places
    env: simpy.Environment
    recorder: Recorder
    faults: Strikes
    choices: Choices
    deadlines: Deadlines
    codec: Codec
    sealer: Sealer
    workshop: Workshop
