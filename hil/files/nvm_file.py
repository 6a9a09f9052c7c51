"""A device's non-volatile memory in a file: each record is on the disk when ``append`` returns.

Its first line names the terminal: any other file, and the memory of another terminal, is refused
untouched.  A torn last record, as a power cut leaves it, is cut off.  Other damage, and what is
missing, is kept aside as evidence and remembered in the journal; the terminal then asks the host where
it stands: it signs on again, believes its batch no more and leaves out numbers that were used.  An older copy
is told from its anchor; who gives a device an older memory on purpose gives it that one's anchor too.
The file has one owner.
"""

from __future__ import annotations

import contextlib
import errno
import os
import time
from collections.abc import Iterable
from io import FileIO
from pathlib import Path

import msgspec

from hil.files.anchor import ENDING as ANCHOR
from hil.files.anchor import Anchor, NoAnchorError, anchor_of, anchored
from hil.files.chain import Place, after, place_of
from hil.files.nvm_reading import (
    FORMAT,
    Head,
    MemoryOf,
    MemoryReading,
    all_lost,
    head_in,
    head_of,
    read_memory,
)
from hil.files.one_owner import OneOwner, StateError, private, real_path
from simulator.machines.terminal.events import NvmRecord
from simulator.machines.terminal.journal import body_of, compact
from simulator.machines.terminal.memory import APPLY, LAST_NUMBER, TerminalMemory
from simulator.machines.terminal.records import DamageFound, SignOnDemanded, StanTaken
from simulator.world.bodies.memory_service import not_believed

COMPACT_OVER = 256  # records
_NEW = ".new"
BESIDE = (_NEW, ANCHOR, f"{ANCHOR}{_NEW}")

__all__ = ["BESIDE", "COMPACT_OVER", "MemoryOf", "NvmFile", "sync_directory", "unwritten", "write_all"]


class NvmFile:
    """The memory of one device, open until ``close``."""

    def __init__(self, path: Path, terminal: MemoryOf, *, write_ms: int = 0) -> None:
        """Open or create; ``StateError`` where the file cannot be used, is in use or another's.

        ``write_ms``: so long a record takes, as it does in flash memory; nothing else goes on meanwhile.
        """
        self._write_s = write_ms / 1_000
        self._terminal = terminal
        # what is known of a memory that has gone stays, though the start be refused
        self._owner = OneOwner(path, "device", (_NEW,) if anchor_of(real_path(path)).exists() else BESIDE)
        self._path = self._owner.path
        self._anchor: Anchor | None = None
        self._place = Place()  # behind the last record
        self._file: FileIO | None = None
        self._records: list[NvmRecord] = []
        self._length = 0  # of what is whole
        self.recovered = ""  # what was damaged or is missing, "" for nothing; a torn last record is no damage
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
            linked = after(self._place, body_of(record))
            write_all(self._file, linked.line())
            os.fsync(self._file.fileno())
            self._owner.still_has_it()
        except OSError as error:
            with contextlib.suppress(OSError):
                self._file.truncate(self._length)
                self._file.seek(self._length)
            raise StateError(unwritten(self._path, error)) from error
        self._length = self._file.tell()
        self._records.append(record)
        self._goes_to(place_of(linked))
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
        if self._anchor is not None:
            anchor, self._anchor = self._anchor, None
            anchor.close()

    def _goes_to(self, place: Place) -> None:
        """So far it is durable."""
        assert self._anchor is not None
        self._place = place
        self._anchor.moves(place)

    def _open(self) -> None:
        data, known = self._path.read_bytes(), _known(self._path)
        reading = self._reading(data, known)
        self._anchor = Anchor(anchor_of(self._path))
        self._place = reading.place
        self._records = list(reading.records)
        if reading.damage:
            self._set_aside(data)
            self.recovered = "; ".join(each.told.en for each in reading.damage)
            self._replace(_taken_up(reading, self.recovered))
        elif not reading.whole_bytes:
            self._replace(self._records)
        else:
            self._goes_on(data, reading)

    def _goes_on(self, data: bytes, reading: MemoryReading) -> None:
        self._length = reading.whole_bytes
        self._file = FileIO(self._path, "r+")
        self._file.seek(self._length)
        if len(data) > self._length:
            self._file.truncate(self._length)
            os.fsync(self._file.fileno())
        self._goes_to(self._place)

    def _reading(self, data: bytes, known: Place | NoAnchorError) -> MemoryReading:
        """What is in the file; nothing of it goes on where it is new, of an older format, or damaged."""
        head = head_in(data)
        if head is None and _may_be_begun(data, self._terminal):
            return all_lost(known) if isinstance(known, Place) and known.number else MemoryReading(())
        if head is None:
            raise StateError(f"{self._path} is no terminal memory; it was left as it is. "
                             "Choose another file, or one that is not there yet")
        if head.owner != self._terminal:
            raise StateError(
                f"{self._path} is the memory of terminal {head.tid} of merchant {head.mid}, not "
                f"of {self._terminal.tid} of {self._terminal.mid}; give each terminal its own file")
        if head.format not in {1, FORMAT}:
            raise StateError(f"{self._path}: format {head.format}, this version of the device reads {FORMAT} only")
        reading = read_memory(data, head, known)
        return reading if head.format == FORMAT else msgspec.structs.replace(reading, whole_bytes=0)

    def _set_aside(self, damaged: bytes) -> None:
        for number in range(1, 1_000) if damaged else ():
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
        head, place, lines = head_of(self._terminal, self._place), self._place, []
        for record in kept:
            linked = after(place, body_of(record))
            lines.append(linked.line())
            place = place_of(linked)
        new_path = self._path.with_name(self._path.name + _NEW)
        new_path.unlink(missing_ok=True)  # left by a cut, perhaps of another mode
        file = FileIO(new_path, "w", opener=private)
        try:
            write_all(file, head.line() + b"".join(lines))
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
        self._goes_to(place)


def _known(path: Path) -> Place | NoAnchorError:
    """What the anchor says, or why it says nothing."""
    try:
        return anchored(anchor_of(path))
    except NoAnchorError as error:
        return error


def _may_be_begun(data: bytes, terminal: MemoryOf) -> bool:
    """Whether there is nothing, or what a cut leaves of the first line."""
    start = Head(terminal.tid, terminal.mid, FORMAT).line()
    old = Head(terminal.tid, terminal.mid).line()
    return b"\n" not in data and (not data or start.startswith(data) or old.startswith(data))


def _taken_up(reading: MemoryReading, told: str) -> list[NvmRecord]:
    """What a terminal goes on with: what is whole, that something is not, and no number used unseen.

    Where something is missing the batch is not believed, as after a restored backup: the host says
    where it stands, and what was open there is found by its records.  A record takes one number at most.
    """
    if not reading.missing and reading.is_complete:
        return [*reading.records, DamageFound(told), SignOnDemanded()]
    kept = _that_fit(reading.records)
    memory = TerminalMemory(kept)
    used = memory.stan - 1 + reading.missing + len(reading.records) - len(kept)
    taken = [StanTaken((used - 1) % LAST_NUMBER + 1)] if used else []
    return [not_believed(memory.snapshot()), DamageFound(told), *taken, SignOnDemanded()]


def _that_fit(records: Iterable[NvmRecord]) -> list[NvmRecord]:
    """Those that can be folded: one may speak of another that is lost."""
    kept: list[NvmRecord] = []
    memory = TerminalMemory()
    for record in records:
        try:
            APPLY[type(record)](memory, record)
        except (LookupError, ValueError, AssertionError):
            continue
        kept.append(record)
    return kept


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
