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

from hil.control.bound import KERNEL_KILLS, start_bound

pytestmark = pytest.mark.skipif(shutil.which(KERNEL_KILLS[0]) is None, reason=f"{KERNEL_KILLS[0]} is missing on this machine")
STARTS = """
import sys, threading, time
from pathlib import Path
from hil.control.bound import start_bound
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
        with pytest.raises(FileNotFoundError, match="/nowhere/at/all"):
            start_bound(["/nowhere/at/all"], words)
        with pytest.raises(PermissionError):
            start_bound([str(tmp_path / "words")], words)


def test_a_terminal_that_is_a_command_ends_with_its_bench(tmp_path):
    """The ``process`` power of a bench file: SIGKILL for the bench leaves no emulator behind."""
    starts = """
import sys, time
from pathlib import Path
from hil.power.process import CommandBody, ProcessSettings
body = CommandBody("sleep", ProcessSettings(command=("./own-sleep", "60"), folder=sys.argv[1]), Path(sys.argv[1]) / "words")
body.start()
print(body._process.pid, flush=True)
time.sleep(60)
"""
    (tmp_path / "own-sleep").symlink_to(shutil.which("sleep"))  # a path of the bench's folder
    bench = subprocess.Popen([sys.executable, "-c", starts, str(tmp_path)], stdout=subprocess.PIPE)
    pid = int(bench.stdout.readline())
    assert is_running(pid)
    bench.kill()
    bench.wait(20)
    bench.stdout.close()
    until_s = time.monotonic() + 5
    while is_running(pid) and time.monotonic() < until_s:
        time.sleep(0.01)
    assert not is_running(pid)
