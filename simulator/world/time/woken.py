"""What carries a machine and wakes it at its deadline; knows nothing of what the machine does."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Protocol

import simpy

from simulator.world.time.kernel import Deadlines, now_ms


class Clocked(Protocol):
    """A machine as its alarm sees it."""

    @property
    def deadline_ms(self) -> int | None:
        """When it wants to be handed TimePassed."""


class Woken(ABC):
    """Arms a machine's deadline, seldom: an alarm that rings early looks and is set again."""

    __slots__ = ("_deadlines", "_env", "armed_ms")

    def __init__(self, env: simpy.Environment, deadlines: Deadlines) -> None:
        self._env = env
        self._deadlines = deadlines
        self.armed_ms: int | None = None  # the moment at which it will be woken, if any

    def _arm(self, machine: Clocked) -> None:
        """See to it that the machine is woken at its deadline, if it has one."""
        deadline = machine.deadline_ms
        if deadline is not None:
            armed = self.armed_ms
            if armed is None or deadline < armed:
                self._deadlines.arm(self, deadline)

    def _is_due(self, machine: Clocked) -> bool:
        """Whether the deadline is there; one that moved later is armed again."""
        deadline = machine.deadline_ms
        if deadline is not None and deadline > now_ms(self._env):
            self._deadlines.arm(self, deadline)
            return False
        return deadline is not None

    def _jump(self, by_ms: int) -> None:
        """The calendar jumped: the alarm keeps its distance."""
        if self.armed_ms is not None:
            self.armed_ms += by_ms

    @abstractmethod
    def time_passed(self) -> None:
        """The armed moment is there."""
