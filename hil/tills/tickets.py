"""An operation at a till that a thread of its own waits for, while the bench does something else."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotDoneError

from hil.control.bench_error import BenchError
from hil.processes.process import PATIENCE_S
from hil.tills.ends import Told


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

    def wait(self, within_s: float | None = None) -> Told:
        """How it ended; ``BenchError`` where it has not within this time."""
        try:
            return self._future.result(PATIENCE_S if within_s is None else within_s)
        except NotDoneError:
            raise BenchError(f"waited in vain for the end of order {self._order}") from None

    def _run(self, serve: Callable[[], Told]) -> None:
        try:
            self._future.set_result(serve())
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            self._future.set_exception(error)
