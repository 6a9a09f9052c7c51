"""One warm parent for all tests of a test process, started by the first that needs a host or a device."""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence
from typing import IO

from hil.processes.nursery import Nursery, WarmChild


class NurseryOnDemand(Nursery):
    """A nursery whose parent is started when the first process is asked for."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._begun: Nursery | None = None

    def start(self, arguments: Sequence[str], environment: Mapping[str, str], errors: IO[bytes]) -> WarmChild:
        """Fork one."""
        with self._guard:
            if self._begun is None:
                self._begun = Nursery()
        return self._begun.start(arguments, environment, errors)

    def close(self) -> None:
        """End the parent, if there is one."""
        if self._begun is not None:
            self._begun.close()
