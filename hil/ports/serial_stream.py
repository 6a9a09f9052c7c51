"""The calls of one serial device, as a pumped port makes them: bytes, lines, breaks, RS-485.

A device that goes away while it is in use is one :class:`PortError` that says so.
"""

from __future__ import annotations

import contextlib
import errno
import os
import select
import threading
import time
from collections.abc import Callable, Iterator

import serial

from hil.ports.marks import Marks
from hil.ports.ports import PortError, words_for
from hil.ports.serial_line import ModemLines, SerialLine
from hil.ports.tty_device import DEVICE_ERRORS, give_free, mark_breaks
from simulator.catalogue.language import Message
from simulator.catalogue.line_reasons import PortWarning

WRITE_TURN_S = 0.1
PIECE = 1_024
DRAIN_TURN_S = 0.01
_WITHOUT_LINES: tuple[type[Exception], ...] = (AttributeError, NotImplementedError, *DEVICE_ERRORS)
_UNREAD = Message(
    "serial_unread", "{name}: the other side does not read what is sent to it", "{name}：对方不读取发送的数据")
_GONE = Message(
    "serial_gone", "{name}: the device has gone: pulled out, switched off, or closed at its other end",
    "{name}：设备已离开：被拔出、断电，或对端已关闭")


class SerialStream:
    """The calls of one serial device."""

    def __init__(self, device: serial.SerialBase, line: SerialLine, *, is_tty: bool) -> None:
        self._device = device
        self._line = line
        self._is_tty = is_tty  # of a POSIX system: its descriptor can be written and waited for
        self._shut = threading.Event()
        self._letting_go = threading.Lock()
        self._is_let_go = False  # its descriptors may be another's by now
        self._marks: Marks | None = None
        self._told: ModemLines | None = None
        self._on_lines: Callable[[ModemLines], None] | None = None
        self._heard_s = -1e9  # when the last byte came
        self.lines = lines_of(device)

    def tell(self, on_lines: Callable[[ModemLines], None], on_break: Callable[[], None]) -> None:
        """Tell of modem lines and breaks as well, in the reader's thread; before it is begun."""
        if self.lines is not None:
            self._on_lines = on_lines
        if self._is_tty:
            mark_breaks(self._device.fileno())
            self._marks = Marks(on_break)

    def read(self, within_s: float) -> bytes | None:
        """What has come, ``b""`` after a short wait without any."""
        del within_s  # its own turn is shorter
        if self._shut.is_set():
            return None
        with self._in_words():
            first: bytes = self._device.read(1)
            more = self._device.in_waiting if first else 0
            data = first + self._device.read(more) if more else first
            if self._on_lines is not None:
                now = lines_of(self._device)
                if now is not None and now != self._told:
                    self._told = self.lines = now
                    self._on_lines(now)
        if data:
            self._heard_s = time.monotonic()
        return self._marks.without(data) if self._marks is not None else data

    def discard(self) -> None:
        """Forget what has come and was not read; waits for nothing."""
        with self._in_words():
            if waiting := self._device.in_waiting:
                self._device.read(waiting)

    def write(self, data: memoryview) -> int:
        """What the device takes; 0 where it takes nothing for a short time."""
        line = self._line
        if line.turnaround_ms and (wait_s := self._heard_s + line.turnaround_ms / 1_000 - time.monotonic()) > 0:
            self._shut.wait(min(wait_s, WRITE_TURN_S))
            return 0
        with self._in_words():
            if line.dsr_dtr and not self._device.dsr:
                self._shut.wait(DRAIN_TURN_S)
                return 0
            return self._keyed(data) if line.rs485 == "rts" else self._put(data)

    def finish(self, within_s: float) -> bool:
        """Wait until the device has sent what it took."""
        self._drain(within_s)
        return False

    def shut(self) -> None:
        """End at the next turn of the reader."""
        self._shut.set()
        with self._letting_go:  # pyserial writes into a pipe whose number another file may have got
            if not self._is_let_go:
                with contextlib.suppress(AttributeError, TypeError, *DEVICE_ERRORS):
                    self._device.cancel_read()  # not every kind of device can

    def release(self) -> None:
        """Close the device; what it did not send is dropped, or closing would wait for it."""
        with self._letting_go:
            self._is_let_go = True
        with contextlib.suppress(AttributeError, *DEVICE_ERRORS):
            self._device.reset_output_buffer()
        if self._is_tty:
            with contextlib.suppress(*DEVICE_ERRORS):
                give_free(self._device.fileno())
        with contextlib.suppress(*DEVICE_ERRORS):
            self._device.close()

    # ---- in the writer's thread ----------------------------------------------------------------

    def set_rts(self, on: bool) -> None:
        """Drive RTS."""
        with self._in_words():
            self._device.rts = on

    def set_dtr(self, on: bool) -> None:
        """Drive DTR."""
        with self._in_words():
            self._device.dtr = on

    def send_break(self, for_ms: int) -> None:
        """Hold the line in the break state."""
        with self._in_words():
            self._device.break_condition = True
            self._shut.wait(for_ms / 1_000)
            self._device.break_condition = False

    def _put(self, data: memoryview) -> int:
        if not self._is_tty:
            piece = bytes(data[:PIECE])
            try:
                self._device.write(piece)
            except serial.SerialTimeoutException as error:  # how much of it has left, nobody knows
                raise PortError(_UNREAD.say(name=self._device.port), PortWarning.UNREAD) from error
            return len(piece)
        descriptor: int = self._device.fileno()
        try:
            return os.write(descriptor, data[:PIECE])
        except BlockingIOError:
            poll = select.poll()
            poll.register(descriptor, select.POLLOUT)
            poll.poll(WRITE_TURN_S * 1_000)
            return 0

    def _keyed(self, data: memoryview) -> int:
        """RS-485: the transmitter is on for as long as something is sent, and off before an answer."""
        line = self._line
        self._device.rts = True
        self._shut.wait(line.rs485_before_ms / 1_000)
        sent = self._put(data)
        wire_s = sent * line.bits / line.baud
        began_s = time.monotonic()
        self._drain(wire_s + WRITE_TURN_S)
        self._shut.wait(max(0.0, wire_s - (time.monotonic() - began_s)) + line.rs485_after_ms / 1_000)
        self._device.rts = False
        return sent

    def _drain(self, within_s: float) -> None:
        turns = int(within_s / DRAIN_TURN_S)
        with contextlib.suppress(AttributeError, *DEVICE_ERRORS):  # not every kind of device knows
            while self._device.out_waiting and turns and not self._shut.wait(DRAIN_TURN_S):
                turns -= 1

    @contextlib.contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            yield
        except DEVICE_ERRORS as error:
            name = str(self._device.port)
            if self._is_tty:
                raise PortError(_GONE.say(name=name), PortWarning.LINE_GONE) from error
            text = words_for(name, error)
            if text == f"{name}: {error}":  # in a library's own words
                text = words_for(name, BrokenPipeError(errno.EPIPE, ""))
            raise PortError(text) from error


def lines_of(device: serial.SerialBase) -> ModemLines | None:
    """The lines that the other side drives; None where the device has none."""
    try:
        return ModemLines(bool(device.cts), bool(device.dsr), bool(device.cd), bool(device.ri))
    except _WITHOUT_LINES:
        return None  # a pty says that this is no ioctl of its own
