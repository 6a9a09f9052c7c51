"""Serial ports, wherever pyserial reaches: COM ports, ttys, ptys, and its URLs.

``loop://``, ``socket://HOST:PORT`` and ``rfc2217://HOST:PORT`` are among the URLs.  Speaks no
protocol and sets no handshake that was not asked for; what a device cannot do is refused.
"""

from __future__ import annotations

import contextlib
import os
import select
import sys
import threading
from collections.abc import Callable

import serial

from hil.ports.limits import CLIENT_LIMITS, PortLimits
from hil.ports.marks import Marks
from hil.ports.ports import Clock, PortError, PortEvents, words_for
from hil.ports.pumped_port import PumpedPort
from hil.ports.serial_line import LONGEST_BREAK_MS, LineEvents, ModemLines, SerialLine

if sys.platform != "win32":
    import termios

READ_TURN_S = 0.1  # how long closing may wait for the reader
WRITE_TURN_S = 0.1
WRITE_TIMEOUT_S = 5.0  # where only the driver can tell that nothing leaves
PIECE = 1_024
DRAIN_TURN_S = 0.01


# what a device that was pulled raises: an error of termios is none of the operating system's to Python
_GONE: tuple[type[Exception], ...] = (OSError,) if sys.platform == "win32" else (OSError, termios.error)


class SerialStream:
    """The calls of one serial device."""

    def __init__(self, device: serial.SerialBase, *, is_tty: bool) -> None:
        self._device = device
        self._is_tty = is_tty  # of a POSIX system: its descriptor can be written and waited for
        self._shut = threading.Event()
        self._marks: Marks | None = None
        self._told: ModemLines | None = None
        self._on_lines: Callable[[ModemLines], None] | None = None
        self.lines = _lines_of(device)

    def tell(self, on_lines: Callable[[ModemLines], None], on_break: Callable[[], None]) -> None:
        """Tell of modem lines and breaks as well, in the reader's thread; before it is begun."""
        if self.lines is not None:
            self._on_lines = on_lines
        if self._is_tty:
            _mark_breaks(self._device.fileno())
            self._marks = Marks(on_break)

    def read(self, within_s: float) -> bytes | None:
        """What has come, ``b""`` after a short wait without any."""
        del within_s  # its own turn is shorter
        if self._shut.is_set():
            return None
        first: bytes = self._device.read(1)
        more = self._device.in_waiting if first else 0
        data = first + self._device.read(more) if more else first
        if self._on_lines is not None:
            now = _lines_of(self._device)
            if now is not None and now != self._told:
                self._told = self.lines = now
                self._on_lines(now)
        return self._marks.without(data) if self._marks is not None else data

    def discard(self) -> None:
        """Forget what has come and was not read; waits for nothing."""
        if waiting := self._device.in_waiting:
            self._device.read(waiting)

    def write(self, data: memoryview) -> int:
        """What the device takes; 0 where it takes nothing for a short time."""
        if not self._is_tty:
            piece = bytes(data[:PIECE])
            try:
                self._device.write(piece)
            except serial.SerialTimeoutException as error:  # how much of it has left, nobody knows
                raise PortError(
                    f"{self._device.port}: the other side does not read what is sent to it",
                ) from error
            return len(piece)
        descriptor: int = self._device.fileno()
        try:
            return os.write(descriptor, data[:PIECE])
        except BlockingIOError:
            poll = select.poll()
            poll.register(descriptor, select.POLLOUT)
            poll.poll(WRITE_TURN_S * 1_000)
            return 0

    def finish(self, within_s: float) -> bool:
        """Wait until the device has sent what it took."""
        turns = int(within_s / DRAIN_TURN_S)
        with contextlib.suppress(OSError, AttributeError):  # not every kind of device knows
            while self._device.out_waiting and turns and not self._shut.wait(DRAIN_TURN_S):
                turns -= 1
        return False

    def shut(self) -> None:
        """End at the next turn of the reader."""
        self._shut.set()
        with contextlib.suppress(OSError, AttributeError, TypeError):
            self._device.cancel_read()  # not every kind of device can

    def release(self) -> None:
        """Close the device; what it did not send is dropped, or closing would wait for it."""
        with contextlib.suppress(*_GONE, AttributeError):
            self._device.reset_output_buffer()
        with contextlib.suppress(*_GONE):
            self._device.close()

    # ---- in the writer's thread ----------------------------------------------------------------

    def set_rts(self, on: bool) -> None:
        """Drive RTS."""
        self._device.rts = on

    def set_dtr(self, on: bool) -> None:
        """Drive DTR."""
        self._device.dtr = on

    def send_break(self, for_ms: int) -> None:
        """Hold the line in the break state."""
        self._device.break_condition = True
        self._shut.wait(for_ms / 1_000)
        self._device.break_condition = False


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


