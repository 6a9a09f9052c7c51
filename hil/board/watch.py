"""Watches a board's memory from outside for the moment of a write; knows nothing of what is written.

The memory is a file that the emulator has mapped; what the firmware writes is seen here within some
tens of microseconds.
"""

from __future__ import annotations

import mmap
import threading
import time
from collections.abc import Callable
from pathlib import Path

AROUND, AHEAD = 4_096, 32_768  # bytes before and behind the end of what was written last
REST_S = 0.00002


class WriteWatch:
    """Counts writes near the end of what was written, in a thread of its own, and does something at one of them."""

    def __init__(self, path: Path, end: int, nth: int = 0, do: Callable[[], None] = lambda: None) -> None:
        """``end``: as :meth:`Nvm.written` says; ``nth`` 0: only count."""
        self.count = 0
        self._nth = nth
        self._do = do
        self._stops = threading.Event()
        self._file = path.open("rb")
        self._memory = mmap.mmap(self._file.fileno(), 0, access=mmap.ACCESS_READ)
        self._part = slice(max(0, end - AROUND), end + AHEAD)
        self._thread = threading.Thread(target=self._watch, name="writes", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Look no more."""
        self._stops.set()
        self._thread.join()
        self._memory.close()
        self._file.close()

    def _watch(self) -> None:
        known = self._memory[self._part]
        while not self._stops.is_set():
            seen = self._memory[self._part]
            if seen != known:
                known = seen
                self.count += 1
                if self.count == self._nth:
                    self._do()
                    return
            time.sleep(REST_S)
