"""Serial ports, wherever pyserial reaches: COM ports, ttys, ptys, and its URLs.

``loop://``, ``socket://HOST:PORT`` and ``rfc2217://HOST:PORT`` are among the URLs.  Speaks no
protocol and sets no handshake that was not asked for; what a device cannot do is refused.
"""

from __future__ import annotations

from collections.abc import Callable

from hil.ports.limits import CLIENT_LIMITS, PortLimits
from hil.ports.ports import Clock, PortError, PortEvents
from hil.ports.pumped_port import PumpedPort
from hil.ports.serial_line import LONGEST_BREAK_MS, LineEvents, ModemLines, SerialLine
from hil.ports.serial_open import open_device


class SerialPort(PumpedPort):
    """A serial device; open from construction on, ``PortError`` where it cannot be."""

    def __init__(
        self, clock: Clock, url: str, events: PortEvents, line: SerialLine | None = None,
        *, limits: PortLimits = CLIENT_LIMITS,
    ) -> None:
        """With :class:`LineEvents` it tells of modem lines and breaks too."""
        self._serial = open_device(url, line or SerialLine(), limits)
        super().__init__(clock, url, self._serial, limits)
        if isinstance(events, LineEvents):
            self._serial.tell(
                lambda lines: clock.inject(lambda: self._line_news(lambda: events.on_lines(lines))),
                lambda: clock.inject(lambda: self._line_news(events.on_break)),
            )
        self.start(events)

    @property
    def lines(self) -> ModemLines | None:
        """The lines as last seen; None where the device has none, nor breaks (a pty)."""
        return self._serial.lines

    def set_rts(self, on: bool) -> None:
        """Drive RTS once what was written has left."""
        self._refuse_without_lines()
        self.in_turn(lambda: self._serial.set_rts(on))

    def set_dtr(self, on: bool) -> None:
        """Drive DTR once what was written has left."""
        self._refuse_without_lines()
        self.in_turn(lambda: self._serial.set_dtr(on))

    def send_break(self, for_ms: int = 250) -> None:
        """Send a break once what was written has left."""
        self._refuse_without_lines()
        if not 1 <= for_ms <= LONGEST_BREAK_MS:
            raise PortError(f"{self.name}: a break lasts 1 to {LONGEST_BREAK_MS} ms, not {for_ms}")
        self.in_turn(lambda: self._serial.send_break(for_ms))

    def _line_news(self, tell: Callable[[], None]) -> None:
        if not self.is_over:
            tell()

    def _refuse_without_lines(self) -> None:
        if self.lines is None:
            raise PortError(f"{self.name}: this device has no modem lines and sends no break")
