"""A program that we start ends with us, however we end: it is nobody's once we are gone."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from hil.processes.bound import KERNEL_KILLS, start_bound

pytestmark = pytest.mark.skipif(shutil.which(KERNEL_KILLS[0]) is None, reason=f"{KERNEL_KILLS[0]} is missing on this machine")
STARTS = """
import sys, threading, time
from pathlib import Path
from hil.processes.bound import start_bound
with open(sys.argv[1] + "/words", "wb") as words:
    started = []
    asks = threading.Thread(target=lambda: started.append(start_bound(["sleep", "60"], words)))
    asks.start()
    asks.join()  # who asked is gone; the program is not
    time.sleep(0.2)
    assert started[0].poll() is None
    print(started[0].pid, flush=True)
    {then}
"""
ENDS = {
    "killed": ("time.sleep(60)", signal.SIGKILL),
    "terminated": ("time.sleep(60)", signal.SIGTERM),
    "by an error": ("raise OSError('no room')", None),
    "in good order": ("pass", None),
}


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("how", ENDS)
def test_nothing_is_left_running_when_the_bench_ends(tmp_path, how):
    then, number = ENDS[how]
    bench = subprocess.Popen([sys.executable, "-c", STARTS.replace("{then}", then), str(tmp_path)],
                             stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    pid = int(bench.stdout.readline())
    if number is not None:
        bench.send_signal(number)
    bench.wait(20)
    bench.stdout.close()
    until_s = time.monotonic() + 5
    while is_running(pid) and time.monotonic() < until_s:
        time.sleep(0.01)
    assert not is_running(pid)


def test_it_has_the_number_of_what_was_asked_for_and_a_group_of_its_own(tmp_path):
    """Stopped, killed and looked for by that number; and a program that is not there is told."""
    with (tmp_path / "words").open("wb") as words:
        process = start_bound(["sleep", "60"], words)
        until_s = time.monotonic() + 5
        while Path(f"/proc/{process.pid}/comm").read_text().strip() != "sleep" and time.monotonic() < until_s:
            time.sleep(0.01)
        assert Path(f"/proc/{process.pid}/comm").read_text().strip() == "sleep"
        assert os.getpgid(process.pid) == process.pid
        process.kill()
        assert process.wait() == -signal.SIGKILL
        assert start_bound(["/nowhere/at/all"], words).wait(20) != 0
    assert "/nowhere/at/all" in (tmp_path / "words").read_text()
