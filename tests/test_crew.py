"""Work on several processes ends when it is interrupted, however often."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

PROGRAM = """
import sys, time
from simulator.crew import crew

def slow(number):
    time.sleep(number)
    return number

with crew(2) as pool:
    try:
        works = [pool.submit(slow, number) for number in (0, 0, {longest}, {longest})]
        print(works[0].result() + works[1].result(), "began", flush=True)
        works[2].result()
    except KeyboardInterrupt:
        print("interrupted", flush=True)
print("kept", flush=True)
"""
LONG_S, PATIENCE_S = 300, 60


def interrupted(times: int, longest: int) -> list[str]:
    """What a program says that is interrupted so often."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(longest=longest)], stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    said = [process.stdout.readline().strip()]
    for _ in range(times):
        process.send_signal(signal.SIGINT)
        if len(said) == 1:
            said.append(process.stdout.readline().strip())
    rest, _ = process.communicate(timeout=PATIENCE_S)
    return [*said, *rest.split()]


@pytest.mark.parametrize("times", [1, 2])
def test_what_is_begun_is_waited_for_and_a_second_interrupt_ends_it(times):
    assert interrupted(times, 1 if times == 1 else LONG_S) == ["0 began", "interrupted", "kept"]
