"""A serial line that is kept open: an adapter that vanishes is one line of words, and is opened again.

To whoever listens it is a server with one connection, which stands for as long as the device does.
"""

from __future__ import annotations

import threading
from collections.abc import Callable

from msgspec.structs import replace

from hil.ports.limits import LIMITS, PortLimits
from hil.ports.ports import Clock, PortError, PortEvents
from hil.ports.pumped_port import PumpedPort, Stream
from hil.ports.serial_line import SerialLine
from hil.ports.serial_open import open_device
from simulator.catalogue.language import Message
from simulator.catalogue.line_reasons import PortWarning

OPEN_AGAIN_S = 1.0
_GONE = Message(
    "line_gone", "{name}: the serial line has gone ({why}); it is opened again once it is there",
    "{name}：串口线路断开（{why}）；恢复后将自动重新打开")
_BACK = Message("line_back", "{name}: the serial line is back", "{name}：串口线路已恢复")
_ENDED = Message("line_ended", "the other side ended it", "对方结束")
Trouble = Callable[[PortError], None]
Tap = Callable[[Stream], Stream]


class SerialServerPort:
    """One line; open from construction on, ``PortError`` where it cannot be."""

    def __init__(
        self, clock: Clock, url: str, line: SerialLine,
        on_connected: Callable[[PumpedPort], PortEvents],
        *, limits: PortLimits = LIMITS, on_trouble: Trouble = lambda _: None,
        open_again_s: float = OPEN_AGAIN_S, tap: Tap = lambda stream: stream,
    ) -> None:
        """``on_trouble`` is told, in the clock's thread, that the line has gone and is back.

        ``tap`` is put around the stream of the device, each time that it is opened.
        """
        self.name = url
        self._clock = clock
        self._line = line
        self._on_connected = on_connected
        self._on_trouble = on_trouble
        self._limits = replace(limits, idle_s=0.0)  # a line has nobody to hang up on
        self._open_again_s = open_again_s
        self._tap = tap
        self._closed = threading.Event()
        self._port: PumpedPort | None = None
        self._take(open_device(url, line, self._limits))

    def __str__(self) -> str:
        return f"{self.name} ({self._line})"

    @property
    def connections(self) -> list[PumpedPort]:
        """The line, while it is there."""
        return [self._port] if self._port is not None and not self._port.is_over else []

    def close(self) -> None:
        """Let the line go, for good; no event comes after this returns."""
        self._closed.set()
        if self._port is not None:
            self._port.close()

    def _take(self, stream: Stream) -> None:
        port = PumpedPort(self._clock, self.name, self._tap(stream), self._limits)
        events = self._on_connected(port)
        self._port = port

        def ended() -> None:
            events.on_closed()
            self._gone(PortError(_ENDED.say()))

        def failed(failure: PortError) -> None:
            events.on_failed(failure)
            self._gone(failure)

        port.start(PortEvents(on_bytes=events.on_bytes, on_closed=ended, on_failed=failed))

    def _gone(self, failure: PortError) -> None:
        self._port = None
        if self._closed.is_set():
            return
        if failure.why is not PortWarning.LINE_GONE:  # whoever listened was told so by the device itself
            why = str(failure).removeprefix(f"{self.name}: ")
            self._on_trouble(PortError(_GONE.say(name=self.name, why=why), PortWarning.LINE_GONE))
        threading.Thread(target=self._open_again, name=f"open {self.name}", daemon=True).start()

    def _open_again(self) -> None:
        stream = self._opened()
        if stream is not None:
            self._clock.inject(lambda: self._back(stream))

    def _opened(self) -> Stream | None:
        """The device once it is there; in a thread of its own.  None where nobody wants it any more."""
        while not self._closed.wait(self._open_again_s):
            try:
                return open_device(self.name, self._line, self._limits)
            except PortError:
                continue  # it was said that the line has gone
        return None

    def _back(self, stream: Stream) -> None:
        if self._closed.is_set():
            stream.shut()
            stream.release()
            return
        self._on_trouble(PortError(_BACK.say(name=self.name), PortWarning.LINE_BACK))
        self._take(stream)
