"""An order at an ECR link that was begun: how it ended, or that its line went and came back; opens nothing."""

from __future__ import annotations

import math
import threading
import time
from collections.abc import Callable

from hil.ecr.till import Found
from hil.ecr.values import Answer
from hil.processes.living import LIVING
from hil.processes.process import BenchError
from hil.tills.counter import Meant
from hil.tills.ends import SILENT, Look, Told, Wish, unwatched

LOOK_AGAIN_S = 0.02
GRACE_S = 0.5  # a line that goes with the power is no line that was lost


class EcrTicket:
    """An order that was begun."""

    def __init__(
        self, meant: Meant, within_s: float, is_dark: Callable[[], bool], ended: Callable[[Meant, Told], Told],
    ) -> None:
        self.meant = meant
        self.answer: Answer | None = None
        self.found = Found.NOTHING
        self.error: Exception | None = None
        self.done = threading.Event()
        self.lost_s: float | None = None  # since when its line is gone
        self.revive: Callable[[], None] = lambda: None  # opens it again
        self._ends_s = time.monotonic() + within_s
        self._is_dark = is_dark
        self._ended = ended
        self._told: Told | None = None

    @property
    def is_done(self) -> bool:
        """Whether it has ended, one way or the other."""
        return self.done.is_set() or self._is_dark() or time.monotonic() > self._ends_s

    def wait(self, within_s: float | None = None, look: Look = unwatched) -> Told:
        """How it ended; ``BenchError`` where it has not within this time."""
        until_s = math.inf if within_s is None else time.monotonic() + within_s
        while not self.is_done:
            if time.monotonic() > until_s:
                raise BenchError(f"waited in vain for the end of order {self.meant.wish.order}")
            LIVING.go_on()
            look()
            self.done.wait(LOOK_AGAIN_S)
            if self.lost_s is not None and time.monotonic() - self.lost_s > GRACE_S and not self.is_done:
                self.lost_s = None
                self.revive()
        if self._told is None:
            if self.error is not None:
                raise self.error
            self._told = self._ended(self.meant, self._as_told())
        return self._told

    def _as_told(self) -> Told:
        wish, answer = self.meant.wish, self.answer
        if answer is None:
            why = "" if self._is_dark() else SILENT
            return Told("", reason=why, kind=wish.kind, order=wish.order)
        return told_by(answer, wish)


def told_by(answer: Answer, wish: Wish) -> Told:
    """What the counter saw, by what the terminal answered."""
    return Told(
        answer.result.value, answer.response_code, answer.reason, wish.kind, wish.order, answer.batch,
        answer.stan, answer.rrn, answer.auth_code, answer.amount_fen or wish.amount_fen, answer.voucher,
        wish.qr_code, answer.date[4:8], answer.receipt)
