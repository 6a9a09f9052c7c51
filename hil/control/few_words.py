"""Lines for a person who looks on, so many in a while: a flood of reasons to say something fills no disk."""

from __future__ import annotations

import time
from collections.abc import Callable

from simulator.catalogue.language import Message

WHILE_S = 10.0

_MORE = Message(
    "more_lines", "{what}: {count} more lines were not written down one by one",
    "{what}：另有{count}条未逐条记录")
CONTROL_PORT = Message("control_port", "control port", "控制端口")
LINE_OF_A_TILL = Message("line_of_a_till", "ECR line", "收银线路")


class FewWords:
    """Passes on the first lines of a while; the rest is counted, and told at the next that is passed on."""

    def __init__(
        self, say: Callable[[str], None], what: str, most: int,
        now_s: Callable[[], float] = time.monotonic,
    ) -> None:
        """``what`` they are about: where the rest is told of, it is named."""
        self._say = say
        self._what = what
        self._most = most
        self._now_s = now_s
        self._until_s = 0.0
        self._said = 0
        self._untold = 0

    def say(self, line: str) -> None:
        """Say it, or count it."""
        now_s = self._now_s()
        if now_s >= self._until_s:
            self._until_s, self._said = now_s + WHILE_S, 0
            self.tell_rest()
        if self._said >= self._most:
            self._untold += 1
            return
        self._said += 1
        self._say(line)

    def tell_rest(self) -> None:
        """Say how many were only counted, if some were."""
        untold, self._untold = self._untold, 0
        if untold:
            self._say(_MORE.say(what=self._what, count=f"{untold:,}"))
