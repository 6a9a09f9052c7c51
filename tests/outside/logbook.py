"""The log of one terminal or several, one line an event, by the clock on the wall."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Self


class Logbook:
    """What terminals saw, in the JSON Lines that docs/terminal-log.md describes."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def __enter__(self) -> Self:
        self._file = self._path.open("a", encoding="utf-8")
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def of(self, tid: str) -> Callable[..., None]:
        """What a terminal calls at each event."""
        return partial(self._write, tid)

    def _write(self, tid: str, event: str, **facts: Any) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        with self._lock:
            self._file.write(json.dumps({"at": now, "tid": tid, "event": event} | facts) + "\n")
            self._file.flush()
