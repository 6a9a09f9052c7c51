"""What the terminal saw, written down for the judge in its documented JSON Lines."""

from __future__ import annotations

import json
import threading
import time
from pathlib import Path
from typing import Any, Self

from tests.outside.host import Host


class Logbook:
    """A terminal's log.  Its times are the host's calendar's."""

    def __init__(self, path: Path, host: Host, tid: str) -> None:
        self._path, self._host, self._tid = path, host, tid
        self._ahead_ms = host.tell("status")["ahead_ms"]
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._file = self._path.open("a", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __call__(self, event: str, **facts: Any) -> None:
        now_ms = int(time.time() * 1000) + self._ahead_ms
        with self._lock:
            self._file.write(json.dumps({"at_ms": now_ms, "tid": self._tid, "event": event} | facts))
            self._file.write("\n")
            self._file.flush()
