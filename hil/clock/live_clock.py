"""A SimPy environment that follows the wall clock and wakes for work from other threads.

It refuses to go back, to sleep where nothing can wake it, and to stop inside an event.
"""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from queue import Empty, SimpleQueue
from typing import Protocol

import simpy
from simpy.core import EmptySchedule, Infinity

from simulator.local_time import DAY_MS
from simulator.world.time.kernel import postpone_protocols

NS_PER_MS = 1_000_000
LONGEST_JUMP_MS = 3_660 * DAY_MS  # what may be asked for: ten years
LAST_MS = 7_258_089_600_000  # 2200-01-01T00:00+08:00: no calendar goes beyond it
LONGEST_WAIT_NS = 500 * NS_PER_MS  # some systems deliver Ctrl-C only between waits

STOPS = tuple(signal.Signals[name] for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name))
Work = Callable[[], None]


def jump_trouble(clock_ms: int, by_ms: int) -> str:
    """Why a calendar that shows this cannot jump so far; "" where it can."""
    if not 0 <= by_ms <= LONGEST_JUMP_MS:
        return f"the calendar jumps forward: by_ms is 0 to {LONGEST_JUMP_MS}"
    return "" if clock_ms + by_ms <= LAST_MS else "the calendar ends with the year 2199"


class Waiter(Protocol):
    """Waits for time or for a call of ``wake``, whichever comes first."""

    def wait(self, for_ns: int) -> None:
        """Return after ``for_ns``, or as soon as ``wake`` was called since the last return."""

    def wake(self) -> None:
        """End the wait; callable from any thread and from a signal handler."""


class QueueWaiter:
    """Waits on a queue whose ``put`` is safe in threads and in signal handlers."""

    def __init__(self) -> None:
        self._tokens: SimpleQueue[None] = SimpleQueue()

    def wait(self, for_ns: int) -> None:
        """Return after ``for_ns``, or at once if a token is there; takes all tokens."""
        try:
            self._tokens.get(timeout=for_ns / 1e9)
            while True:
                self._tokens.get_nowait()
        except Empty:
            return

    def wake(self) -> None:
        """Leave a token."""
        self._tokens.put(None)


def _nothing(_is_idle: bool, /) -> None:
    """Nobody wants to hear of turns."""


class FirstLane:
    """The way into the clock's thread for what must not wait behind a flood: a control port.

    Of what waits here one is done, then one of all the rest, so neither holds up the other.
    """

    def __init__(self, inject: Callable[[Work], None]) -> None:
        self._inject = inject

    def inject(self, work: Work) -> None:
        """Have ``work`` called in the clock's thread, before what waits there; in any thread."""
        self._inject(work)


