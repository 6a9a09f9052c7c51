"""Who listens at an ECR link: its bytes for a log, its frames for the time line of a run; changes nothing."""

from __future__ import annotations

from collections.abc import Callable

from hil.capture.line_log import LineBytes, LineLog
from hil.control.live_process import wall_ms
from hil.ecr.link import Side
from hil.ecr.profile import Profile
from hil.ecr.tap import Passed, Tap


class EcrWitness:
    """Both ways of one link, in the thread of its till."""

    def __init__(
        self, profile: Profile, keep: Callable[[LineBytes], None] | None,
        passed: Callable[[Passed], None] | None,
    ) -> None:
        """``keep`` is given each read and write, ``passed`` each frame and signal with its wall time."""
        self._log = None if keep is None else LineLog("ecr", keep)
        self._tap = None if passed is None else Tap(profile)
        self._passed = passed

    def heard(self, data: bytes) -> None:
        """These bytes came of the terminal."""
        if self._log is not None:
            self._log.heard(data)
        self._hear("terminal", data)

    def sent(self, data: bytes) -> None:
        """These bytes left for it."""
        if self._log is not None:
            self._log.sent(data)
        self._hear("till", data)

    def rest(self) -> None:
        """The link is closed: what waited is shown."""
        if self._log is not None:
            self._log.rest()
        self._tell(self._tap.tick(wall_ms() + _LONG_MS) if self._tap is not None else [])

    def _hear(self, by: Side, data: bytes) -> None:
        if self._tap is not None:
            self._tell(self._tap.tick(wall_ms()) + self._tap.heard(by, data, wall_ms()))

    def _tell(self, found: list[Passed]) -> None:
        if self._passed is not None:
            for each in found:
                self._passed(each)


_LONG_MS = 3_600_000
