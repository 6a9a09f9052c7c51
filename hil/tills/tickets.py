"""An operation at a till that a thread of its own waits for, while the bench does something else."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, wait

from hil.control.bench_error import BenchError
from hil.processes.living import LIVING
from hil.processes.process import LOOK_AGAIN_S, PATIENCE_S
from hil.tills.ends import Look, Told, unwatched


class ThreadTicket:
    """One operation that was begun."""

    def __init__(self, order: str, serve: Callable[[], Told]) -> None:
        self._order = order
        self._future: Future[Told] = Future()
        threading.Thread(target=self._run, args=(serve,), name=f"order {order}", daemon=True).start()

    @property
    def is_done(self) -> bool:
        """Whether it has ended."""
        return self._future.done()

    def wait(self, within_s: float | None = None, look: Look = unwatched) -> Told:
        """How it ended; ``BenchError`` where it has not within this time."""
        until_s = time.monotonic() + (PATIENCE_S if within_s is None else within_s)
        while not self.is_done and time.monotonic() < until_s:
            LIVING.go_on()
            look()
            wait([self._future], LOOK_AGAIN_S)
        if not self.is_done:
            raise BenchError(f"waited in vain for the end of order {self._order}")
        return self._future.result()

    def _run(self, serve: Callable[[], Told]) -> None:
        try:
            self._future.set_result(serve())
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            self._future.set_exception(error)
