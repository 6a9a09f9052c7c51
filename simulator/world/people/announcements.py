"""What merchants are told beforehand: the maintenance windows of a scenario, and those planned while it runs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import msgspec
import simpy

from simulator.faults.rules import FaultRule
from simulator.trace.records import MaintenanceAnnounced
from simulator.world.network.link import HOST
from simulator.world.time.kernel import Call, call_at

BANKS = "bank.maintenance"
MAINTENANCE = frozenset({"acquirer.maintenance", BANKS})


class Told(msgspec.Struct, frozen=True):
    """One window; whose: the host's, a bank's by name, or any other word for all banks'."""

    whose: str
    begin_ms: int
    end_ms: int

    def records(self, at_ms: int, banks: Sequence[str]) -> list[MaintenanceAnnounced]:
        """What is told of it; ``banks``: all that there are, by name."""
        names = [self.whose] if self.whose == HOST or self.whose in banks else banks
        return [MaintenanceAnnounced(at_ms, name, from_ms=self.begin_ms, until_ms=self.end_ms) for name in names]


class Announcements:
    """Maintenance is announced by the scenario, whatever injector is at work."""

    __slots__ = ("_banks", "_env", "_open", "_told")

    def __init__(self, env: simpy.Environment, rules: tuple[FaultRule, ...], banks: Sequence[str]) -> None:
        self._env = env
        self._banks = banks  # by name
        self._open = 0
        self._told = [each for rule in rules for each in _windows(rule)]

    def records(self, at_ms: int) -> list[MaintenanceAnnounced]:
        """What merchants are told, as it stands in a trace."""
        return [record for each in self._told for record in each.records(at_ms, self._banks)]

    def start(self) -> None:
        """Schedule every begin and end."""
        self._schedule(self._told)

    def recall(self, rule: FaultRule, planned_ms: int) -> None:
        """What was planned in a former process, before the world opens."""
        self._told += ahead(rule, planned_ms)

    def plan(self, rule: FaultRule, at_ms: int) -> list[MaintenanceAnnounced]:
        """One more in a world that runs: what merchants are told of it; nothing of one that begins at once."""
        planned = ahead(rule, at_ms)
        self._told += planned
        self._schedule(planned)
        return [record for each in planned for record in each.records(at_ms, self._banks)]

    def in_window(self) -> bool:
        """Whether a maintenance that was announced goes on."""
        return self._open > 0

    def _schedule(self, told: Iterable[Told]) -> None:
        for each in told:
            call_at(self._env, each.begin_ms, self._changes, 1)
            call_at(self._env, each.end_ms, self._changes, -1)

    def _changes(self, call: Call) -> None:
        self._open += call.arg


def _windows(rule: FaultRule) -> list[Told]:
    if rule.mode not in MAINTENANCE or rule.at_ms is None or rule.until_ms is None:
        return []
    return [Told(rule.target if rule.mode == BANKS else HOST, rule.at_ms, rule.until_ms)]


def ahead(rule: FaultRule, at_ms: int) -> list[Told]:
    """The windows that lie ahead: what begins at once surprises everybody."""
    return [each for each in _windows(rule) if each.begin_ms > at_ms]
