"""One warm parent for all tests of a test process, started by the first that needs a host, a device or a command."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import IO

from hil.processes.nursery import Nursery, WarmChild

READ = ("hil.gherkin.hooks", "hil.gherkin.play")  # beside hosts and devices
PATIENCE_S = 120.0


class NurseryOnDemand(Nursery):
    """A nursery whose parent is started when the first process is asked for."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._begun: Nursery | None = None

    def start(
        self, arguments: Sequence[str], environment: Mapping[str, str], errors: IO[bytes], folder: str = "",
    ) -> WarmChild:
        """Fork one."""
        with self._guard:
            if self._begun is None:
                self._begun = Nursery(READ)
        return self._begun.start(arguments, environment, errors, folder)

    def close(self) -> None:
        """End the parent, if there is one."""
        if self._begun is not None:
            self._begun.close()


NURSERY = NurseryOnDemand()


def daozhang(
    arguments: Sequence[str], folder: Path, environment: Mapping[str, str],
) -> subprocess.CompletedProcess[str]:
    """One command in a process of its own, forked and not started: what it says and how it ends is the same."""
    with tempfile.TemporaryFile() as errors:
        child = NURSERY.start(arguments, {**os.environ, **environment}, errors, str(folder))
        with child.stdout as stdout:
            output = stdout.read()
        status = child.wait(PATIENCE_S)
        errors.seek(0)
        return subprocess.CompletedProcess(
            ["daozhang", *arguments], status, output.decode("utf-8"), errors.read().decode("utf-8"))
