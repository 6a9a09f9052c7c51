"""The judgement of a run that goes on: every record is judged once, and forgotten.

What is fed ends at a pause of the whole run, so that no message is judged before the one that it
answers, and so far back that whoever writes has written.  Writes nothing and stops nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import pairwise
from pathlib import Path

import msgspec

from hil.bench.line_evidence import doubted, tails_of_spoilt
from hil.bench.people_first import people_first
from hil.files.one_owner import StateError
from simulator.judge.judge import KEEP_SALES, Judge
from simulator.judge.verdict import Judgement
from simulator.trace.merge import SKEW_MS, merge
from simulator.trace.records import (
    ActionTaken,
    AnyRecord,
    FaultAdded,
    FaultFired,
    Record,
    from_line,
)
from simulator.trial import Planned, added_in

WRITTEN_MS = 2_000  # what is older has been written, however busy the machine
PAUSE_MS = 4 * SKEW_MS  # nobody does anything for so long


class Tail:
    """A trace that grows, read from where it was read to."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._read_to = 0
        self._lines = 0  # read so far

    def read(self) -> list[AnyRecord]:
        """The whole lines that have come since; ``StateError`` if it is no trace."""
        try:
            with self._path.open("rb") as file:
                file.seek(self._read_to)
                lines = file.read().split(b"\n")[:-1]
        except OSError as error:
            raise StateError(f"{self._path}: {error.strerror}") from error
        self._read_to += sum(len(line) + 1 for line in lines)
        records = []
        for number, line in enumerate(lines, self._lines + 1):
            try:
                records.append(from_line(line))
            except msgspec.DecodeError as error:
                raise StateError(f"{self._path}: line {number} is no trace record: {error}") from error
        self._lines += len(lines)
        return records


class RunningJudge:
    """Of a host and its devices, each with a trace in a file, and of what people mean."""

    def __init__(self, host: Path) -> None:
        self._judge = Judge(KEEP_SALES)
        self._host_tail = Tail(host)
        self._device_tails: dict[str, Tail] = {}
        self._host: list[AnyRecord] = []
        self._devices: dict[str, list[AnyRecord]] = {}
        self._people: list[tuple[str, AnyRecord]] = []
        self._judged_to_ms = 0
        self.struck: set[str] = set()  # labels of the faults that had an effect
        self.actions: list[ActionTaken] = []
        self.added: list[Planned] = []  # faults that somebody added meanwhile

    @property
    def found(self) -> int:
        """How many findings there are so far; what is still open may become one."""
        return self._judge.found

    @property
    def waiting(self) -> int:
        """How many records are read and not judged."""
        return len(self._host) + len(self._people) + sum(len(each) for each in self._devices.values())

    def go_on(
        self, people: Iterable[tuple[str, AnyRecord]], devices: Mapping[str, Path], changed: frozenset[str],
        until_ms: int | None,
    ) -> None:
        """Take what came since, and judge it up to the last pause before a moment; None: all of it.

        ``people``: those that were not given before; ``changed``: tails of messages that a line changed.
        """
        self._people += people
        for tid, path in devices.items():
            tail = self._device_tails.setdefault(tid, Tail(path))
            self._devices.setdefault(tid, []).extend(tail.read())
        self._host += self._host_tail.read()
        end_ms = None if until_ms is None else self._last_pause_ms(until_ms)
        if end_ms == 0:
            return
        told = _taken(self._host, end_ms)
        spoilt = changed | tails_of_spoilt(told)
        devices_now = {
            tid: doubted(_taken(records, end_ms), spoilt) for tid, records in self._devices.items()}
        host = doubted(told, changed)
        meant = [each for each in self._people if end_ms is None or each[1].at_ms <= end_ms]
        self._people = self._people[len(meant):]
        for record in merge(people_first(meant, devices_now), host, dict(devices_now)):
            self._feed(record)

    def finish(self) -> Judgement:
        """The judgement of all that was fed; nothing more can be."""
        return self._judge.finish(self._judged_to_ms)

    def _feed(self, record: Record) -> None:
        if record.at_ms < self._judged_to_ms:
            record = msgspec.structs.replace(record, at_ms=self._judged_to_ms)
        self._judged_to_ms = record.at_ms
        if isinstance(record, FaultFired):
            self.struck.add(record.fault)
        elif isinstance(record, FaultAdded):
            self.added += added_in([record])
        elif isinstance(record, ActionTaken):
            self.actions.append(record)
        self._judge.feed(record)

    def _last_pause_ms(self, until_ms: int) -> int:
        """The last moment at which everybody paused; 0: there was none."""
        times = sorted(
            each.at_ms for stream in (self._host, *self._devices.values(), [each for _, each in self._people])
            for each in stream)
        pauses = [one for one, other in pairwise([*times, until_ms + PAUSE_MS])
                  if one <= until_ms and other - one >= PAUSE_MS]
        return max(pauses, default=0)


def _taken(records: list[AnyRecord], end_ms: int | None) -> list[AnyRecord]:
    """The first records up to a moment, taken out."""
    count = len(records) if end_ms is None else next(
        (place for place, each in enumerate(records) if each.at_ms > end_ms), len(records))
    taken = records[:count]
    del records[:count]
    return taken
