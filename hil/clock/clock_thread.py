"""A live clock in a thread of its own, for programs that drive something and wait for it meanwhile."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from types import TracebackType
from typing import Self, TypeVar

from hil.clock.live_clock import NS_PER_MS, LiveEnvironment

T = TypeVar("T")
PATIENCE_S = 30.0
END_WITHIN_S = 5.0


class ClockThread:
    """``with ClockThread() as clock:`` … ``clock.env`` runs until the block ends."""

    def __init__(self) -> None:
        self.env = LiveEnvironment(time.time_ns() // NS_PER_MS)
        self._thread = threading.Thread(target=self.env.run_live, name="clock", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.env.stop("the end")
        self._thread.join(END_WITHIN_S)

    def do(self, work: Callable[[], T], within_s: float = PATIENCE_S) -> T:
        """Have ``work`` done in the clock's thread, and wait for what it gives or raises."""
        if threading.current_thread() is self._thread:
            return work()
        future: Future[T] = Future()

        def call() -> None:
            try:
                future.set_result(work())
            except BaseException as error:  # noqa: BLE001 - whoever asked for it is told
                future.set_exception(error)

        self.env.inject(call)
        return future.result(within_s)
