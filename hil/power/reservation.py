"""One bench for a terminal, a serial port, a power socket: a lock on this machine that says who holds it.

The lock is on a file of its own for each name, in a folder of this user's, held by the system for as
long as the process lives: a killed bench leaves none.  What the file says is for people only; whether
it is held, the lock alone decides.  A serial device is one name, whichever link leads to it.
"""

from __future__ import annotations

import contextlib
import getpass
import hashlib
import os
import re
import stat
import sys
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Self

import msgspec

from hil.control.bench_error import BenchError
from hil.control.live_process import wall_ms
from hil.power.power_words import HELD, HELD_BY_NOBODY_KNOWN, NO_RUNTIME, NOT_OURS
from simulator.catalogue.system_words import system_words
from simulator.local_time import datetime_at

if sys.platform != "win32":
    import fcntl

    _NO_LINK = os.O_NOFOLLOW

    def _lock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)

    def _unlock(descriptor: int) -> None:
        fcntl.flock(descriptor, fcntl.LOCK_UN)  # a child of the moment has the same lock
else:
    import msvcrt

    _NO_LINK = 0

    def _lock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)

    def _unlock(descriptor: int) -> None:
        msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)

VARIABLE = "DAOZHANG_RUNTIME"  # in the environment: the folder of the locks, where the usual one will not do
PRIVATE_FOLDER, PRIVATE = 0o700, 0o600
_NOT_IN_A_NAME = re.compile(r"[^A-Za-z0-9]+")
_OPEN: set[int] = set()  # descriptors of this process, which its forked children must not keep
_TURN = threading.Lock()


class ReservationError(BenchError):
    """Another bench has it, or nobody can say; the text names who."""


class Holder(msgspec.Struct, frozen=True):
    """Who holds a name, and since when."""

    name: str
    who: str  # the bench
    user: str
    process: int
    since_ms: int


class Reservation:
    """Some names, held until ``release``, all of them or none."""

    def __init__(self, names: Iterable[str], who: str) -> None:
        """Take them for a bench; ``ReservationError`` where another has one of them."""
        self.names = tuple(dict.fromkeys(one_name(each) for each in names))
        self._descriptors: list[int] = []
        try:
            for name in self.names:
                self._take(name, who)
        except BaseException:
            self.release()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None,
    ) -> None:
        self.release()

    def release(self) -> None:
        """Let another have them."""
        while self._descriptors:
            descriptor = self._descriptors.pop()
            with contextlib.suppress(OSError):
                os.ftruncate(descriptor, 0)
                _unlock(descriptor)
            _OPEN.discard(descriptor)
            os.close(descriptor)

    def _take(self, name: str, who: str) -> None:
        path = _path(name)
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | _NO_LINK, PRIVATE)
        except OSError as error:
            raise ReservationError(NO_RUNTIME.say(path=path, error=system_words(error))) from error
        try:
            _lock(descriptor)
        except OSError as error:
            os.close(descriptor)
            raise _held(name, holder_of(name)) from error
        with _TURN:
            _OPEN.add(descriptor)
        self._descriptors.append(descriptor)
        holder = Holder(name, who, _user(), os.getpid(), wall_ms())
        os.ftruncate(descriptor, 0)
        os.write(descriptor, msgspec.json.encode(holder))


def one_name(name: str) -> str:
    """A name whichever way it is written: a path that leads to a device is the device.

    >>> one_name("tcp:127.0.0.1:8583")
    'tcp:127.0.0.1:8583'
    """
    kind, colon, rest = name.partition(":")
    path = rest.partition("?")[0]
    if colon and kind == "serial" and path.startswith("/"):
        return f"serial:{os.path.realpath(path)}"
    return name


def holder_of(name: str) -> Holder | None:
    """Who wrote that it holds a name; None where nobody did."""
    try:
        return msgspec.json.decode(_path(one_name(name)).read_bytes(), type=Holder)
    except (OSError, msgspec.DecodeError, UnicodeDecodeError):
        return None


def is_free(name: str) -> bool:
    """Whether nobody holds a name; takes it for a moment to know."""
    try:
        Reservation([name], "").release()
    except ReservationError:
        return False
    return True


def _held(name: str, holder: Holder | None) -> ReservationError:
    if holder is None:
        return ReservationError(HELD_BY_NOBODY_KNOWN.say(name=name))
    since = datetime_at(holder.since_ms).strftime("%Y-%m-%d %H:%M:%S")
    return ReservationError(HELD.say(
        name=name, who=holder.who, process=holder.process, user=holder.user, since=since))


def _path(name: str) -> Path:
    readable = _NOT_IN_A_NAME.sub("-", name).strip("-")[-40:]
    return folder() / f"{readable}-{hashlib.sha256(name.encode()).hexdigest()[:16]}.lock"


def folder() -> Path:
    """Where the locks of this user are; ``ReservationError`` where another could have put it there."""
    given = os.environ.get(VARIABLE)
    path = Path(given) if given else _usual_folder()
    try:
        path.mkdir(mode=PRIVATE_FOLDER, exist_ok=True)
        found = path.lstat()
    except OSError as error:
        raise ReservationError(NO_RUNTIME.say(path=path, error=system_words(error))) from error
    if not stat.S_ISDIR(found.st_mode) or (os.name == "posix" and found.st_uid != os.getuid()):
        raise ReservationError(NOT_OURS.say(path=path, variable=VARIABLE))
    return path


def _usual_folder() -> Path:
    """The same for every process of this user, whatever its environment says."""
    if os.name != "posix":
        return Path(tempfile.gettempdir()) / "daozhang"
    runtime = Path(f"/run/user/{os.getuid()}")
    if os.access(runtime, os.W_OK):
        return runtime / "daozhang"
    return Path("/tmp") / f"daozhang-{os.getuid()}"  # noqa: S108 - the owner is looked at


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return str(os.getuid()) if os.name == "posix" else "user"


def _let_go_in_child() -> None:
    """A forked child would keep the lock after its parent's death."""
    for descriptor in list(_OPEN):
        with contextlib.suppress(OSError):
            os.close(descriptor)
    _OPEN.clear()


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_let_go_in_child)
