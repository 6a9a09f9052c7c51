"""What the live commands share: clear words for what cannot be, an orderly end, an exit status."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hil.live_clock import NS_PER_MS, LiveEnvironment, stopped_by_signals
from hil.one_owner import StateError
from hil.ports import PortError
from simulator.commands.inputs import ExitCode, InputError

_STATUS = {"SIGINT": ExitCode.INTERRUPTED}


def wall_ms() -> int:
    """The wall clock as Unix milliseconds."""
    return time.time_ns() // NS_PER_MS


def say(line: str) -> None:
    """One line for whoever started this process, at once."""
    sys.stdout.write(line + "\n")
    sys.stdout.flush()


@contextmanager
def clear_words() -> Iterator[None]:
    """Turn what the user's files and ports cannot do into one line and exit status 2."""
    try:
        yield
    except (PortError, StateError) as error:
        raise InputError(str(error)) from error


def run_until_stopped(env: LiveEnvironment, close: Callable[[], None]) -> int:
    """Follow the clock until stopped by request or signal; everything is closed after it."""
    with stopped_by_signals(env):
        try:
            reason = env.run_live()
        finally:
            close()
    return _STATUS.get(reason, ExitCode.PASSED)
