"""What is started by a test hears every signal, whoever started the tests.

A shell starts what it puts into the background with SIGINT ignored, ``nohup`` with SIGHUP ignored, and what is
ignored stays so through fork and exec: a child that a test interrupts would never hear it. Something that is
*handled* is at its default again in what is exec'ed. So where a signal is ignored here, this process handles
it by doing nothing, which is the same for itself, and its children begin as people's do who type a command.
"""

from __future__ import annotations

import signal
from types import FrameType

NAMES = ("SIGINT", "SIGHUP", "SIGQUIT", "SIGTERM", "SIGUSR1")  # those that a test may send


def _goes_on(_number: int, _frame: FrameType | None) -> None:
    """Not the end of who was started so that it would not be."""


def children_hear_signals() -> None:
    for number in (signal.Signals[name] for name in NAMES if hasattr(signal, name)):
        if signal.getsignal(number) is signal.SIG_IGN:
            signal.signal(number, _goes_on)
