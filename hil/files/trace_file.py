"""A trace in a file while it happens: each record is handed to the system before the next effect.

A killed process loses nothing of it.  It judges nothing and leaves nothing out.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from io import FileIO
from pathlib import Path

import msgspec

from hil.files.nvm_file import unwritten, write_all
from hil.files.one_owner import StateError
from simulator.trace.records import AnyRecord, Record, from_line, to_line


class TraceFile:
    """Appends records to a file; a run after a restart goes on in the same file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._is_new = not os.path.lexists(path)
        try:
            cut_torn_line(path)
            self._file = FileIO(path, "a")
        except OSError as error:
            raise StateError(f"{path}: {error.strerror}") from error

    @classmethod
    def replaced(cls, path: Path, lines: Iterable[bytes]) -> TraceFile:
        """A trace file that holds these lines and nothing else, whatever was in it before."""
        trace = cls(path)
        try:
            path.write_bytes(b"".join(line + b"\n" for line in lines))
        except OSError as error:
            trace.withdraw()
            raise StateError(f"{path}: {error.strerror}") from error
        return trace

    def emit(self, record: Record) -> None:
        """Write one record."""
        self.write(to_line(record))

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
        self.close()
        if self._is_new:
            self._path.unlink(missing_ok=True)


def cut_torn_line(path: Path) -> None:
    """Cut off a last line that has no end."""
    if not path.exists():
        return
    data = path.read_bytes()
    whole = data.rfind(b"\n") + 1
    if whole != len(data):
        with path.open("r+b") as file:
            file.truncate(whole)


def read_trace(path: Path) -> list[AnyRecord]:
    """All records of a trace file; a torn last line is left out.  ``StateError`` if it is none."""
    records: list[AnyRecord] = []
    try:
        lines = path.read_bytes().split(b"\n")[:-1]
    except OSError as error:
        raise StateError(f"{path}: {error.strerror}") from error
    for number, line in enumerate(lines, 1):
        try:
            records.append(from_line(line))
        except msgspec.DecodeError as error:
            raise StateError(f"{path}: line {number} is no trace record: {error}") from error
    return records
