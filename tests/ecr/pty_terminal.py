"""A terminal session behind a pty, with a till clerk of data: what the outside tills are driven against."""

from __future__ import annotations

import os
import select
import threading
import time
import tty
from collections.abc import Callable
from typing import Self

from hil.ecr.profiles import load_profile
from hil.ecr.terminal import OrderHeard, TerminalEvent, TerminalSession
from hil.ecr.values import Answer, Order, Stage


class PtyTerminal:
    """Serves one profile on a pty until it is closed."""

    def __init__(self, profile: str, answers: Callable[[Order], Answer], slice_bytes: int = 4096) -> None:
        self._near, far = os.openpty()
        tty.setraw(self._near)
        tty.setraw(far)
        self._far, self.path = far, os.ttyname(far)
        self.session = TerminalSession(load_profile(profile), tid="10000001", mid="898000000000001")
        self.orders: list[Order] = []
        self.events: list[TerminalEvent] = []
        self._answers, self._slice = answers, slice_bytes
        self._stopped = False
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stopped = True
        self._thread.join(5)
        os.close(self._near)
        os.close(self._far)

    def _run(self) -> None:
        while not self._stopped:
            readable, _, _ = select.select([self._near], [], [], 0.02)
            now = round(time.monotonic() * 1000)
            if readable:
                self.session.receive(os.read(self._near, 4096), now)
            self.session.tick(now)
            for event in self.session.take_events():
                self.events.append(event)
                if isinstance(event, OrderHeard):
                    self.orders.append(event.order)
                    self.session.progress(Stage.CARD, now)
                    self.session.answer(self._answers(event.order), now)
            out = self.session.take_outbox()
            for at in range(0, len(out), self._slice):
                os.write(self._near, out[at:at + self._slice])
