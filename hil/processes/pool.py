"""Work that is done by several at once, can be interrupted, and is told about while it goes on.

Ctrl-C lets what is under way end.  A second one, or a signal that ends the program, ends the
processes of what is under way, so that nothing is waited for: not even a thread that waits for a
terminal that no process of ours runs.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from hil.processes.living import LIVING

Task = TypeVar("Task")
Done = TypeVar("Done")
LOOK_S = 0.2
ENDING_S = 3.0  # until whoever lost its processes has noticed


class _Job(Generic[Task, Done]):
    """One task in a thread that holds up no end of the program: what it waits for may be a terminal."""

    def __init__(self, do: Callable[[Task], Done], task: Task, bell: threading.Event) -> None:
        self._do = do
        self._task = task
        self._bell = bell
        self._done: list[Done] = []
        self._error: BaseException | None = None
        self.thread = threading.Thread(target=self._run, name="pool", daemon=True)
        self.thread.start()

    @property
    def has_ended(self) -> bool:
        """Whether there is a result, or an error."""
        return bool(self._done) or self._error is not None

    def result(self) -> Done:
        """What came of it; raises what it raised."""
        if self._error is not None:
            raise self._error
        return self._done[0]

    def _run(self) -> None:
        try:
            self._done.append(self._do(self._task))
        except BaseException as error:  # noqa: BLE001 - whoever started it raises it
            self._error = error
        self._bell.set()


class Pool(Generic[Task, Done]):
    """Tasks in their order, ``jobs`` at once; what is done is handed over in the caller's thread."""

    def __init__(
        self, do: Callable[[Task], Done], jobs: int, *,
        on_done: Callable[[Done], None], on_look: Callable[[int], None] = lambda _: None,
        on_stop: Callable[[], None] = lambda: None, one_first: bool = False,
    ) -> None:
        """``on_look`` hears now and then how many are done; ``on_stop`` that Ctrl-C was heard.

        ``one_first``: the first task is done alone, since it reads what all others need.
        """
        self._do = do
        self._jobs = jobs
        self._on_done = on_done
        self._on_look = on_look
        self._on_stop = on_stop
        self._one_first = one_first
        self._stops = threading.Event()

    def stop(self) -> None:
        """Nothing more is begun; what is under way is done and handed over."""
        self._stops.set()

    def run_until_decided(
        self, tasks: Sequence[Task], *, is_open: Callable[[Task], bool], rounds: int, on_round: Callable[[int], None],
    ) -> bool:
        """As :meth:`run`; then what is still open is done again, one at a time, for so many rounds at most.

        ``on_round`` hears before each how many are open.
        """
        whole = self.run(tasks)
        self._jobs, self._on_look = 1, lambda _: None  # how far it is was said of those that were planned
        for _ in range(rounds):
            if not whole or self._stops.is_set() or not (again := [each for each in tasks if is_open(each)]):
                break
            on_round(len(again))
            whole = self.run(again)
        return whole

    def run(self, tasks: Sequence[Task]) -> bool:
        """Whether all were done; after Ctrl-C those under way are ended, after a second one not."""
        done = 0
        waiting = list(reversed(tasks))
        running: list[_Job[Task, Done]] = []
        bell = threading.Event()
        try:
            while running or (waiting and not self._stops.is_set()):
                try:
                    jobs = self._jobs if done or not self._one_first else 1
                    while waiting and len(running) < jobs and not self._stops.is_set():
                        running.append(_Job(self._do, waiting.pop(), bell))
                    bell.wait(LOOK_S)
                    bell.clear()
                    for each in [job for job in running if job.has_ended]:
                        running.remove(each)
                        self._on_done(each.result())
                        done += 1
                    self._on_look(done)
                except KeyboardInterrupt:
                    if self._stops.is_set():
                        raise
                    self._stops.set()
                    self._on_stop()
        except BaseException:
            with LIVING.ended():
                until_s = time.monotonic() + ENDING_S
                for each in running:
                    each.thread.join(max(0.0, until_s - time.monotonic()))
            raise
        return not waiting


class Estimate:
    """How long is left, by how long what is done took."""

    def __init__(self, planned: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._began_s = clock()
        self.planned = planned

    def left_s(self, done: int) -> float | None:
        """None before anything is done."""
        if not done:
            return None
        return (self._clock() - self._began_s) / done * (self.planned - done)
