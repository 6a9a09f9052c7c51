"""The board's battery-backed memory, which is a file: kept, put back to an older copy, wiped, a bit of it turned.

What the firmware has written is in the file at once, also when its process is killed.  Nothing here
knows what stands in it but the block in front.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from hil.board.injection import OWN_AREA
from hil.control.bench_error import BenchError

SIZE = 16 * 1024 * 1024  # PSRAM of the machine


class Nvm:
    """The memory of one board."""

    def __init__(self, path: Path, block: bytes) -> None:
        """A new one, as it comes from injection: ``block``, and nothing behind it."""
        self.path = path
        self._block = block
        self.wipe()

    def wipe(self) -> None:
        """As it came from injection: all that the firmware has written is gone."""
        with self.path.open("wb") as file:
            file.write(self._block)
            file.truncate(SIZE)

    def copy(self, to: Path) -> None:
        """Keep it as it is now, for :meth:`put_back`."""
        shutil.copyfile(self.path, to)

    def put_back(self, older: Path) -> None:
        """An older copy takes its place."""
        if older.stat().st_size != SIZE:
            raise BenchError(f"{older}: no copy of a board's memory: {older.stat().st_size} bytes, {SIZE} are needed")
        shutil.copyfile(older, self.path)

    def flip(self, offset: int, bit: int) -> None:
        """Turn one bit of the firmware's own area."""
        if not (OWN_AREA <= offset < SIZE and 0 <= bit < 8):
            raise BenchError(f"no bit {bit} of byte {offset} in the area of the firmware ({OWN_AREA} to {SIZE - 1})")
        with self.path.open("r+b") as file:
            file.seek(offset)
            byte = file.read(1)[0]
            file.seek(offset)
            file.write(bytes([byte ^ 1 << bit]))

    def written(self) -> int:
        """Offset behind the last byte of the firmware's area that is not zero: how much there is to damage."""
        with self.path.open("rb") as file:
            file.seek(OWN_AREA)
            return OWN_AREA + len(file.read().rstrip(b"\0"))
