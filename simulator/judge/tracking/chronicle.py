"""What was done to the world and by whom, in the order of the day: windows, faults, remedies, phases.

Keeps the first entries only, and of a fault the first time it struck; judges nothing.
"""

from __future__ import annotations

from simulator.catalogue.language import Told
from simulator.judge.verdict import Step
from simulator.judge.words import day
from simulator.judge.words.terms import KINDS_ZH, said
from simulator.trace.records import (
    ActionTaken,
    FaultBegan,
    FaultEnded,
    FaultFired,
    HandsAsked,
    LinePassed,
    PhaseEntered,
    PowerSwitched,
    StateAccepted,
)

ENTRIES_KEPT = 40
NAMES_TOLD = 4  # of those for whom a fault ended


class Chronicle:
    """Fed with the few records that are events of the whole run."""

    __slots__ = ("_entries", "_is_eventful", "struck")

    def __init__(self) -> None:
        self._entries: list[Step] = []
        self._is_eventful = False  # more than that it began and ended
        self.struck: set[str] = set()  # labels of the faults that had an effect

    def phase(self, record: PhaseEntered) -> None:
        """The run goes on to another phase."""
        if row := day.OF_PHASE.get(record.phase):
            self._tell(record.at_ms, row.both())

    def began(self, record: FaultBegan) -> None:
        """A window opened."""
        self._is_eventful = True
        row = day.FAULT_BEGINS_AT if record.target else day.FAULT_BEGINS
        self._tell(record.at_ms, row.both(fault=record.fault, mode=record.mode, target=record.target))

    def ended(self, record: FaultEnded) -> None:
        """A window closed."""
        self._is_eventful = True
        row = day.FAULT_ENDS_AT if record.target else day.FAULT_ENDS
        if record.only:
            row = day.FAULT_ENDS_FOR
        self._tell(record.at_ms, row.both(
            fault=record.fault, mode=record.mode, target=record.target, only=_few(record.only)))

    def fired(self, record: FaultFired) -> None:
        """A fault had an effect; a state has it by beginning, which is told already."""
        if record.fault in self.struck:
            return
        self.struck.add(record.fault)
        if record.point != "window":
            self._is_eventful = True
            self._tell(record.at_ms, day.FIRST_STRIKES.both(fault=record.fault, anchor=record.anchor))

    def acted(self, record: ActionTaken) -> None:
        """Somebody tried a remedy."""
        self._is_eventful = True
        who = record.actor.removeprefix("merchant.")
        action = record.action
        self._tell(record.at_ms, day.ACTED.both(
            who=day.EVERYBODY.both() if record.actor == "run" else who,
            action=day.ACTIONS.get(action) or Told(action.replace("_", " "), f"「{action}」"),
            target=_more(Told(record.target, record.target)),
            detail=_more(Told(record.detail, day.seen_zh(record.detail))),
        ))

    def accepted(self, record: StateAccepted) -> None:
        """A host went on with a state that was not as it had left it."""
        self._is_eventful = True
        self._tell(record.at_ms, day.STATE_ACCEPTED.both(
            accepted=day.kinds_of_state(record.accepted), detail=record.detail))

    # ---- on a bench ----------------------------------------------------------------------------

    def switched(self, record: PowerSwitched) -> None:
        """A power supply did something."""
        self._is_eventful = True
        self._tell(record.at_ms, day.SWITCHED.both(
            supply=record.supply, act=day.ACTS.get(record.act) or record.act,
            more=_more(Told(record.error, record.error))))

    def asked(self, record: HandsAsked) -> None:
        """Somebody was asked to touch the terminal."""
        self._is_eventful = True
        seen = record.error or record.note
        self._tell(record.at_ms, day.ASKED.both(
            by=record.by, what=record.text or record.what, more=_more(Told(seen, seen))))

    def passed(self, record: LinePassed) -> None:
        """A message at a relay; told where something became of it."""
        if (fate := day.FATES.get(record.fate)) is None:
            return
        self._is_eventful = True
        what = Told(record.what, said(KINDS_ZH, record.what))
        stan = f"{record.stan:06}" if record.stan else ""
        message = Told(*(
            " ".join(filter(None, (record.mti, each, stan))) for each in (what.en, what.zh)))
        self._tell(record.at_ms, day.ON_THE_LINE.both(
            way=day.WAYS.get(record.way) or record.way, message=message, fate=fate,
            more=_more(Told(record.rule, record.rule))))

    def entries(self) -> tuple[Step, ...]:
        """What was kept; nothing of a run of which there is only that it began and ended."""
        return tuple(self._entries) if self._is_eventful else ()

    def _tell(self, at_ms: int, told: Told) -> None:
        if len(self._entries) < ENTRIES_KEPT:
            self._entries.append(Step(at_ms, told.en, told.zh))


def _few(names: tuple[str, ...]) -> str:
    return ", ".join(names[:NAMES_TOLD]) + (" …" if len(names) > NAMES_TOLD else "")


def _more(told: Told) -> Told:
    return day.MORE.both(more=told) if told.en else told
