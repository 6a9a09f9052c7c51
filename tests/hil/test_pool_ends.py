"""A pool that must end at once ends the processes of what is under way, and nothing is waited for."""

import subprocess
import sys
import threading
import time

import pytest

from hil.control.bench_error import BenchError
from hil.processes.living import LIVING
from hil.processes.pool import Pool

SLEEPS = [sys.executable, "-c", "import time; time.sleep(600)"]


class EndedError(SystemExit):
    """As a signal that ends the program."""


def test_a_signal_ends_the_processes_of_what_is_under_way() -> None:
    started: list[subprocess.Popen[bytes]] = []
    lock = threading.Lock()

    def wait_for_a_process(_: int) -> int:
        process = subprocess.Popen(SLEEPS)
        LIVING.add(process)
        with lock:
            started.append(process)
        status = process.wait()
        LIVING.remove(process)
        return status

    def look(_: int) -> None:
        if len(started) == 3:
            raise EndedError(143)

    pool = Pool(wait_for_a_process, 3, on_done=lambda _: None, on_look=look)
    began_s = time.monotonic()
    with pytest.raises(EndedError):
        pool.run(range(10))
    assert time.monotonic() - began_s < 60  # of 600: nothing was waited for
    assert [process.wait() for process in started] == [-9, -9, -9]


def test_what_starts_while_all_ends_is_ended_and_said() -> None:
    with LIVING.ended():
        process = subprocess.Popen(SLEEPS)
        with pytest.raises(BenchError, match="told to end"):
            LIVING.add(process)
        assert process.wait() == -9
    LIVING.add(process)
    LIVING.remove(process)


def test_interrupted_once_lets_what_is_under_way_end() -> None:
    done: list[int] = []
    looks: list[int] = []
    told: list[str] = []

    def look(_: int) -> None:
        looks.append(1)
        if len(looks) == 1:
            raise KeyboardInterrupt

    def work(number: int) -> int:
        time.sleep(0.3)
        return number

    pool = Pool(work, 2, on_done=done.append, on_look=look, on_stop=lambda: told.append("ends"))
    assert not pool.run(range(50))
    assert 2 <= len(done) < 50
    assert told == ["ends"]
