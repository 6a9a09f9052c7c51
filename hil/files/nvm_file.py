"""A device's non-volatile memory in a file: each record is on the disk when ``append`` returns.

Its first line names the terminal: any other file, and the memory of another terminal, is refused
untouched.  A torn last record, as a power cut leaves it, is cut off.  Other damage is kept aside as
evidence and remembered in the journal.  The file has one owner; it does not know what a record means.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Iterable
from io import FileIO
from pathlib import Path
from zlib import crc32

import msgspec

from hil.files.one_owner import OneOwner, StateError, private
from simulator.machines.terminal.events import NvmRecord
from simulator.machines.terminal.journal import JournalDamage, compact, encode_record, read_journal
from simulator.machines.terminal.records import DamageFound

COMPACT_OVER = 256  # records
_NEW = ".new"
BESIDE = (_NEW,)


class MemoryOf(msgspec.Struct, frozen=True, tag_field="memory", tag="terminal"):
    """Whose memory it is; the first line of the file."""

    tid: str
    mid: str

    def line(self) -> bytes:
        r"""The line, with its checksum.

        >>> MemoryOf("10000001", "898000000000001").line()
        b'572ad375 {"memory":"terminal","tid":"10000001","mid":"898000000000001"}\n'
        """
        body = msgspec.json.encode(self)
        return b"%08x %s\n" % (crc32(body), body)


def memory_of(line: bytes) -> MemoryOf | None:
    """Whose memory begins with this line; None where it is no memory of a terminal."""
    try:
        owner = msgspec.json.decode(line[9:], type=MemoryOf)
    except msgspec.DecodeError:
        return None
    return owner if owner.line() == line else None


class NvmFile:
    """The memory of one device, open until ``close``."""

    def __init__(self, path: Path, terminal: MemoryOf, *, write_ms: int = 0) -> None:
        """Open or create; ``StateError`` where the file cannot be used, is in use or another's.

        ``write_ms``: so long a record takes, as it does in flash memory; nothing else goes on meanwhile.
        """
        self._write_s = write_ms / 1_000
        self._terminal = terminal
        self._head = terminal.line()
        self._owner = OneOwner(path, "device", BESIDE)
        self._path = self._owner.path
        self._file: FileIO | None = None
        self._records: list[NvmRecord] = []
        self._length = 0  # of what is whole
        self.recovered = ""  # what was damaged, "" for nothing; a torn last record is no damage
        try:
            self._open()
        except OSError as error:
            self.withdraw()
            raise StateError(f"{path}: {error.strerror}") from error
        except BaseException:
            self.withdraw()
            raise

    def append(self, record: NvmRecord) -> None:
        """Durable when this returns; ``StateError`` if it is not, and then nothing was added."""
        assert self._file is not None
        if self._write_s:
            time.sleep(self._write_s)  # a cut before it ends leaves nothing of the record
        try:
            write_all(self._file, encode_record(record))
            os.fsync(self._file.fileno())
        except OSError as error:
            with contextlib.suppress(OSError):
                self._file.truncate(self._length)
                self._file.seek(self._length)
            raise StateError(unwritten(self._path, error)) from error
        self._length = self._file.tell()
        self._records.append(record)
        if len(self._records) > COMPACT_OVER:
            self._replace(compact(self._records))

    def records(self) -> list[NvmRecord]:
        """All that is held, oldest first."""
        return list(self._records)

    def wipe(self) -> None:
        """A factory reset: empty when this returns."""
        self._replace([])

    def replace(self, records: Iterable[NvmRecord]) -> None:
        """Hold these instead of all that is held when this returns."""
        self._replace(list(records))

    def close(self) -> None:
        """Let another device have it."""
        self._close_file()
        self._owner.release()

    def withdraw(self) -> None:
        """The start is refused: close, and a memory that was not there before is gone again."""
        self._close_file()
        self._owner.withdraw()

    def _close_file(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None

    def _open(self) -> None:
        data = self._path.read_bytes()
        if self._head.startswith(data) and data != self._head:  # new, or torn while it was made
            self._replace([])
            return
        self._refuse_others(data)
        reading = read_journal(data[len(self._head):])
        self._records = list(reading.records)
        if reading.damage and not reading.torn_only:
            self._set_aside(data)
            self.recovered = "; ".join(self._place(damage).text() for damage in reading.damage)
            self._replace([*self._records, DamageFound(self.recovered)])
            return
        self._length = len(self._head) + reading.whole_bytes
        self._file = FileIO(self._path, "r+")
        self._file.seek(self._length)
        if reading.damage:
            self._file.truncate(self._length)
            os.fsync(self._file.fileno())

    def _refuse_others(self, data: bytes) -> None:
        owner = memory_of(data[:data.find(b"\n") + 1])
        if owner is None:
            raise StateError(f"{self._path} is no terminal memory; it was left as it is. "
                             "Choose another file, or one that is not there yet")
        if owner != self._terminal:
            raise StateError(
                f"{self._path} is the memory of terminal {owner.tid} of merchant {owner.mid}, not "
                f"of {self._terminal.tid} of {self._terminal.mid}; give each terminal its own file")

    def _place(self, damage: JournalDamage) -> JournalDamage:
        """Where in the file it is: the journal begins behind the first line."""
        return msgspec.structs.replace(
            damage, line=damage.line + 1, offset=damage.offset + len(self._head))

    def _set_aside(self, damaged: bytes) -> None:
        for number in range(1, 1_000):
            aside = self._path.with_name(f"{self._path.name}.damaged-{number}")
            with contextlib.suppress(FileExistsError), FileIO(
                aside, "x", opener=private,
            ) as file:
                write_all(file, damaged)
                os.fsync(file.fileno())
                return

    def _replace(self, records: Iterable[NvmRecord]) -> None:
        """Put a new journal in the place of the old one, at once or not at all."""
        kept = list(records)
        new_path = self._path.with_name(self._path.name + _NEW)
        new_path.unlink(missing_ok=True)  # left by a cut, perhaps of another mode
        file = FileIO(new_path, "w", opener=private)
        try:
            write_all(file, self._head + b"".join(map(encode_record, kept)))
            os.fsync(file.fileno())
            self._owner.takes(file.fileno())
        except OSError as error:
            file.close()
            new_path.unlink(missing_ok=True)
            raise StateError(unwritten(self._path, error)) from error
        length = file.tell()
        file.close()
        if self._file is not None:
            self._file.close()
        new_path.replace(self._path)
        sync_directory(self._path.parent)
        self._file = FileIO(self._path, "r+")
        self._file.seek(length)
        self._records, self._length = kept, length


def write_all(file: FileIO, data: bytes) -> None:
    """Write every byte, or raise ``OSError``."""
    left = memoryview(data)
    while left:
        left = left[file.write(left) or 0:]


def sync_directory(directory: Path) -> None:
    """Make a new name durable, where the system lets directories be synchronised."""
    if os.name == "posix":
        descriptor = os.open(directory, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


_FULL = (errno.ENOSPC, errno.EDQUOT if hasattr(errno, "EDQUOT") else errno.ENOSPC, errno.EFBIG)


def unwritten(path: Path, error: OSError) -> str:
    """What a write that failed means, for people."""
    why = "there is no room left for it" if error.errno in _FULL else str(error.strerror)
    return f"{path}: cannot be written: {why}; what it held before is still in it"
