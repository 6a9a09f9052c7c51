"""Checks carried out: several at once on a virtual bench, one after the other on a standing one.

Ctrl-C lets what is under way end and keeps what is done; a second one, or SIGTERM, does not wait.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence

import msgspec

from hil.bench.heard import heard
from hil.bench.starting import GivingUp
from hil.checks.case import CaseSetting, carry_out, is_open, profile_of
from hil.checks.check import Check
from hil.checks.lateness import Lateness
from hil.checks.results import Outcome, Result
from hil.processes.pool import Pool
from hil.processes.terminated import TerminatedError


class CheckRun(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a run."""

    setting: CaseSetting
    planned: tuple[Check, ...]
    results: tuple[Result, ...]  # in the order of the plan
    took_s: float
    whole: bool  # all that was planned was carried out
    is_given_up: bool = False  # the rest was not tried, since the bench could not be started
    ended_by: BaseException | None = None  # that ended it at once, with cases under way

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
    on_round: Callable[[int], None] = lambda _: None,
) -> CheckRun:
    """Carry out all of them; what is done is kept whatever happens."""
    began_s = time.monotonic()
    profile_of(setting.bench, {})  # what is read when it is first needed is read by one thread
    done: dict[str, Result] = {}
    giving_up = GivingUp(setting.bench)
    by_id = {check.id: check for check in checks}

    def take(result: Result) -> None:
        done[result.check] = result
        took_s = time.monotonic() - began_s
        left_s = took_s / len(done) * (len(checks) - len(done))
        on_done(Progress(len(done), len(checks), by_id[result.check], result, left_s))
        if giving_up.hears(result.why.en if result.no_start else ""):
            crew.stop()

    with Lateness() as lateness:
        crew: Pool[Check, Result] = Pool(
            lambda check: _one(check, setting, lateness, done[check.id].tries if check.id in done else 0), jobs,
            on_done=take, on_stop=on_stop)
        whole, ended_by = False, None
        try:
            whole = crew.run_until_decided(
                checks, is_open=lambda check: is_open(done[check.id], setting.bench), rounds=setting.rounds, on_round=on_round)
        except (KeyboardInterrupt, TerminatedError) as error:  # what is done is told first
            ended_by = error
    return CheckRun(
        setting=setting, planned=tuple(checks), whole=whole, is_given_up=not whole and giving_up.has_given_up, ended_by=ended_by, took_s=time.monotonic() - began_s,
        results=tuple(done[check.id] for check in checks if check.id in done))


def _one(check: Check, setting: CaseSetting, lateness: Lateness, before: int) -> Result:
    """What no check may do: take the others with it."""
    try:
        return carry_out(check, setting, lateness, before)
    except Exception as error:  # noqa: BLE001 - our own mistake is the bench's, whatever it is
        return Result(check=check.id, outcome=Outcome.BENCH, why=heard(error), tries=before + 1)