def open_device(url: str, line: SerialLine, limits: PortLimits = CLIENT_LIMITS) -> SerialStream:
    """A serial device, open; ``PortError`` where it cannot be.  It may take a while: over a network."""
    write_timeout_s = min(limits.unread_s, WRITE_TIMEOUT_S)
    is_tty = os.name == "posix" and "://" not in url
    try:
        device = serial.serial_for_url(
            url, do_not_open=True, baudrate=line.baud, bytesize=line.data_bits,
            parity=line.parity.value, stopbits=line.stop_bits, rtscts=line.rts_cts,
            dsrdtr=line.dsr_dtr, xonxoff=line.xon_xoff, timeout=READ_TURN_S,
            **({} if url.startswith("rfc2217:") else {"write_timeout": write_timeout_s}),
            **({"exclusive": True} if is_tty else {}),
        )
        if line.rts is not None:
            device.rts = line.rts
        if line.dtr is not None:
            device.dtr = line.dtr
        device.open()
    except OSError as error:
        if "exclusively lock" in str(error):
            raise PortError(f"{url}: is in use by another program") from error
        raise PortError(words_for(url, error)) from error
    except (ValueError, OverflowError, NotImplementedError) as error:
        raise PortError(f"{url}: {error}") from error
    try:
        stream = SerialStream(device, is_tty=is_tty)
        _refuse_what_it_cannot(url, device, line, stream)
    except BaseException:
        device.close()
        raise
    return stream


def _refuse_what_it_cannot(
    url: str, device: serial.SerialBase, line: SerialLine, stream: SerialStream,
) -> None:
    wants_lines = line.rts is not None or line.dtr is not None or line.rts_cts or line.dsr_dtr
    if wants_lines and stream.lines is None:
        raise PortError(f"{url}: this device has no modem lines (rts, dtr, rts_cts, dsr_dtr)")
    if sys.platform != "win32" and isinstance(device, serial.Serial):
        _refuse_other_form(url, device.fileno(), line)


if sys.platform != "win32":
    _BITS = {5: termios.CS5, 6: termios.CS6, 7: termios.CS7, 8: termios.CS8}

    def _refuse_other_form(url: str, descriptor: int, line: SerialLine) -> None:
        """A driver keeps quiet about what it cannot do: the line is read back."""
        set_to: int = termios.tcgetattr(descriptor)[2]
        asked = _BITS[line.data_bits]
        if line.parity.value != "N":
            asked |= termios.PARENB
        if set_to & (termios.CSIZE | termios.PARENB) != asked:
            raise PortError(f"{url}: this device cannot do {line}; a pty knows 8N1 only")

    def _mark_breaks(descriptor: int) -> None:
        """Have breaks marked among the bytes, for :class:`Marks` to take out again."""
        state = termios.tcgetattr(descriptor)
        state[0] = state[0] & ~(termios.IGNBRK | termios.BRKINT | termios.IGNPAR) | termios.PARMRK
        termios.tcsetattr(descriptor, termios.TCSANOW, state)
else:
    def _mark_breaks(descriptor: int) -> None:
        """Only POSIX systems mark breaks."""


def _lines_of(device: serial.SerialBase) -> ModemLines | None:
    try:
        return ModemLines(bool(device.cts), bool(device.dsr), bool(device.cd), bool(device.ri))
    except (OSError, AttributeError, NotImplementedError):
        return None  # a pty says that this is no ioctl of its own
