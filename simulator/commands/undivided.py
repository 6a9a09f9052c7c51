"""What Ctrl-C may not cut in two: it waits until that is written."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType


@contextmanager
def undivided() -> Iterator[None]:
    """An interrupt that comes inside takes effect behind it; outside the main thread there is none to hold."""
    came: list[int] = []

    def hold(number: int, _: FrameType | None) -> None:
        came.append(number)

    try:
        before = signal.signal(signal.SIGINT, hold)
    except ValueError:  # not in the main thread
        yield
        return
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, before)
    if came and callable(before):
        before(signal.SIGINT, None)
