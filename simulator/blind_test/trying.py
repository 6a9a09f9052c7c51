"""One seed: a world drawn, run, its faults hidden, diagnosed; and whether that was right."""

from __future__ import annotations

import msgspec

from simulator.blind_test.worlds import HEALTHY, modes_of, scenario_text
from simulator.diagnosis.diagnosis import Diagnosis, diagnosis_of
from simulator.diagnosis.evidence import Evidence
from simulator.scenario.read import ScenarioError, scenario_of_text
from simulator.trace.records import ActionTaken, FaultFired, MaintenanceAnnounced, Record
from simulator.world.run import build_world, run_virtual

MOST_AGAIN = 12
NOT_BY_ITSELF = {"paperwork.incomplete", "account.credential"}


class Trial(msgspec.Struct, frozen=True):
    """What was injected and what was answered."""

    seed: int
    modes: tuple[str, ...]  # (): a healthy world
    answers: tuple[tuple[str, ...], ...]  # sets of modes, the first answer first
    again: int = 0  # how often it was drawn again because nothing struck
    broken: str = ""

    @property
    def is_right(self) -> bool:
        """Each injected mode is in one of as many first answers; nothing, where there was nothing."""
        return _all_among(self.modes, self.answers)

    @property
    def is_strictly_right(self) -> bool:
        """The same, where an answer that names several modes counts by none."""
        alone = tuple(each if len(each) == 1 else () for each in self.answers)
        return _all_among(self.modes, alone) if self.modes else not self.answers

    @property
    def first(self) -> str:
        """The first answer in a word."""
        return "+".join(self.answers[0]) if self.answers else HEALTHY


def _all_among(modes: tuple[str, ...], answers: tuple[tuple[str, ...], ...]) -> bool:
    if not modes:
        return not answers
    first = answers[:len(modes)]
    return all(any(mode in each for each in first) for mode in modes)


class Run(msgspec.Struct, frozen=True):
    """A world that was run: its scenario, and what the evidence says of it."""

    text: str
    records: tuple[Record, ...]
    diagnosis: Diagnosis
    again: int


def run_seed(seed: int, count: int = 1) -> Run:
    """The world of a seed in which all of its modes struck, and its diagnosis."""
    modes = modes_of(seed, count)
    for again in range(MOST_AGAIN):
        text = scenario_text(seed, modes, again)
        try:
            scenario = scenario_of_text(text)
        except ScenarioError:  # aimed at shops of which none has what it needs
            if again == MOST_AGAIN - 1:
                raise
            continue
        records: list[Record] = []
        run_virtual(build_world(scenario, [records.append]))
        if again == MOST_AGAIN - 1 or _showed(modes, records):
            break
    return Run(text, tuple(records), diagnosis_of(Evidence(records)), again)


def _showed(modes: tuple[str, ...], records: list[Record]) -> bool:
    """Whether each struck; a maintenance shows by being announced, too, where all keep to it.

    What holds whether anybody meets it or not (papers that are wanted, a back office that is shut) has
    to be met: somebody asked, or looked.
    """
    struck = {each.mode for each in records if isinstance(each, FaultFired)} - NOT_BY_ITSELF
    for each in records:
        if isinstance(each, ActionTaken):
            struck |= {"paperwork.incomplete"} if each.missing else set()
            struck |= {"account.credential"} if each.locked_out else set()
    if any(isinstance(each, MaintenanceAnnounced) for each in records):
        struck |= {"acquirer.maintenance", "bank.maintenance"}
    return struck.issuperset(modes)


def try_seed(seed: int, count: int = 1) -> Trial:
    """One seed; what breaks is told and counts as wrong."""
    modes = modes_of(seed, count)
    try:
        run = run_seed(seed, count)
    except Exception as error:  # noqa: BLE001 - the test goes on
        return Trial(seed, modes, (), broken=f"{type(error).__name__}: {error}")
    answers = tuple(answer.finding.modes for answer in run.diagnosis.answers)
    return Trial(seed, modes, answers, run.again)
