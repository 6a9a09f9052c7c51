"""One process of a virtual bench: started, spoken to over its control port, stopped or killed."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import IO, TypeVar

import msgspec

from hil.control.bench_error import BenchError
from hil.control.control import ANSWER_TIMEOUT_S, PROMPT_S, Connect, ControlClient, Request
from hil.control.live_process import PARENT
from hil.ports.ports import Address, PortError, SilentError, parse_address
from hil.processes.living import LIVING
from hil.processes.nursery import WARM, WarmChild
from hil.processes.trouble import Trouble, ended, stopped
from simulator.catalogue.language import VARIABLE

PROGRAM = (sys.executable, "-m", "hil.commands.entry")
END_SEEN_S = 0.5  # between the end of its line and that of a process
STOP_S = 20.0  # to end in good order, before it is killed

LOOK_AGAIN_S = 0.02
PATIENCE_S = 120.0  # a bench that waits longer is broken
T = TypeVar("T", bound=msgspec.Struct)
Seen = TypeVar("Seen")


class Where(msgspec.Struct, frozen=True):
    """Where on this machine a process is: here, or in a network namespace."""

    words: tuple[str, ...] = ()  # that run a command there
    connect: Connect = socket.create_connection  # to a port there


HERE = Where()


class BenchProcess:
    """A host or a device as a child process."""

    def __init__(
        self, name: str, arguments: Sequence[str], errors: Path, where: Where = HERE,
        answer_s: float = ANSWER_TIMEOUT_S,
    ) -> None:
        """Start it and wait until its ports are open; ``BenchError`` with its words if it ends.

        ``answer_s``: who does not answer at the control port for so long is stuck.
        """
        self.name = name
        self._errors = errors
        self._where = where
        self._answer_s = answer_s
        with errors.open("ab") as file:
            self._process = _started(arguments, file, where)
        LIVING.add(self._process)
        self._is_told_to_end = False
        self.ports: dict[str, Address] = {}
        self.said: dict[str, str] = {}  # where it says that it is, by what: "ecr on /dev/pts/3"
        try:
            while "control" not in self.ports:
                self._read_port()
            self.control = self.another_control()
        except BaseException:
            self.kill()
            raise

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def another_control(self) -> ControlClient:
        """A further connection to its control port."""
        return ControlClient(self.ports["control"], self._answer_s, self._where.connect)

    def ask(self, request: Request, answer: type[T], within_s: float | None = None) -> T:
        """Ask over the control port; ``PortError`` says that it has ended, where it has."""
        with self._ends_are_told():
            return self.control.ask(request, answer, within_s)

    def do(self, request: Request, within_s: float | None = None) -> None:
        """Ask for something whose answer has no facts; as :meth:`ask`."""
        with self._ends_are_told():
            self.control.do(request, within_s)

    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self._process.poll() is None

    def trouble(self) -> Trouble | None:
        """What befell it that nobody here asked for; None where it runs, or was told to end."""
        status = self._process.poll()
        if status is not None:
            return None if self._is_told_to_end else ended(self.name, self.pid, status, self.words())
        return stopped(self.name, self.pid)

    def interrupt(self, number: signal.Signals) -> int:
        """Send it a signal and wait for its end; the exit status."""
        self._is_told_to_end = True
        self._process.send_signal(number)
        return self._close()

    def wait(self) -> int:
        """Wait for its end; the exit status."""
        return self._close()

    def has_died(self) -> bool:
        """Whether it ended by SIGKILL; waits for its end."""
        return self._close() == -signal.SIGKILL

    def kill(self) -> None:
        """SIGKILL, wherever it is."""
        self._is_told_to_end = True
        self._process.kill()
        self._close()

    def stop(self, request: Request) -> int:
        """End it in good order; the exit status."""
        self._is_told_to_end = True
        with contextlib.suppress(PortError):
            self.do(request, PROMPT_S)
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
        return self._close()

    def words(self) -> str:
        """What it wrote to standard error."""
        return self._errors.read_text("utf-8", "replace").strip()

    @contextlib.contextmanager
    def _ends_are_told(self) -> Iterator[None]:
        """A line that broke since the process ended says that, and not that a line broke."""
        try:
            yield
        except SilentError:
            raise
        except PortError as error:
            with contextlib.suppress(subprocess.TimeoutExpired):
                status = self._process.wait(END_SEEN_S)
                raise PortError(": ".join(filter(None, (
                    f"{self.name} ended with status {status}", self.words())))) from error
            raise

    def _read_port(self) -> None:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().decode("utf-8", "replace").strip()
        if not line:
            status = self._process.wait()
            raise BenchError(f"{self.name} ended with status {status}: {self.words()}")
        what, _, address = line.partition(" on ")
        self.said[what] = address
        with contextlib.suppress(PortError):
            self.ports[what] = parse_address(address)

    def _close(self) -> int:
        status = self._process.wait()
        LIVING.remove(self._process)
        if self._process.stdout is not None:
            self._process.stdout.close()
        if hasattr(self, "control"):
            self.control.close()
        return status


def _started(
    arguments: Sequence[str], errors: IO[bytes], where: Where,
) -> subprocess.Popen[bytes] | WarmChild:
    """By a warm parent where there is one, and it need not be elsewhere."""
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", VARIABLE: "en", PARENT: str(os.getpid())}
    nursery = WARM.nursery
    if nursery is not None and not where.words:
        return nursery.start(arguments, environment, errors)
    return subprocess.Popen(  # noqa: S603 - our own program
        [*where.words, *PROGRAM, *arguments], stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=errors,
        env=environment, process_group=0)  # Ctrl-C is for who started it


def wait_until(
    what: str, look: Callable[[], Seen], met: Callable[[Seen], bool], patience_s: float = PATIENCE_S,
) -> Seen:
    """Look again and again until a condition is met; ``BenchError`` if it never is."""
    deadline_s = time.monotonic() + patience_s
    while True:
        LIVING.go_on()
        seen = look()
        if met(seen):
            return seen
        if time.monotonic() > deadline_s:
            raise BenchError(f"waited in vain for {what}; last seen: {seen}")
        time.sleep(LOOK_AGAIN_S)


__all__ = ["PATIENCE_S", "BenchError", "BenchProcess", "wait_until"]
