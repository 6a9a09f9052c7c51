"""One machine built wrong in one scenario: whether that reached it, and which invariants noticed.

Reached is what leaves another trace than right machines leave in the same run: its wrong function
was called, and gave something else than the right one.  Noticed is what an invariant finds more
often than it does of right machines; that an expectation of the scenario is not met is kept apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import blake2b
from time import process_time

import msgspec

from simulator.defect import Calls, name_of
from simulator.judge.verdict import Judgement, Verdict
from simulator.scenario.read import load_scenario
from simulator.scenario.scenario import Scenario
from simulator.trace.records import Record, to_line
from simulator.trial import TrialOptions, try_scenario
from simulator.world.defects import DEFECTS

MOST_RECORDS = 50_000  # of a run that turns in circles, beside twenty times those of right machines
TIMES_MORE = 20


class Right(msgspec.Struct, frozen=True):
    """A scenario with right machines, or with those alone that stand beside a wrong one."""

    scenario: str
    digest: str  # of its trace
    records: int
    violations: dict[int, int]  # by the number of the invariant
    verdict: str
    took_s: float
    called: frozenset[str] | None = None  # of what defects replace; None: not watched, or watching changed it

    def may_reach(self, defect: str) -> bool:
        """Whether it may leave another trace: no function that it replaces is called otherwise."""
        return self.called is None or any(
            name_of(each) in self.called for each in DEFECTS[defect].replacements())


class Tried(msgspec.Struct, frozen=True):
    """What one machine built wrong came to in one scenario."""

    defect: str
    scenario: str
    reached: bool = False
    caught_by: tuple[int, ...] = ()
    unmet: bool = False  # what the scenario expects shows it, and no invariant has to
    stopped: str = ""  # the run did not come to its end: why


class EndlessError(RuntimeError):
    """A world that turns in circles was stopped, after so many records."""


class _Witness:
    """Hears a trace: its digest, and how long it gets."""

    def __init__(self, most: int) -> None:
        self._hash = blake2b(digest_size=16)
        self._most = most
        self.records = 0

    def hear(self, record: Record) -> None:
        """Take a record in."""
        self.records += 1
        if self.records > self._most:
            raise EndlessError(self._most)
        self._hash.update(to_line(record))

    @property
    def digest(self) -> str:
        """The trace so far."""
        return self._hash.hexdigest()


def right(scenario: str, beside: tuple[str, ...] = ()) -> Right:
    """A scenario as it is without the machine that is to be tried."""
    witness = _Witness(10**9)
    began = process_time()
    judgement = try_scenario(_loaded(scenario), TrialOptions(defects=beside), [witness.hear])
    return Right(
        scenario, witness.digest, witness.records, _violations(judgement), judgement.verdict.value,
        process_time() - began)


def watched(scenario: str) -> Right:
    """The same of right machines alone, and which of the functions were called that defects replace."""
    alone = right(scenario)
    calls = Calls()
    witness = _Witness(10**9)
    try_scenario(_loaded(scenario), TrialOptions(calls=calls), [witness.hear])
    called = frozenset(calls.names) if witness.digest == alone.digest else None
    return msgspec.structs.replace(alone, called=called)


def tried(defect: str, scenario: str, alone: Right | None = None) -> Tried:
    """A machine built wrong in a scenario, beside what it needs beside it; ``alone``: right ones, if known."""
    beside = DEFECTS[defect].beside
    without = alone if alone is not None and not beside else _right(scenario, beside)
    witness = _Witness(max(MOST_RECORDS, TIMES_MORE * without.records))
    try:
        judgement = try_scenario(
            _loaded(scenario), TrialOptions(defects=(defect, *beside)), [witness.hear])
    except Exception as error:  # noqa: BLE001 - a machine that breaks the world is an outcome
        return Tried(defect, scenario, True, stopped=f"{type(error).__name__}: {error}")
    if witness.digest == without.digest:
        return Tried(defect, scenario)
    found = _violations(judgement)
    more = tuple(
        number for number, times in found.items() if times > without.violations.get(number, 0))
    unmet = judgement.verdict is not Verdict.PASS and without.verdict == Verdict.PASS.value
    return Tried(defect, scenario, True, more, unmet)


def all_tried(defects: Iterable[str], alone: Right) -> list[Tried]:
    """Some machines built wrong in one scenario."""
    return [tried(defect, alone.scenario, alone) for defect in defects]


@cache
def _right(scenario: str, beside: tuple[str, ...]) -> Right:
    return right(scenario, beside)


@cache
def _loaded(scenario: str) -> Scenario:
    return load_scenario(scenario)


def _violations(judgement: Judgement) -> dict[int, int]:
    return {each.number: each.violations for each in judgement.invariants if each.violations}
