"""What the terminal saw, written down for the judge in its documented JSON Lines."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Self

from tests.outside.host import Host


class Logbook:
    """The log of one terminal or several, one line an event, in the time of the host's calendar."""

    def __init__(self, path: Path, host: Host) -> None:
        self._path = path
        self._lock = threading.Lock()
        self.follow(host)

    def follow(self, host: Host) -> None:
        """Take the host's calendar again, after a jump."""
        self._ahead_ms = host.tell("status")["ahead_ms"]

    def __enter__(self) -> Self:
        self._file = self._path.open("a", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def of(self, tid: str) -> Callable[..., None]:
        """What a terminal calls at each event."""
        return partial(self._write, tid)

    def _write(self, tid: str, event: str, **facts: Any) -> None:
        if facts.get("order"):
            facts["order"] = f"{tid}/{facts['order']}"  # one name in the whole log
        now_ms = int(time.time() * 1000) + self._ahead_ms
        with self._lock:
            self._file.write(json.dumps({"at_ms": now_ms, "tid": tid, "event": event} | facts) + "\n")
            self._file.flush()
