"""A trace in a file while it happens: each record is handed to the system before the next effect.

A killed process loses nothing of it.  It judges nothing and leaves nothing out.  It is written over
nothing but a trace, and one process at a time writes it, whatever the file is called.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable
from io import FileIO
from itertools import islice
from pathlib import Path

import msgspec

from hil.files.nvm_file import unwritten, write_all
from hil.files.one_owner import StateError, lock_file, real_path, still_at
from simulator.commands.file_kinds import ANY_TRACE, TRACE_OF_RUN, FileKind, head_is_not_ours
from simulator.trace.records import AnyRecord, Record, from_line, to_line

_HEAD = 64
_PIECE = 65_536
_LINES = 1_000  # written at once


class TraceFile:
    """Appends records to a file; a run after a restart goes on in the same file."""

    def __init__(self, path: Path, kind: FileKind = ANY_TRACE) -> None:
        """Open or create; ``StateError`` for a file that is no trace of this kind or is in use."""
        self._path = path
        self._real = real_path(path)
        self._is_new = not self._real.exists()
        try:
            self._file = _opened(self._real)
        except OSError as error:
            raise StateError(f"{path}: {error.strerror}") from error
        try:
            self._begin(kind)
        except OSError as error:
            self.withdraw()
            raise StateError(f"{path}: {error.strerror}") from error
        except StateError:
            self._is_new = False  # whoever has it made it
            self.withdraw()
            raise

    @classmethod
    def replaced(cls, path: Path, lines: Iterable[bytes]) -> TraceFile:
        """A trace of a run that holds these lines and nothing else, whatever run it was of."""
        trace = cls(path, TRACE_OF_RUN)
        try:
            trace._file.truncate(0)
            _write_lines(trace._file, lines)
        except OSError as error:
            trace.withdraw()
            raise StateError(f"{path}: {error.strerror}") from error
        return trace

    @classmethod
    def continued(
        cls, path: Path, size: int, first: bytes, last: bytes, lines: Iterable[bytes],
    ) -> TraceFile | None:
        """A trace of a run whose beginning stands there already: so many bytes, from one line to another.

        What stands behind them makes place for these lines.  None where another beginning is there.
        """
        if not size or not path.is_file():
            return None
        trace = cls(path, TRACE_OF_RUN)
        try:
            if not _stands(trace._file, 0, first) or not _stands(trace._file, size - len(last) - 1, last):
                trace.close()
                return None
            trace._file.truncate(size)
            _write_lines(trace._file, lines)
        except OSError as error:
            trace.close()
            raise StateError(f"{path}: {error.strerror}") from error
        return trace

    def emit(self, record: Record) -> None:
        """Write one record."""
        self.write(to_line(record))
        self.still_there()

    def still_there(self) -> None:
        """``StateError`` where somebody has removed, moved or replaced the file meanwhile."""
        still_at(self._real, os.fstat(self._file.fileno()))

    def write(self, line: bytes) -> None:
        """Write one record as its line."""
        try:
            write_all(self._file, line + b"\n")
        except OSError as error:
            raise StateError(unwritten(self._path, error)) from error

    def close(self) -> None:
        """No more records."""
        self._file.close()

    def withdraw(self) -> None:
        """The start is refused: a file that was not there before is gone again."""
        if self._is_new:
            self._real.unlink(missing_ok=True)
        self.close()

    def _begin(self, kind: FileKind) -> None:
        """Take the file for ourselves, if it is one for us, and make it whole."""
        descriptor = self._file.fileno()
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise StateError(f"{self._path}: is no regular file")
        lock_file(self._path, descriptor, "host or device")
        self._file.seek(0)
        if why := head_is_not_ours(self._file.read(_HEAD), kind):
            raise StateError(f"{self._path}: {why}")
        cut_torn_line(self._file)


def _write_lines(file: FileIO, lines: Iterable[bytes]) -> None:
    rest = iter(lines)
    while some := list(islice(rest, _LINES)):
        write_all(file, b"".join(line + b"\n" for line in some))


def _stands(file: FileIO, at: int, line: bytes) -> bool:
    """Whether this line stands whole at a place."""
    if at < 0:
        return False
    file.seek(at)
    return file.read(len(line) + 1) == line + b"\n"


def _opened(path: Path) -> FileIO:
    """Opened to be read and appended to; never waits for the other end of a pipe."""
    flags = os.O_RDWR | os.O_APPEND | os.O_CREAT | (os.O_NONBLOCK if os.name == "posix" else 0)
    return FileIO(os.open(path, flags, 0o666), "a+")


def cut_torn_line(file: FileIO) -> None:
    """Cut off a last line that has no end."""
    end = file.seek(0, os.SEEK_END)
    at = end
    while at:
        begin = max(0, at - _PIECE)
        file.seek(begin)
        found = file.read(at - begin).rfind(b"\n")
        if found >= 0:
            at = begin + found + 1
            break
        at = begin
    if at != end:
        file.truncate(at)


def read_trace(path: Path) -> list[AnyRecord]:
    """All records of a trace file; a torn last line is left out.  ``StateError`` if it is none."""
    records: list[AnyRecord] = []
    real = real_path(path)
    try:
        lines = real.read_bytes().split(b"\n")[:-1]
    except OSError as error:
        raise StateError(f"{path}: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        try:
            records.append(from_line(line))
        except msgspec.DecodeError as error:
            raise StateError(f"{path}: line {number} is no trace record: {error}") from error
    return records
