"""A terminal that is a process: its power is its life.  Off is SIGKILL, hang is SIGSTOP, resume SIGCONT.

The process is this supply's own, started by a command, or somebody else's, who says which one it is
and how it is started again.
"""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Protocol

import msgspec

from hil.control.bound import start_bound
from hil.control.errand import check_command, check_range
from hil.control.outside_words import NO_PROGRAM
from hil.power.power import Ability, PowerError
from hil.power.power_words import ENDED
from hil.power.supply import PowerTimes
from simulator.catalogue.system_words import system_words

LONGEST_START_MS = 600_000
LOOK_AGAIN_S = 0.01
DIES_WITHIN_S = 10.0
LAST_WORDS = 300


class ProcessSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, tag_field="driver",
                      tag="process"):
    """A command that is the terminal, an emulator for example; it is killed with all that it started."""

    command: tuple[str, ...]
    folder: str = ""  # where it runs; "" for the one of the bench
    starts_within_ms: int = 200  # what ends sooner has not started
    times: PowerTimes = PowerTimes()

    def __post_init__(self) -> None:
        check_command("command", self.command, ())
        check_range("starts_within_ms", self.starts_within_ms, 0, LONGEST_START_MS)


class Body(Protocol):
    """A process that a terminal lives in, through as many as it takes."""

    name: str

    def start(self) -> None:
        """A new one; ``BenchError`` where it does not come up."""

    def is_running(self) -> bool:
        """Whether it has not ended."""

    def signal(self, number: signal.Signals) -> None:
        """Send it a signal; with SIGKILL it has ended when this returns."""


class ProcessSwitch:
    """Off is SIGKILL, on a new process."""

    can = frozenset({Ability.HANG, Ability.READ_BACK})

    def __init__(self, body: Body, *, owned: bool = True) -> None:
        """``owned``: killed when this is closed."""
        self.name = body.name
        self._body = body
        self._owned = owned

    def switch(self, *, on: bool) -> None:
        """Kill it, or start one where none runs."""
        if on and not self._body.is_running():
            self._body.start()
        elif not on and self._body.is_running():
            self._body.signal(signal.SIGKILL)

    def ask(self) -> bool | None:
        """Whether it runs."""
        return self._body.is_running()

    def hang(self) -> None:
        """SIGSTOP."""
        self._body.signal(signal.SIGSTOP)

    def resume(self) -> None:
        """SIGCONT."""
        self._body.signal(signal.SIGCONT)

    def close(self) -> None:
        """Nothing of ours is left behind."""
        if self._owned:
            self.switch(on=False)


class CommandBody:
    """A process of our own, started by a command as the head of a group, so that its children go with it."""

    def __init__(self, name: str, settings: ProcessSettings, output: Path) -> None:
        """``output``: where its words go, behind those of the process before it."""
        self.name = name
        self._settings = settings
        self._output = output
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """A new one."""
        settings = self._settings
        with self._output.open("ab") as output:
            begins = output.tell()
            self._process = process = self._popen(output)
        try:
            status = process.wait(settings.starts_within_ms / 1_000)
        except subprocess.TimeoutExpired:
            return
        raise PowerError(ENDED.say(
            name=self.name, within_ms=settings.starts_within_ms, status=status, error=self._words(begins)))

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process is not None and self._process.poll() is None

    def signal(self, number: signal.Signals) -> None:
        """To the whole group."""
        if self._process is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._process.pid, number)
        if number is signal.SIGKILL:
            self._process.wait()

    def _popen(self, output: BinaryIO) -> subprocess.Popen[bytes]:
        settings = self._settings
        try:
            return start_bound(settings.command, output, settings.folder)
        except OSError as error:
            raise PowerError(NO_PROGRAM.say(
                name=self.name, program=settings.command[0], error=system_words(error))) from error

    def _words(self, begins: int) -> str:
        return self._output.read_bytes()[begins:].decode("utf-8", "replace").strip()[-LAST_WORDS:] or "-"


class GivenBody:
    """A process of somebody else, who started it and starts it again: a virtual device of a bench."""

    def __init__(self, name: str, pid: Callable[[], int | None], start: Callable[[], None]) -> None:
        """``pid`` gives None where none runs; who gives it takes note of an end by itself."""
        self.name = name
        self._pid = pid
        self._start = start

    def start(self) -> None:
        """Have its owner start it."""
        self._start()

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._pid() is not None

    def signal(self, number: signal.Signals) -> None:
        """To it alone."""
        pid = self._pid()
        if pid is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, number)
        ends_s = time.monotonic() + DIES_WITHIN_S
        while number is signal.SIGKILL and self._pid() is not None and time.monotonic() < ends_s:
            time.sleep(LOOK_AGAIN_S)
