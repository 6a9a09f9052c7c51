"""Checks carried out: several at once on a virtual bench, one after the other on a standing one.

Ctrl-C lets what is under way end and keeps what is done; a second one does not wait.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

import msgspec

from hil.bench.heard import heard
from hil.checks.case import CaseSetting, carry_out, profile_of
from hil.checks.check import Check
from hil.checks.lateness import Lateness
from hil.checks.results import Outcome, Result

LOOK_S = 0.2


class CheckRun(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run."""

    setting: CaseSetting
    planned: tuple[Check, ...]
    results: tuple[Result, ...]  # in the order of the plan
    took_s: float
    whole: bool  # not interrupted

    def count(self, outcome: Outcome) -> int:
        """How many ended so."""
        return sum(result.outcome is outcome for result in self.results)


class Progress(msgspec.Struct, frozen=True):
    """How far a run is, after one more check."""

    done: int
    planned: int
    check: Check
    result: Result
    left_s: float


def run_checks(
    checks: Sequence[Check], setting: CaseSetting, jobs: int, *,
    on_done: Callable[[Progress], None] = lambda _: None, on_stop: Callable[[], None] = lambda: None,
) -> CheckRun:
    """Carry out all of them; what is done is kept whatever happens."""
    began_s = time.monotonic()
    profile_of(setting.bench, {})  # what is read when it is first needed is read by one thread
    done: dict[str, Result] = {}
    by_id = {check.id: check for check in checks}

    def take(result: Result) -> None:
        done[result.check] = result
        took_s = time.monotonic() - began_s
        left_s = took_s / len(done) * (len(checks) - len(done))
        on_done(Progress(len(done), len(checks), by_id[result.check], result, left_s))

    with Lateness() as lateness:
        whole = _Crew(lambda check: _one(check, setting, lateness), jobs, take, on_stop).run(checks)
    return CheckRun(
        setting=setting, planned=tuple(checks), whole=whole, took_s=time.monotonic() - began_s,
        results=tuple(done[check.id] for check in checks if check.id in done))


def _one(check: Check, setting: CaseSetting, lateness: Lateness) -> Result:
    """What no check may do: take the others with it."""
    try:
        return carry_out(check, setting, lateness)
    except Exception as error:  # noqa: BLE001 - our own mistake is the bench's, whatever it is
        return Result(check=check.id, outcome=Outcome.BENCH, why=heard(error))


class _Crew:
    """Threads that carry out checks in order."""

    def __init__(
        self, do: Callable[[Check], Result], jobs: int, on_done: Callable[[Result], None],
        on_stop: Callable[[], None],
    ) -> None:
        self._do = do
        self._jobs = jobs
        self._on_done = on_done
        self._on_stop = on_stop
        self._stops = threading.Event()

    def run(self, checks: Sequence[Check]) -> bool:
        """Whether all were done."""
        executor = ThreadPoolExecutor(self._jobs, thread_name_prefix="check")
        waiting = list(reversed(checks))
        running: set[Future[Result]] = set()
        try:
            while running or (waiting and not self._stops.is_set()):
                try:
                    while waiting and len(running) < self._jobs and not self._stops.is_set():
                        running.add(executor.submit(self._do, waiting.pop()))
                    ended, running = wait(running, LOOK_S, FIRST_COMPLETED)
                    for each in ended:
                        self._on_done(each.result())
                except KeyboardInterrupt:
                    if self._stops.is_set():
                        raise
                    self._stops.set()
                    self._on_stop()
        finally:
            executor.shutdown(wait=False, cancel_futures=True)
        return not waiting
