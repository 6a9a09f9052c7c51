"""Processes that work beside this one, and end with it: also where nobody has the patience to wait for them."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from types import FrameType


@contextmanager
def crew(jobs: int) -> Iterator[ProcessPoolExecutor]:
    """So many processes; in the main thread.

    What is begun is waited for at the end, so that one Ctrl-C keeps it; a second one ends it at once.
    """
    came = 0

    def hears(_number: int, _frame: FrameType | None) -> None:
        nonlocal came
        came += 1
        if came == 1:
            raise KeyboardInterrupt
        for each in multiprocessing.active_children():
            each.kill()

    pool = ProcessPoolExecutor(jobs, initializer=_leave_interrupts)
    before = signal.getsignal(signal.SIGINT)
    if before is not signal.SIG_IGN:
        signal.signal(signal.SIGINT, hears)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)
        signal.signal(signal.SIGINT, before)


def _leave_interrupts() -> None:
    """A process at work hears of an interruption from the one that asked."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
