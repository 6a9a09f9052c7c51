"""What merchants are told beforehand: the maintenance windows of a scenario."""

from __future__ import annotations

import simpy

from simulator.faults.rules import FaultRule
from simulator.world.time.kernel import Call, call_at

MAINTENANCE = frozenset({"acquirer.maintenance", "bank.maintenance"})


class Announcements:
    """Maintenance is announced by the scenario, whatever injector is at work."""

    __slots__ = ("_env", "_open", "_windows")

    def __init__(self, env: simpy.Environment, rules: tuple[FaultRule, ...]) -> None:
        self._env = env
        self._open = 0
        self._windows = [
            (rule.at_ms, rule.until_ms) for rule in rules
            if rule.mode in MAINTENANCE and rule.at_ms is not None and rule.until_ms is not None
        ]

    def start(self) -> None:
        """Schedule every begin and end."""
        for begin_ms, end_ms in self._windows:
            call_at(self._env, begin_ms, self._changes, 1)
            call_at(self._env, end_ms, self._changes, -1)

    def in_window(self) -> bool:
        """Whether a maintenance that was announced goes on."""
        return self._open > 0

    def _changes(self, call: Call) -> None:
        self._open += call.arg
