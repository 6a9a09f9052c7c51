"""Whoever started the tests, what they start hears every signal; and who was to ignore one goes on ignoring it."""

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import os, signal, subprocess, sys
{before}
for number in (signal.SIGINT, signal.SIGHUP):
    os.kill(os.getpid(), number)
    child = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL)
    child.send_signal(number)
    try:
        print(child.communicate(b"\\n", 30) and child.returncode)
    except BrokenPipeError:
        print(child.wait(30))
"""
HEARD = "from tests.signals_of_children import children_hear_signals; children_hear_signals()"


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
@pytest.mark.parametrize(("before", "ends"), [("", [0, 0]), (HEARD, [-signal.SIGINT, -signal.SIGHUP])])
def test_of_a_process_that_ignores_signals_the_children_hear_them(before, ends):
    done = subprocess.run(
        ["bash", "-c", 'trap "" INT HUP; exec "$@"', "bash", sys.executable, "-c", PROGRAM.format(before=before)],
        capture_output=True, check=True, text=True, timeout=120)
    assert [int(each) for each in done.stdout.split()] == ends
