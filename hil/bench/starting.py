"""A rig that cannot even be opened, told from one that breaks later; a bench on which nothing can be started is given up.

A standing bench has one line, one till and one power for all cases: what keeps one case from its
beginning twice over, and the next one for the same reason, keeps all of them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager

from hil.bench.rig import Rig, RigSetting, open_rig
from hil.benches.bench_file import BenchFile
from hil.control.bench_error import BenchError
from hil.ports.ports import PortError

IN_A_ROW = 2


class NoStartError(BenchError):
    """The rig could not be opened: nothing was asked of the terminal yet that says anything about it."""


@contextmanager
def start_rig(bench: BenchFile, setting: RigSetting) -> Iterator[Rig]:
    """As :func:`hil.bench.rig.open_rig`; ``NoStartError`` for what keeps it from being open."""
    with ExitStack() as stack:
        try:
            rig = stack.enter_context(open_rig(bench, setting))
        except (BenchError, PortError) as error:
            raise NoStartError(str(error)) from error
        yield rig


class GivingUp:
    """Whether a run goes on, by how its cases ended one after the other."""

    def __init__(self, bench: BenchFile) -> None:
        self._is_asked = not bench.is_fresh  # of a fresh one each case has processes and ports of its own
        self._last = ""
        self._count = 0
        self.has_given_up = False

    def hears(self, no_start: str) -> bool:
        """Why a case did not begin, "" where it did; whether nothing more is worth trying."""
        self._count = self._count + 1 if no_start and no_start == self._last else bool(no_start)
        self._last = no_start
        self.has_given_up = self.has_given_up or (self._is_asked and self._count >= IN_A_ROW)
        return self.has_given_up
