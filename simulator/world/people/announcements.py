"""What merchants are told beforehand: the maintenance windows of a scenario."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import simpy

from simulator.faults.rules import FaultRule
from simulator.trace.records import MaintenanceAnnounced
from simulator.world.network.link import HOST
from simulator.world.time.kernel import Call, call_at

BANKS = "bank.maintenance"
MAINTENANCE = frozenset({"acquirer.maintenance", BANKS})


class Announcements:
    """Maintenance is announced by the scenario, whatever injector is at work."""

    __slots__ = ("_env", "_open", "_told")

    def __init__(self, env: simpy.Environment, rules: tuple[FaultRule, ...]) -> None:
        self._env = env
        self._open = 0
        self._told = [
            (rule.target if rule.mode == BANKS else HOST, rule.at_ms, rule.until_ms) for rule in rules
            if rule.mode in MAINTENANCE and rule.at_ms is not None and rule.until_ms is not None
        ]

    def records(self, at_ms: int, banks: Sequence[str]) -> Iterator[MaintenanceAnnounced]:
        """What merchants are told, as it stands in a trace; a target that is no bank means all."""
        for whose, begin_ms, end_ms in self._told:
            for name in ([whose] if whose == HOST or whose in banks else banks):
                yield MaintenanceAnnounced(at_ms, name, from_ms=begin_ms, until_ms=end_ms)

    def start(self) -> None:
        """Schedule every begin and end."""
        for _, begin_ms, end_ms in self._told:
            call_at(self._env, begin_ms, self._changes, 1)
            call_at(self._env, end_ms, self._changes, -1)

    def in_window(self) -> bool:
        """Whether a maintenance that was announced goes on."""
        return self._open > 0

    def _changes(self, call: Call) -> None:
        self._open += call.arg
