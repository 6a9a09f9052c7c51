"""Ports that were closed and whose last bytes still leave, in threads of their own.

Nobody waits for them but a process at its end, and that one a bounded time for all together.
"""

from __future__ import annotations

import threading
import time
from weakref import WeakSet


class Leaving:
    """What has been closed and has not let go of its device yet; safe in any thread."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._ports: set[object] = set()
        self._gone: WeakSet[object] = WeakSet()  # let go before the clock heard of their end

    def begins(self, port: object) -> None:
        """A port was closed."""
        with self._changed:
            if port not in self._gone:
                self._ports.add(port)

    def is_done(self, port: object) -> None:
        """All of it is over."""
        with self._changed:
            self._ports.discard(port)
            self._gone.add(port)
            self._changed.notify_all()

    def wait(self, for_s: float) -> bool:
        """Wait until all have left, at most so long; whether they have.  Only at a process's end."""
        until_s = time.monotonic() + for_s
        with self._changed:
            return self._changed.wait_for(
                lambda: not self._ports, max(0.0, until_s - time.monotonic()))


LEAVING = Leaving()  # of this process
