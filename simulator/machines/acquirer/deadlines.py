"""Armed waits of one machine: durations are few, so a queue for each replaces a heap.

All waits of one duration end in the order in which they were armed.  Disarming is free: an entry
that is no longer meant is dropped when it comes to the head.  Knows no clock.
"""

from __future__ import annotations

from collections import deque


class Deadlines:
    """Named deadlines; arming a name again replaces its earlier deadline."""

    __slots__ = ("_armed", "_queues")

    def __init__(self) -> None:
        self._armed: dict[str, int] = {}
        self._queues: dict[int, deque[tuple[int, str]]] = {}

    def arm(self, name: str, now_ms: int, wait_ms: int) -> None:
        """``name`` is due at ``now_ms + wait_ms``."""
        due_ms = now_ms + wait_ms
        self._armed[name] = due_ms
        queue = self._queues.get(wait_ms)
        if queue is None:
            queue = self._queues[wait_ms] = deque()
        queue.append((due_ms, name))

    def disarm(self, name: str) -> None:
        """``name`` is no longer due, if it was."""
        self._armed.pop(name, None)

    def next_ms(self) -> int | None:
        """When the earliest is due, or None."""
        armed = self._armed
        earliest: int | None = None
        for queue in self._queues.values():
            while queue:
                due_ms, name = queue[0]
                if armed.get(name) == due_ms:
                    if earliest is None or due_ms < earliest:
                        earliest = due_ms
                    break
                queue.popleft()
        return earliest

    def take_due(self, now_ms: int) -> list[str]:
        """Disarm and return every name that is due, earliest first, then by name."""
        armed = self._armed
        due: list[tuple[int, str]] = []
        for queue in self._queues.values():
            while queue and queue[0][0] <= now_ms:
                entry = queue.popleft()
                if armed.get(entry[1]) == entry[0]:
                    del armed[entry[1]]
                    due.append(entry)
        due.sort()
        return [name for _, name in due]

    def shift(self, by_ms: int) -> None:
        """Move every deadline: the calendar jumped, the waits did not."""
        self._armed = {name: due_ms + by_ms for name, due_ms in self._armed.items()}
        for queue in self._queues.values():
            moved = [(due_ms + by_ms, name) for due_ms, name in queue]
            queue.clear()
            queue.extend(moved)
