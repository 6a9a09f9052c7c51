"""A sweep from its plan to its report: record each kind, run each case, keep each result at once."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256
from pathlib import Path

import msgspec

from hil.bench.heard import heard
from hil.bench.starting import GivingUp, NoStartError
from hil.bench.tried_again import ROUND
from hil.benches.bench_file import BenchFile
from hil.control.standard_error import tell
from hil.processes.pool import Estimate, Pool
from hil.processes.terminated import TerminatedError
from hil.sweep.case import Place, record, run_case, with_short_waits
from hil.sweep.kinds import KINDS
from hil.sweep.plan import Case, Recording, case_named, cases_of, parts_of
from hil.sweep.results import CaseResult, KindResult, Outcome, is_open, text
from hil.sweep.store import Binding, Store
from hil.sweep.sweep_words import PROGRESS, RECORDS, STOPPING, duration
from simulator.version import own_version

TELL_EVERY_S = 5.0


class SweepAsked(msgspec.Struct, frozen=True, kw_only=True):
    """What is to be swept."""

    bench: BenchFile
    folder: Path
    kinds: tuple[str, ...] = ()  # none: all
    cases: tuple[str, ...] = ()  # by their names; none: all of the kinds
    defects: tuple[str, ...] = ()
    jobs: int = 1
    every: bool = True  # of messages that are alike each, not some
    resume: bool = False
    keep_all: bool = False  # the evidence of what held as well
    rounds: int = 0  # in which what is still not decided is tried again when all others are done


class Sweep(msgspec.Struct, frozen=True, kw_only=True):
    """What a sweep has come to."""

    asked: SweepAsked
    recordings: tuple[Recording, ...]
    not_swept: tuple[KindResult, ...]
    planned: tuple[Case, ...]
    results: dict[str, CaseResult]
    took_s: float
    whole: bool  # all that was planned was done
    is_given_up: bool = False  # the rest was not tried, since the bench could not be started
    ended_by: BaseException | None = None  # that ended it at once, with cases under way

    @property
    def done(self) -> list[CaseResult]:
        """The results of what was planned, in its order."""
        return [self.results[each.id] for each in self.planned if each.id in self.results]


def sweep(asked: SweepAsked, tell: Callable[[str], None]) -> Sweep:
    """Do it, or go on with it; ``StoreError`` and ``UnknownCaseError`` before anything is run."""
    began_s = time.monotonic()
    wanted = {parts_of(each, tuple(KINDS))[0] for each in asked.cases} or set(asked.kinds) or set(KINDS)
    store = Store(asked.folder, binding_of(asked), resume=asked.resume)
    place = Place(
        bench=with_short_waits(asked.bench), folder=asked.folder / "cases", defects=asked.defects, every=asked.every or bool(asked.cases),
        evidence=bool(asked.cases))
    names = [name for name in KINDS if name in wanted]
    whole, ended_by, giving_up = False, None, GivingUp(asked.bench)
    try:
        if _record(asked, names, place, store, tell, giving_up):
            whole = _run(asked, _planned(asked, _recordings(store, names)), place, store, tell, giving_up)
    except (KeyboardInterrupt, TerminatedError) as error:  # what is done is told first
        ended_by = error
    finally:
        store.close()
    recordings = _recordings(store, names)
    return Sweep(
        asked=asked, recordings=tuple(recordings),
        not_swept=tuple(store.not_swept[name] for name in names if name in store.not_swept),
        planned=tuple(_planned(asked, recordings)), results=store.results, took_s=time.monotonic() - began_s,
        whole=whole, is_given_up=not whole and giving_up.has_given_up, ended_by=ended_by)


def _recordings(store: Store, names: Sequence[str]) -> list[Recording]:
    return [store.recordings[name] for name in names if name in store.recordings]


def binding_of(asked: SweepAsked) -> Binding:
    """What the results of a sweep belong to."""
    device = asked.bench.device
    return Binding(
        bench=sha256(asked.bench.path.read_bytes()).hexdigest()[:16],
        device=" ".join(filter(None, (device.kind, device.name, device.firmware, device.serial_number))),
        version=own_version(), defects=",".join(sorted(asked.defects)),
        every="every" if asked.every or asked.cases else "some")


def _planned(asked: SweepAsked, recordings: Sequence[Recording]) -> list[Case]:
    if not asked.cases:
        return [case for each in recordings for case in cases_of(each)]
    by_kind = {each.kind: each for each in recordings}
    named = ((given, by_kind.get(parts_of(given, tuple(KINDS))[0])) for given in asked.cases)
    return [case_named(given, recording) for given, recording in named if recording is not None]


def _record(
    asked: SweepAsked, names: Sequence[str], place: Place, store: Store, tell: Callable[[str], None],
    giving_up: GivingUp,
) -> bool:
    def done(result: Recording | KindResult) -> None:
        if isinstance(result, KindResult):
            store.keep_not_swept(result)
            if giving_up.hears(result.why.en if result.no_start else ""):
                pool.stop()
        else:
            giving_up.hears("")
            store.keep_recording(result)
            tell(RECORDS.say(kind=result.kind, boundaries=len(result.boundaries)))

    missing = [
        each for each in names
        if each not in store.recordings
        and (each not in store.not_swept or store.not_swept[each].is_fault_of_bench or store.not_swept[each].is_failed)]

    def is_missing(name: str) -> bool:
        return name in store.not_swept and is_open(store.not_swept[name], is_fresh=asked.bench.is_fresh)

    pool: Pool[str, Recording | KindResult] = Pool(partial(_recorded, place), asked.jobs, on_done=done, on_look=lambda _: None,
                on_stop=lambda: tell(STOPPING.say()), one_first=True)
    return pool.run_until_decided(
        missing, is_open=is_missing, rounds=asked.rounds, on_round=lambda count: tell(ROUND.say(count=count)))


def _recorded(place: Place, name: str) -> Recording | KindResult:
    try:
        return record(place, KINDS[name])
    except Exception as error:  # noqa: BLE001 - a kind that breaks is one kind, and the sweep goes on
        return KindResult(kind=name, why=text(heard(error)), is_fault_of_bench=True, no_start=isinstance(error, NoStartError))


def _run(
    asked: SweepAsked, planned: Sequence[Case], place: Place, store: Store, tell: Callable[[str], None],
    giving_up: GivingUp,
) -> bool:
    left = [each for each in planned if not _is_done(store, each)]
    progress = _Progress(store, planned, Estimate(len(left)), tell)

    def done(result: CaseResult) -> None:
        if result.outcome is Outcome.HELD and not asked.keep_all:
            _forget(Path(result.folder))
            result = msgspec.structs.replace(result, folder="")
        store.keep(result)
        if giving_up.hears(result.why[0].en if result.no_start else ""):
            pool.stop()

    def tried(case: Case) -> int:
        return store.results[case.id].tries if case.id in store.results else 0

    pool: Pool[Case, CaseResult] = Pool(
        lambda case: run_case(place, KINDS[case.kind], case, tried(case)), asked.jobs, on_done=done,
        on_look=progress.look, on_stop=lambda: tell(STOPPING.say()), one_first=True)
    return pool.run_until_decided(
        left, is_open=lambda case: is_open(store.results[case.id], is_fresh=asked.bench.is_fresh), rounds=asked.rounds,
        on_round=lambda count: tell(ROUND.say(count=count)))


def _is_done(store: Store, case: Case) -> bool:
    """What the bench spoilt, or this machine was too busy for, is run again."""
    result = store.results.get(case.id)
    return result is not None and result.outcome is not Outcome.BENCH and not result.is_starved


class _Progress:
    """Tells now and then how far it is."""

    def __init__(
        self, store: Store, planned: Sequence[Case], estimate: Estimate, tell: Callable[[str], None],
    ) -> None:
        self._store = store
        self._planned = planned
        self._estimate = estimate
        self._tell = tell
        self._told_s = time.monotonic()

    def look(self, done: int) -> None:
        now_s = time.monotonic()
        left_s = self._estimate.left_s(done)
        if left_s is None or now_s - self._told_s < TELL_EVERY_S:
            return
        self._told_s = now_s
        failed = sum(
            self._store.results[each.id].outcome is Outcome.FAILED
            for each in self._planned if each.id in self._store.results)
        known = len(self._planned) - self._estimate.planned
        self._tell(PROGRESS.say(
            done=known + done, planned=len(self._planned), failed=failed, left=duration(left_s)))


def _forget(folder: Path) -> None:
    """The evidence of a case that held."""
    shutil.rmtree(folder, ignore_errors=True)


def tell_on_standard_error(line: str) -> None:
    """One line for who looks on."""
    tell(line)