class LiveEnvironment(simpy.Environment):
    """``simpy.Environment`` whose ``now`` (integer Unix ms) advances with real time.

    Inside an event ``now`` is the moment for which it was scheduled, inside injected work the
    moment at which it was injected, so durations do not grow by the lateness of the loop.
    Injected work goes before an event of the same millisecond: a reply beats its timeout.
    What comes by ``first`` goes before what came earlier, and hears the world as it stands: it
    never moves ``now`` beyond what still waits.
    """

    def __init__(
        self,
        start_ms: int,
        monotonic_ns: Callable[[], int] = time.monotonic_ns,
        waiter: Waiter | None = None,
    ) -> None:
        super().__init__(initial_time=start_ms)
        self._monotonic_ns = monotonic_ns
        self._waiter: Waiter = waiter or QueueWaiter()
        self._zero_ns = monotonic_ns()
        self._base_ms = start_ms
        self._injected: deque[tuple[int, Work]] = deque()
        self._urgent: deque[tuple[int, Work]] = deque()
        self._rest_is_next = False  # of what waits: not once more one of the urgent
        self._first_waits = False  # until what is due now has been done
        self.first = FirstLane(lambda work: self._put(self._urgent, work))
        self._stop_reason: str | None = None
        self._jump_listeners: list[Callable[[int], None]] = []
        self._jumped_to_ms = start_ms
        self.worst_lateness_ms = 0
        self.after_turn: Callable[[bool], None] = _nothing  # told whether nothing more is due now

    @property
    def clock_ms(self) -> int:
        """What the clock shows, which ``now`` follows; safe in any thread."""
        return self._base_ms + (self._monotonic_ns() - self._zero_ns) // NS_PER_MS

    def inject(self, work: Work) -> None:
        """Have ``work`` called in the clock's thread, as soon as possible; safe in any thread."""
        self._put(self._injected, work)

    def catch_up_first(self) -> None:
        """Nothing of the first lane is heard until all that is due now was done: after a start."""
        self._first_waits = True
        self.inject(self._has_caught_up)

    def _has_caught_up(self) -> None:
        self._first_waits = False

    def _put(self, queue: deque[tuple[int, Work]], work: Work) -> None:
        queue.append((self._monotonic_ns(), work))
        self._waiter.wake()

    def stop(self, reason: str) -> None:
        """End ``run_live`` after the current event; safe in any thread and in signal handlers."""
        self._stop_reason = reason
        self._waiter.wake()

    def on_jump(self, listener: Callable[[int], None]) -> None:
        """Have ``listener(by_ms)`` called after each jump: for deadlines kept outside the heap."""
        self._jump_listeners.append(listener)

    def jump(self, by_ms: int) -> None:
        """Move the calendar forward: its calls of the days between run at once, in their order.

        What a protocol waits for keeps its real distance (see ``kernel.postpone_protocols``).
        Only in the clock's thread.
        """
        if by_ms < 0:
            raise ValueError(f"the calendar cannot jump back ({by_ms} ms)")
        postpone_protocols(self, by_ms)
        self._base_ms += by_ms
        self._jumped_to_ms = self.clock_ms
        for listener in self._jump_listeners:
            listener(by_ms)

    def step(self) -> None:
        """Wait for the next injected work or event and do it; ``EmptySchedule`` if there is none."""
        while not self._do_next():
            if not (self._queue or self._injected or self._urgent):
                raise EmptySchedule
            self._rest()

    def run_live(self, until: Callable[[], bool] | None = None) -> str:
        """Follow the clock until ``stop`` or until ``until()``; an empty schedule is no end.

        ``until`` is asked after every event.  Returns the reason of ``stop``, or "until".
        ``KeyboardInterrupt`` passes through from a wait with nothing lost; to keep it out of
        events as well, run inside :func:`stopped_by_signals`.
        """
        while True:
            if self._stop_reason is not None:
                reason, self._stop_reason = self._stop_reason, None
                return reason
            if until is not None and until():
                return "until"
            if self._do_next():
                self.after_turn(False)
            else:
                self._rest()

    def _rest(self) -> None:
        self.after_turn(True)
        self._wait()

    def _do_next(self) -> bool:
        """Do one thing: one of the first lane and one of the rest in turn; False if nothing is due."""
        may_be_urgent = bool(self._urgent) and not self._first_waits
        if may_be_urgent and not self._rest_is_next:
            self._rest_is_next = True
            self._do_urgent()
            return True
        self._rest_is_next = False
        if self._do_earliest():
            return True
        if may_be_urgent:
            self._do_urgent()
        return may_be_urgent

    def _do_urgent(self) -> None:
        at_ns, work = self._urgent.popleft()
        stands_ms = self._at_ms(at_ns)
        if self._injected:
            stands_ms = min(stands_ms, self._at_ms(self._injected[0][0]))
        if self._queue:
            stands_ms = min(stands_ms, int(self._queue[0][0]))
        self._now = max(self._now, stands_ms)
        work()

    def _do_earliest(self) -> bool:
        """Do the earliest thing that is due; False if nothing is."""
        due_ms = self._queue[0][0] if self._queue else Infinity
        if self._injected:
            at_ms = self._at_ms(self._injected[0][0])
            if at_ms <= due_ms:
                _, work = self._injected.popleft()
                self._now = max(self._now, at_ms)
                work()
                return True
        late_ms = self.clock_ms - due_ms
        if late_ms < 0:
            return False
        if due_ms >= self._jumped_to_ms and late_ms > self.worst_lateness_ms:
            self.worst_lateness_ms = int(late_ms)
        super().step()
        return True

    def _wait(self) -> None:
        wait_ns = LONGEST_WAIT_NS
        if self._queue:
            due_ns = self._zero_ns + (int(self._queue[0][0]) - self._base_ms) * NS_PER_MS
            wait_ns = min(wait_ns, due_ns - self._monotonic_ns())
        if wait_ns > 0:
            self._waiter.wait(wait_ns)

    def _at_ms(self, at_ns: int) -> int:
        return self._base_ms + (at_ns - self._zero_ns) // NS_PER_MS


@contextmanager
def stopped_by_signals(env: LiveEnvironment) -> Iterator[None]:
    """SIGINT, SIGTERM and SIGHUP end ``run_live`` between two events, with the signal's name as reason.

    Who was started with SIGHUP ignored (``nohup``) goes on ignoring it.
    """
    def stop(number: int, frame: object) -> None:
        del frame
        env.stop(signal.Signals(number).name)

    kept = {number: signal.signal(number, stop) for number in STOPS
            if number in (signal.SIGINT, signal.SIGTERM) or signal.getsignal(number) is not signal.SIG_IGN}
    try:
        yield
    finally:
        for number, before in kept.items():
            signal.signal(number, before)
