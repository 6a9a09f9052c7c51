"""A long jump of the calendar in slices: between two of them whoever else waits is heard.

One jump at a time; what the days of a slice bring is done before the next slice begins.
"""

from __future__ import annotations

from collections.abc import Callable

from hil.clock.live_clock import LiveEnvironment
from simulator.local_time import DAY_MS

SLICE_MS = 31 * DAY_MS  # of cut-overs and payouts: some tens of milliseconds


class CalendarJump:
    """The jumps of one clock; only in the clock's thread."""

    def __init__(self, env: LiveEnvironment, on_slice: Callable[[], None]) -> None:
        """``on_slice`` is called after each move of the calendar: what must survive is kept there."""
        self._env = env
        self._on_slice = on_slice
        self.is_under_way = False

    def begin(self, by_ms: int, on_done: Callable[[], None]) -> None:
        """Jump; ``on_done`` is called once all that the calendar brought in between was done."""
        assert not self.is_under_way, "one jump at a time"
        self.is_under_way = True
        self._go_on(by_ms, on_done)

    def _go_on(self, left_ms: int, on_done: Callable[[], None]) -> None:
        by_ms = min(left_ms, SLICE_MS)
        self._env.jump(by_ms)
        self._on_slice()
        # Injected work comes after everything that the calendar brought in between, and after
        # whatever was said before it.
        if left_ms > by_ms:
            self._env.inject(lambda: self._go_on(left_ms - by_ms, on_done))
        else:
            self._env.inject(lambda: self._is_done(on_done))

    def _is_done(self, on_done: Callable[[], None]) -> None:
        self.is_under_way = False
        on_done()
