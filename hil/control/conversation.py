"""One client of a control port: its lines one after another, its answers in the same order.

Between two lines the clock may do something else.  Who asks faster than it is answered is not read
for a while.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from hil.control.bounds import LONGEST_LINE
from hil.ports.ports import Clock, PortEvents
from hil.ports.pumped_port import PumpedPort

MOST_WAITING = 100  # answers that have not left yet; then no line is taken until they have
Say = Callable[[bytes], None]


class Conversation:
    """The lines of one connection."""

    def __init__(
        self, clock: Clock, port: PumpedPort, most_unanswered: int,
        take: Callable[[bytes, Say], None], too_long: bytes,
    ) -> None:
        """``take(line, say)`` answers, now or later; ``too_long`` is said to an endless line."""
        self._clock = clock
        self._port = port
        self._most = most_unanswered
        self._take = take
        self._too_long = too_long
        self._begun = bytearray()  # of a line
        self._lines: deque[bytes] = deque()  # that wait
        self._answers: deque[list[bytes]] = deque()  # a list is empty until its answer is said
        self._is_serving = False
        self._is_paused = False
        self._ended = False  # no more lines come

    def events(self, on_trouble: Callable[[str], None]) -> PortEvents:
        """What its port tells; ``on_trouble`` hears why it was hung up on."""
        return PortEvents(
            on_bytes=self._bytes_came, on_closed=self._closed,
            on_failed=lambda failure: on_trouble(str(failure)), answers_after_end=True,
        )

    def _bytes_came(self, data: bytes) -> None:
        if self._ended:
            return
        first, *more = data.split(b"\n")
        self._begun += first
        for rest in more:
            self._lines.append(bytes(self._begun))
            self._begun[:] = rest
        if len(self._begun) > LONGEST_LINE:
            self._begun.clear()
            self._ended = True
            self._turn()(self._too_long)
        if len(self._lines) + len(self._answers) > self._most:
            self._is_paused = True
            self._port.pause()
        self._serve()

    def _closed(self) -> None:
        self._lines.append(bytes(self._begun))
        self._begun.clear()
        self._ended = True
        self._serve()

    def _serve(self) -> None:
        """Take one line; the next one when the clock has done what is due."""
        while self._lines and not self._is_serving and len(self._answers) < self._most:
            if self._port.waiting >= MOST_WAITING:  # the writer is behind, whoever is to blame
                self._is_serving = True
                self._port.in_turn(lambda: self._clock.inject(self._serve_on))
                return
            line = self._lines.popleft()
            if line.strip():
                self._take(line, self._turn())
                if self._lines:
                    self._is_serving = True
                    self._clock.inject(self._serve_on)
        if self._is_paused and len(self._lines) + len(self._answers) <= self._most // 2:
            self._is_paused = False
            self._port.resume()
        if self._ended and not self._lines and not self._answers:
            self._port.close()

    def _serve_on(self) -> None:
        self._is_serving = False
        self._serve()

    def _turn(self) -> Say:
        """What is called, once, with the line that answers."""
        turn: list[bytes] = []
        self._answers.append(turn)
        self._port.is_owed = True

        def say(line: bytes) -> None:
            if turn:
                return  # it failed after it had been answered
            turn.append(line)
            while self._answers and self._answers[0]:
                self._port.write(self._answers.popleft()[0])
            self._port.is_owed = bool(self._answers)
            if self._ended or self._lines or self._is_paused:
                self._clock.inject(self._serve)

        return say
