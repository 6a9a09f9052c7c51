"""What was done to the world and by whom, in the order of the day: windows, faults, remedies, phases.

Keeps the first entries only, and of a fault the first time it struck; judges nothing.
"""

from __future__ import annotations

from simulator.judge.verdict import Step
from simulator.trace.records import ActionTaken, FaultBegan, FaultEnded, FaultFired, PhaseEntered

ENTRIES_KEPT = 40
_OF_PHASE = {"faults": "the run begins", "heal": "every fault ends", "ended": "the run ends"}


class Chronicle:
    """Fed with the few records that are events of the whole run."""

    __slots__ = ("_entries", "_is_eventful", "struck")

    def __init__(self) -> None:
        self._entries: list[Step] = []
        self._is_eventful = False  # more than that it began and ended
        self.struck: set[str] = set()  # labels of the faults that had an effect

    def phase(self, record: PhaseEntered) -> None:
        """The run goes on to another phase."""
        if text := _OF_PHASE.get(record.phase):
            self._tell(record.at_ms, text)

    def began(self, record: FaultBegan) -> None:
        """A window opened."""
        self._is_eventful = True
        self._tell(record.at_ms, _told(record, "begins"))

    def ended(self, record: FaultEnded) -> None:
        """A window closed."""
        self._is_eventful = True
        self._tell(record.at_ms, _told(record, "ends"))

    def fired(self, record: FaultFired) -> None:
        """A fault had an effect; a state has it by beginning, which is told already."""
        if record.fault in self.struck:
            return
        self.struck.add(record.fault)
        if record.point != "window":
            self._is_eventful = True
            self._tell(record.at_ms, f"'{record.fault}' first strikes: {record.anchor}")

    def acted(self, record: ActionTaken) -> None:
        """Somebody tried a remedy."""
        self._is_eventful = True
        who = record.actor.removeprefix("merchant.")
        text = f"{who}: {record.action.replace('_', ' ')}"
        for more in (record.target, record.detail):
            text += f", {more}" if more else ""
        self._tell(record.at_ms, text)

    def entries(self) -> tuple[Step, ...]:
        """What was kept; nothing of a run of which there is only that it began and ended."""
        return tuple(self._entries) if self._is_eventful else ()

    def _tell(self, at_ms: int, text: str) -> None:
        if len(self._entries) < ENTRIES_KEPT:
            self._entries.append(Step(at_ms, text))


def _told(record: FaultBegan | FaultEnded, what: str) -> str:
    where = f" at {record.target}" if record.target else ""
    return f"'{record.fault}' {what} ({record.mode}{where})"
