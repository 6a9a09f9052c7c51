"""Cheap scheduled calls on a SimPy environment; adds no notion of time of its own.

A :class:`Call` is what SimPy's event loop needs of an event and nothing else (callbacks and a
success flag), so it costs about as much as a heap entry.  It cannot be yielded on or cancelled: a
callback that finds itself overtaken does nothing.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from operator import attrgetter
from typing import Any, Protocol

import simpy

REPLY_FIRST = 0  # a reply at the very instant of its timeout wins
NORMAL = 1
TIMER = 2

Callback = Callable[["Call"], None]

now_ms: Callable[[simpy.Environment], int] = attrgetter("_now")
"""The environment's time, which is a whole number here; read a dozen times in every sale."""


class Call:
    """A callback that is due; it finds what it needs in ``arg``."""

    __slots__ = ("_ok", "_value", "arg", "callbacks")

    def __init__(self, callback: Callback, arg: Any) -> None:
        self.callbacks: tuple[Callback, ...] | None = (callback,)
        self._ok = True
        self._value = None
        self.arg = arg


class CalendarCall(Call):
    """A call that belongs to the calendar (cut-over, payout), not to a protocol: see jump."""

    __slots__ = ()


def call_in(
    env: simpy.Environment, delay_ms: int, callback: Callback, arg: Any = None,
    priority: int = NORMAL,
) -> None:
    """Run ``callback(call)`` after ``delay_ms`` milliseconds (0 or more)."""
    env.schedule(Call(callback, arg), priority, delay_ms)  # type: ignore[arg-type]


def call_at(env: simpy.Environment, at_ms: int, callback: Callback, arg: Any = None) -> None:
    """Run ``callback(call)`` at a moment of the calendar; at once where it has passed."""
    delay_ms = max(0, at_ms - now_ms(env))
    env.schedule(CalendarCall(callback, arg), NORMAL, delay_ms)  # type: ignore[arg-type]


def postpone_protocols(env: simpy.Environment, by_ms: int) -> None:
    """Move everything that is scheduled, but for calendar calls, ``by_ms`` later.

    This is how a calendar jumps on a live clock: the days between run through at once, while what
    a protocol waits for keeps its real distance.
    """
    queue: list[Any] = env._queue  # noqa: SLF001 - SimPy has no public way to look at its heap
    queue[:] = [
        entry if isinstance(entry[3], CalendarCall) else (entry[0] + by_ms, *entry[1:])
        for entry in queue
    ]
    heapq.heapify(queue)


class Waker(Protocol):
    """Whoever has a machine with a deadline."""

    armed_ms: int | None  # the moment at which it will be woken, if any

    def time_passed(self) -> None:
        """The armed moment is there; the deadline may have moved later, or be gone."""


class Deadlines:
    """Timers of machines: for each duration a queue in arming order, only its head is scheduled.

    All timers of one duration expire in the order in which they were armed.  Cancelling and
    putting off are free: the owner is woken at the moment that it armed, finds that nothing is
    due, and arms again.
    """

    __slots__ = ("_env", "_queues")

    def __init__(self, env: simpy.Environment) -> None:
        self._env = env
        self._queues: dict[int, deque[tuple[int, Waker]]] = {}

    def arm(self, owner: Waker, deadline_ms: int) -> None:
        """Wake ``owner`` at the deadline, and not at what it had armed before."""
        owner.armed_ms = deadline_ms
        now = now_ms(self._env)
        duration = deadline_ms - now if deadline_ms > now else 0
        queue = self._queues.get(duration)
        if queue is None:
            queue = self._queues[duration] = deque()
        queue.append((deadline_ms, owner))
        if len(queue) == 1:
            self._schedule(duration, queue)

    def shift(self, by_ms: int) -> None:
        """The calendar jumped: every armed deadline moves with it."""
        for queue in self._queues.values():
            moved = [(deadline + by_ms, owner) for deadline, owner in queue]
            queue.clear()
            queue.extend(moved)

    def _schedule(self, duration: int, queue: deque[tuple[int, Waker]]) -> None:
        delay = max(0, queue[0][0] - now_ms(self._env))
        call_in(self._env, delay, self._expire, duration, TIMER)

    def _expire(self, call: Call) -> None:
        duration: int = call.arg
        queue = self._queues[duration]
        now = now_ms(self._env)
        due: list[Waker] = []
        while queue:
            deadline, owner = queue[0]
            stale = owner.armed_ms != deadline
            if not stale and deadline > now:
                break
            queue.popleft()
            if not stale:
                owner.armed_ms = None
                due.append(owner)
        if queue:
            self._schedule(duration, queue)
        else:
            del self._queues[duration]
        for owner in due:
            owner.time_passed()
