"""What a device keeps of its ECR link over a power cut: which orders it took, and how they ended.

It lies beside the terminal's memory, replaced at once or not at all, on the disk before anything of
it is told.  How an order ended that was under way is not asked here but in the terminal's journal.
"""

from __future__ import annotations

import os
from io import FileIO
from pathlib import Path
from zlib import crc32

import msgspec

from hil.ecr.terminal import Memory
from hil.files.nvm_file import MemoryOf, sync_directory, unwritten, write_all
from hil.files.one_owner import StateError, private, real_path

ENDING = ".ecr"
_NEW = ".ecr.new"
BESIDE = (ENDING, _NEW)
_CRC_DIGITS = 8


class UnderWay(msgspec.Struct, frozen=True):
    """An order that the terminal was given: how it is found again in its journal."""

    order: str  # as the journal names it
    stan: int  # the next number when it began
    batch: int  # that was open then


class Kept(msgspec.Struct, frozen=True):
    """The content of the file."""

    of: MemoryOf
    profile: str
    memory: Memory = Memory()
    under_way: UnderWay | None = None


class EcrMemory:
    """The file of one device; whoever has the terminal's memory has it too."""

    def __init__(self, nvm: Path, of: MemoryOf, profile: str, *, is_new: bool) -> None:
        """``is_new``: the terminal's memory is empty, so what lies beside it is another life's.

        ``StateError`` where it is another terminal's, or cannot be read.
        """
        nvm = real_path(nvm)
        self._path = nvm.with_name(nvm.name + ENDING)
        self._new = nvm.with_name(nvm.name + _NEW)
        self.was_damaged = False
        kept = None if is_new else self._read(of)
        self.kept = kept if kept is not None and kept.profile == profile else Kept(of, profile)

    def keep(self, memory: Memory, under_way: UnderWay | None) -> None:
        """On the disk when this returns; ``StateError`` if it cannot be."""
        kept = msgspec.structs.replace(self.kept, memory=memory, under_way=under_way)
        if kept == self.kept:
            return
        body = msgspec.json.encode(kept)
        self._new.unlink(missing_ok=True)
        try:
            with FileIO(self._new, "w", opener=private) as file:
                write_all(file, b"%08x %s\n" % (crc32(body), body))
                os.fsync(file.fileno())
            self._new.replace(self._path)
            sync_directory(self._path.parent)
        except OSError as error:
            raise StateError(unwritten(self._path, error)) from error
        self.kept = kept

    def _read(self, of: MemoryOf) -> Kept | None:
        try:
            line = self._path.read_bytes()
        except FileNotFoundError:
            return None
        except OSError as error:
            raise StateError(f"{self._path}: {error.strerror}") from error
        checksum, body = line[:_CRC_DIGITS], line[_CRC_DIGITS + 1:].removesuffix(b"\n")
        try:
            kept = msgspec.json.decode(body, type=Kept)
        except msgspec.DecodeError:
            kept = None
        if kept is None or checksum != b"%08x" % crc32(body):
            self.was_damaged = True
            return None
        if kept.of != of:
            raise StateError(
                f"{self._path} is of terminal {kept.of.tid} of merchant {kept.of.mid}, not of "
                f"{of.tid} of {of.mid}; give each terminal its own file")
        return kept
