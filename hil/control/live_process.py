"""What the live commands share: clear words for what cannot be, an orderly end, an exit status."""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from hil.clock.live_clock import NS_PER_MS, LiveEnvironment, stopped_by_signals
from hil.control.live_words import HEARD
from hil.files.one_owner import StateError
from hil.ports.leaving import LEAVING
from hil.ports.limits import LimitError
from hil.ports.ports import PortError
from simulator.commands.inputs import ExitCode, InputError

PARENT = "DAOZHANG_PARENT"  # in the environment: process id of the bench that started this one
LOOK_FOR_PARENT_S = 0.5
LONGEST_END_S = 1.0  # for all ports together to let leave what was written
_STATUS = {"SIGINT": int(ExitCode.INTERRUPTED), "SIGHUP": 129}


def wall_ms() -> int:
    """The wall clock as Unix milliseconds."""
    return time.time_ns() // NS_PER_MS


def say(line: str) -> None:
    """One line for whoever started this process, in its language, at once."""
    sys.stdout.write(HEARD.say(line) + "\n")
    sys.stdout.flush()


@contextmanager
def clear_words() -> Iterator[None]:
    """Turn what the user's files and ports cannot do into one line and exit status 2."""
    try:
        yield
    except (PortError, StateError, LimitError) as error:
        raise InputError(str(error)) from error


def stop_with_parent(env: LiveEnvironment) -> None:
    """Where a bench started this process: stop once the bench has gone, however it went."""
    parent = os.environ.get(PARENT)
    if not parent or os.name != "posix":  # elsewhere a launcher may stand in between
        return

    def watch() -> None:
        never = threading.Event()
        while str(os.getppid()) == parent:
            never.wait(LOOK_FOR_PARENT_S)
        env.stop("the bench has gone")

    threading.Thread(target=watch, name="watch parent", daemon=True).start()


def run_until_stopped(env: LiveEnvironment, close: Callable[[], None]) -> int:
    """Follow the clock until stopped by request or signal; everything is closed after it."""
    stop_with_parent(env)
    with stopped_by_signals(env):
        try:
            reason = env.run_live()
        finally:
            close()
            LEAVING.wait(LONGEST_END_S)
    return _STATUS.get(reason, ExitCode.PASSED)
