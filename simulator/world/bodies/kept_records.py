"""Where the journals of machines are kept inside a world, and how their records are named."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from simulator.machines.acquirer.events import HostRecord
from simulator.machines.terminal.events import NvmRecord
from simulator.machines.terminal.records import BatchClosed

_FIRST_LIMIT, _LAST_LIMIT = 64, 512  # records before a journal is compacted
_NAMES: dict[type, str] = {}


def record_name(record: object) -> str:
    """The name of a journal record in the trace: such as ``armed`` or ``booked``."""
    name = _NAMES.get(type(record))
    if name is None:
        name = _NAMES[type(record)] = type(record).__name__.lower()
    return name


class Memory(Protocol):
    """Non-volatile memory: what was appended is there after a power cut."""

    def append(self, record: NvmRecord) -> None:
        """Durable when this returns."""

    def records(self) -> Iterable[NvmRecord]:
        """All that is held, oldest first."""

    def wipe(self) -> None:
        """A factory reset."""

    def replace(self, records: Iterable[NvmRecord]) -> None:
        """Hold these instead of all that is held."""


class Mirror(Protocol):
    """Whoever keeps a second copy of a terminal's memory, on a disk."""

    def appended(self, record: NvmRecord) -> None:
        """One record more."""

    def replaced(self, records: list[NvmRecord]) -> None:
        """These instead of all that was held."""


class WorldMemory:
    """Non-volatile memory of a terminal inside the world."""

    __slots__ = ("_compact", "_limit", "_mirror", "_records")

    def __init__(
        self, compact: Callable[[list[NvmRecord]], list[NvmRecord]],
        records: Iterable[NvmRecord] = (), mirror: Mirror | None = None,
    ) -> None:
        self._records: list[NvmRecord] = list(records)
        self._compact = compact
        self._mirror = mirror
        self._limit = _FIRST_LIMIT

    def append(self, record: NvmRecord) -> None:
        """Keep a record; what a closed batch made superfluous is dropped."""
        records = self._records
        records.append(record)
        if type(record) is BatchClosed:
            self._shorten()
            self._limit = _FIRST_LIMIT
        elif len(records) > self._limit:
            # Compaction costs what the open batch holds: seldomer, the more it holds.
            self._shorten()
            self._limit = min(2 * self._limit, _LAST_LIMIT)
        elif self._mirror is not None:
            self._mirror.appended(record)

    def _shorten(self) -> None:
        records = self._records
        records[:] = self._compact(records)
        if self._mirror is not None:
            self._mirror.replaced(records)

    def records(self) -> list[NvmRecord]:
        """All that is held, oldest first."""
        return list(self._records)

    def wipe(self) -> None:
        """Forget everything."""
        self.replace(())

    def replace(self, records: Iterable[NvmRecord]) -> None:
        """Hold these instead of all that is held."""
        self._records[:] = records
        if self._mirror is not None:
            self._mirror.replaced(self._records)


class HostMemory(Protocol):
    """The host's journal: what was appended survives a crash."""

    def append(self, record: HostRecord) -> None:
        """Durable before the next effect is done."""

    def records(self) -> Iterable[HostRecord]:
        """All that is held, oldest first."""


class WorldHostMemory:
    """The host's journal inside the world; ``kept=False`` where nothing can crash the host."""

    __slots__ = ("_kept", "_records")

    def __init__(self, *, kept: bool) -> None:
        self._kept = kept
        self._records: list[HostRecord] = []

    def append(self, record: HostRecord) -> None:
        """Keep a record."""
        if self._kept:
            self._records.append(record)

    def records(self) -> list[HostRecord]:
        """All that is held, oldest first."""
        return list(self._records)
