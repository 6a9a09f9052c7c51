"""Who was not let work is told from who is slow: by the kernel's counters, whatever stands at the end of the line."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from pathlib import Path

import pytest

from hil.bench.starved import HOST, TERMINAL, Starved
from hil.benches.bench_file import read_bench
from hil.checks.case import CaseSetting, carry_out
from hil.checks.check import Check
from hil.checks.evidence import Evidence, Rule
from hil.checks.lateness import Lateness
from hil.checks.results import Outcome, Reading, Wrong
from hil.checks.verdict import result_of
from hil.processes.starvation import STEP_S, Starvation
from hil.sweep import results
from simulator.catalogue.language import Told
from simulator.wire.kinds import Kind

WORKS = "while True: pass"
STRETCH_MS = 1_000
pytestmark = pytest.mark.skipif(not Path("/proc/self/schedstat").exists(), reason="this kernel does not count who waits")


@contextmanager
def process(*words, nice=0, core=None, idle=False):
    """A process of its own, pinned to a core; idle: it works when nobody else wants to."""
    def settle():
        os.nice(nice)
        if idle:
            os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
        if core is not None:
            os.sched_setaffinity(0, {core})

    started = subprocess.Popen(words, preexec_fn=settle)  # noqa: PLW1509 - no thread of this test holds a lock
    try:
        yield started
    finally:
        started.kill()
        started.wait()


@contextmanager
def watched(pid):
    seen = Starvation(lambda: pid)
    try:
        yield seen
    finally:
        seen.close()


def sliced(pid, over):
    """Stopped and let go on again and again: it has a fifth of its time."""
    while not over.is_set():
        os.kill(pid, signal.SIGSTOP)
        over.wait(0.2)
        os.kill(pid, signal.SIGCONT)
        over.wait(0.05)


def comes_to(met, within_s=60):
    until_s = time.monotonic() + within_s
    while not met() and time.monotonic() < until_s:
        time.sleep(STEP_S)
    return met()


def test_who_is_stopped_in_slices_is_starved():
    over = threading.Event()
    with process(sys.executable, "-c", WORKS) as slow, watched(slow.pid) as seen:
        slicing = threading.Thread(target=sliced, args=(slow.pid, over))
        slicing.start()
        try:
            assert comes_to(lambda: seen.worst_ms(STRETCH_MS) > STRETCH_MS / 2)
        finally:
            over.set()
            slicing.join()


@pytest.mark.parametrize("idle", [False, True], ids=["nice", "idle"])  # idle: each of its waits is longer than a step
def test_who_stands_behind_others_at_the_only_processor_is_starved(idle):
    core = min(os.sched_getaffinity(0))
    with (process(sys.executable, "-c", WORKS, core=core),
          process(sys.executable, "-c", WORKS, core=core, nice=19, idle=idle) as slow, watched(slow.pid) as seen):
        assert comes_to(lambda: seen.worst_ms(STRETCH_MS) > STRETCH_MS / 2)


def test_who_sleeps_is_slow_by_himself():
    with process("sleep", "60") as slow:
        assert comes_to(lambda: state_of(slow.pid) == "S"
                        and Path(f"/proc/{slow.pid}/comm").read_text() == "sleep\n")
        with watched(slow.pid) as seen:
            time.sleep(10 * STEP_S)
        assert seen.worst_ms(STRETCH_MS) == 0


WAITS_LIKE_AT_A_DISK = """
import ctypes, os, time
if not ctypes.CDLL(None).vfork():
    time.sleep(600)
    os._exit(0)
