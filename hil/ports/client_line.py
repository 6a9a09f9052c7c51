"""A line that this side opens, whatever it is made of; one that is lost may be opened again.

It is open from construction on.  Where it shall come back it is tried again with growing pauses:
whoever listens is told once that it has gone and once that it is back, and what is written in
between is dropped, as on a cable that is not plugged in.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from functools import partial

from hil.ports.limits import CLIENT_LIMITS, PortLimits
from hil.ports.ports import Clock, PortError, PortEvents
from hil.ports.pumped_port import PumpedPort, Stream
from hil.ports.serial_line import LONGEST_BREAK_MS, LineEvents, ModemLines
from hil.ports.serial_stream import SerialStream
from simulator.catalogue.language import Message
from simulator.catalogue.line_reasons import PortWarning

FIRST_PAUSE_S = 0.1  # before it is tried again; each time twice as long, up to what was asked for
_GONE = Message(
    "client_line_gone", "{name}: the line has gone ({why}); it is opened again once it is there",
    "{name}：线路断开（{why}）；恢复后将自动重新打开")
_BACK = Message("client_line_back", "{name}: the line is back", "{name}：线路已恢复")
_ENDED = Message("client_line_ended", "the other side ended it", "对方结束")
_NO_LINES = Message(
    "client_no_lines", "{name}: this line has no modem lines and sends no break",
    "{name}：此线路没有调制解调器信号线，不能发 break")
_BREAK = Message(
    "client_break", "{name}: a break lasts 1 to {most} ms, not {given}", "{name}：break 持续 1 至 {most} 毫秒，不能是 {given}")
Trouble = Callable[[PortError], None]


class ClientLine:
    """One line; ``PortError`` where it cannot be opened, which may take as long as a connection does."""

    def __init__(
        self, clock: Clock, name: str, opened: Callable[[], Stream], events: PortEvents,
        *, limits: PortLimits = CLIENT_LIMITS, reconnect_s: float = 0.0,
        on_trouble: Trouble = lambda _: None,
    ) -> None:
        """``reconnect_s`` is the longest pause between two tries; 0: a line that has gone has gone.

        ``on_trouble`` is told, in the clock's thread, that it has gone and that it is back.
        """
        self.name = name
        self._clock = clock
        self._opened = opened
        self._events = events
        self._limits = limits
        self._reconnect_s = reconnect_s
        self._on_trouble = on_trouble
        self._closed = threading.Event()
        self._port: PumpedPort | None = None
        self._serial: SerialStream | None = None
        self._take(opened())

    @property
    def is_open(self) -> bool:
        """Whether it is there, as far as is known."""
        return self._port is not None and not self._port.is_over

    @property
    def is_flushed(self) -> bool:
        """Whether all that was written has left, or never will."""
        return self._port is None or self._port.is_flushed

    @property
    def lines(self) -> ModemLines | None:
        """The modem lines as last seen; None where it has none."""
        return self._serial.lines if self._serial is not None else None

    def write(self, data: bytes) -> None:
        """Queue bytes to leave, in order; never blocks.  Dropped while it is not there."""
        if self._port is not None:
            self._port.write(data)

    def close(self) -> None:
        """Let it go, for good; no event comes after this returns."""
        self._closed.set()
        if self._port is not None:
            self._port.close()

    def set_rts(self, on: bool) -> None:
        """Drive RTS once what was written has left."""
        self._in_turn(lambda serial: serial.set_rts(on))

    def set_dtr(self, on: bool) -> None:
        """Drive DTR once what was written has left."""
        self._in_turn(lambda serial: serial.set_dtr(on))

    def send_break(self, for_ms: int = 250) -> None:
        """Send a break once what was written has left."""
        if not 1 <= for_ms <= LONGEST_BREAK_MS:
            raise PortError(_BREAK.say(name=self.name, most=LONGEST_BREAK_MS, given=for_ms))
        self._in_turn(lambda serial: serial.send_break(for_ms))

    def _in_turn(self, act: Callable[[SerialStream], None]) -> None:
        serial, port = self._serial, self._port
        if self._closed.is_set() or (port is None and self._reconnect_s):
            return  # as bytes: dropped
        if serial is None or port is None or serial.lines is None:
            raise PortError(_NO_LINES.say(name=self.name))
        port.in_turn(lambda: act(serial))

    # ---- the clock's thread ---------------------------------------------------------------------

    def _take(self, stream: Stream) -> None:
        self._serial = stream if isinstance(stream, SerialStream) else None
        self._port = port = PumpedPort(self._clock, self.name, stream, self._limits)
        events = self._events
        if self._serial is not None and isinstance(events, LineEvents):
            self._serial.tell(
                lambda lines: self._clock.inject(
                    lambda: None if port.is_over else events.on_lines(lines)),
                lambda: self._clock.inject(lambda: None if port.is_over else events.on_break()))
        port.start(PortEvents(
            on_bytes=events.on_bytes, on_closed=self._ended, on_failed=self._failed,
            answers_after_end=events.answers_after_end and not self._reconnect_s))

    def _ended(self) -> None:
        if self._reconnect_s:
            self._gone(_ENDED.say())
        else:
            self._events.on_closed()

    def _failed(self, failure: PortError) -> None:
        if self._reconnect_s:
            self._gone(str(failure).removeprefix(f"{self.name}: "))
        else:
            self._events.on_failed(failure)

    def _gone(self, why: str) -> None:
        self._port = self._serial = None
        if self._closed.is_set():
            return
        self._on_trouble(PortError(_GONE.say(name=self.name, why=why), PortWarning.LINE_GONE))
        threading.Thread(target=self._open_again, name=f"open {self.name}", daemon=True).start()

    def _back(self, stream: Stream) -> None:
        if self._closed.is_set():
            stream.shut()
            stream.release()
            return
        self._on_trouble(PortError(_BACK.say(name=self.name), PortWarning.LINE_BACK))
        self._take(stream)

    # ---- a thread of its own --------------------------------------------------------------------

    def _open_again(self) -> None:
        pause_s = min(FIRST_PAUSE_S, self._reconnect_s)
        while not self._closed.wait(pause_s):
            stream = self._once_more()
            if stream is not None:
                self._clock.inject(partial(self._back, stream))
                return
            pause_s = min(2 * pause_s, self._reconnect_s)

    def _once_more(self) -> Stream | None:
        try:
            return self._opened()
        except (PortError, OSError, ValueError):
            return None  # it was said that it has gone