"""


def state_of(pid):
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]


def test_who_waits_for_what_no_signal_ends_is_starved():
    """Who called vfork waits for its child in the state in which others wait for their disk."""
    with process(sys.executable, "-c", WAITS_LIKE_AT_A_DISK) as slow:
        assert comes_to(lambda: state_of(slow.pid) == "D")
        try:
            with watched(slow.pid) as seen:
                assert comes_to(lambda: seen.worst_ms(STRETCH_MS) > STRETCH_MS / 2)
        finally:
            for child in Path(f"/proc/{slow.pid}/task/{slow.pid}/children").read_text().split():
                os.kill(int(child), signal.SIGKILL)


def test_nothing_is_seen_of_a_process_that_is_none():
    with watched(None) as seen:
        time.sleep(2 * STEP_S)
    assert seen.worst_ms(STRETCH_MS) == 0


def test_what_waits_at_the_host_is_put_to_nobody_else():
    """A host that has a fifth of its time answers late, and the terminal in front of it is not accused."""
    over = threading.Event()
    with process(sys.executable, "-c", WORKS) as host, process("sleep", "600") as terminal:
        slicing = threading.Thread(target=sliced, args=(host.pid, over))
        seen = Starved({TERMINAL: lambda: terminal.pid, HOST: lambda: host.pid}, STRETCH_MS)
        slicing.start()
        try:
            assert comes_to(lambda: seen.too_much() is not None)
            assert seen.lost_ms() > STRETCH_MS / 2
            assert "kept from its processor or disk" in seen.too_much().en
        finally:
            over.set()
            slicing.join()
            seen.close()


def test_what_is_lost_while_nothing_is_waited_for_any_more_is_no_excuse():
    """A terminal that owes a reversal and is given half a minute for it is not excused by a second at its end."""
    over, began_s = threading.Event(), time.monotonic()
    with process("sleep", "600") as terminal:
        seen = Starved({TERMINAL: lambda: terminal.pid}, STRETCH_MS)
        judged = Starved({TERMINAL: lambda: terminal.pid}, STRETCH_MS, lambda: began_s - 600)
        slicing = threading.Thread(target=sliced, args=(terminal.pid, over))
        slicing.start()
        try:
            assert comes_to(lambda: seen.too_much() is not None)
            assert (judged.lost_ms(), judged.too_much()) == (0.0, None)
        finally:
            over.set()
            slicing.join()
            seen.close()
            judged.close()


def test_what_the_bench_itself_is_late_by_counts_too():
    """While somebody keeps the interpreter's one lock for himself no look comes."""
    seen = Starvation(lambda: None)
    try:
        assert comes_to(lambda: _hold_up() == 0 and seen.own_worst_ms(STRETCH_MS) > 2 * STEP_S * 1_000)
        assert seen.worst_ms(STRETCH_MS) == 0.0  # there is no terminal that waited
    finally:
        seen.close()


def _hold_up():
    """One call that does not let the lock go, six steps long."""
    return ctypes.PyDLL(None).usleep(int(6 * STEP_S * 1_000_000))


# ---- what becomes of it ----------------------------------------------------------------------

WRONG = Told("the reversal never came", "冲正没有来")
STARVED = Told("no processor", "没有处理器")


def check(*, missed_by_ms=0.0, act=lambda _: None, **more):
    rule = Rule("always_wrong", WRONG, "", lambda _: Reading(
        value="", limit="", wrong=(Wrong(what=WRONG, missed_by_ms=missed_by_ms),)))
    return Check(id="REV-01", title=WRONG, rule=WRONG, source="", act=act, must=(rule,), judged=False, **more)


@pytest.mark.parametrize(("starved", "missed_by_ms", "outcome"), [
    (None, 0, Outcome.FAILED), (STARVED, 0, Outcome.INCONCLUSIVE), (STARVED, 700, Outcome.INCONCLUSIVE),
    (STARVED, 900, Outcome.FAILED), (None, 900, Outcome.FAILED),
])
def test_what_is_wrong_of_a_starved_terminal_is_not_held_against_it(starved, missed_by_ms, outcome):
    """Unless it missed a time by more than it was kept waiting."""
    result = result_of(check(missed_by_ms=missed_by_ms), Evidence(seen=(), late_ms=800, starved=starved))
    assert result.outcome is outcome
    assert WRONG.en in result.why.en


@pytest.mark.parametrize("outcome", results.Outcome)
def test_a_case_of_a_sweep_that_a_starved_terminal_lost_is_not_decided(outcome):
    found, why, is_starved = results.unless_starved(outcome, (), STARVED)
    is_against = outcome in (results.Outcome.FAILED, results.Outcome.NOT_REACHED)
    assert is_starved is is_against
    assert found is (results.Outcome.UNSURE if is_against else outcome)
    assert [each.en for each in why] == ([STARVED.en] if is_against else [])
    assert results.unless_starved(outcome, (), None) == (outcome, (), False)


@pytest.mark.live
@pytest.mark.parametrize(("slices", "timeout", "outcome"), [
    (True, "1s", Outcome.INCONCLUSIVE), (False, "60s", Outcome.FAILED)])
def test_a_virtual_device_that_is_kept_from_working_is_not_accused_and_one_that_is_slow_is(tmp_path, slices, timeout, outcome):
    """The slow one writes for a second before each request; nobody keeps it from anything."""
    tried = []

    def act(stage):
        over = threading.Event()
        tried.append(stage)
        slicing = threading.Thread(target=sliced, args=(stage.rig.processes()["device"], over))
        if slices:
            slicing.start()
            assert comes_to(lambda: stage.rig.starved.too_much() is not None)
        over.set()
        if slices:
            slicing.join()
        stage.do("sale", Kind.SALE)

    asked = check(act=act, settings={"reply_timeout": timeout}, options=() if slices else ("--store-takes", "1s"))
    with Lateness() as lateness:
        found = carry_out(asked, CaseSetting(bench=read_bench("fixtures/benches/virtual.toml"), folder=tmp_path), lateness)
    assert found.outcome is outcome, found.why
    assert len(tried) == (2 if slices else 1)  # what is not decided is tried once more
    assert ("kept from its processor or disk" in found.why.en) is slices
