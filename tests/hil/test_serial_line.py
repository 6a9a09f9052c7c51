"""A serial port sets its line, hears modem lines, sends breaks, and refuses what a device cannot do."""

from __future__ import annotations

import os
import pty
import socket
import threading
import tty
from contextlib import contextmanager, suppress

import pytest
import serial
import serial.rfc2217

from hil.ports.contract import ContractClock, Ear
from hil.ports.marks import Marks
from hil.ports.ports import PortError, PortEvents
from hil.ports.serial_line import LineEvents, ModemLines, Parity, SerialLine, serial_line
from hil.ports.serial_port import SerialPort
from hil.ports.serial_stream import SerialStream


class LineObject:
    """A serial line of our own: what stands behind an RFC 2217 server in place of a UART."""

    def __init__(self) -> None:
        self.baudrate, self.bytesize, self.parity, self.stopbits = 9_600, 8, "N", 1
        self.xonxoff = self.rtscts = self.dsrdtr = False
        self.cts = self.dsr = self.cd = True
        self.ri = False
        self.rts = self.dtr = True
        self.breaks: list[bool] = []
        self.changed = threading.Event()

    @property
    def break_condition(self) -> bool:
        return bool(self.breaks) and self.breaks[-1]

    @break_condition.setter
    def break_condition(self, on: bool) -> None:
        self.breaks.append(on)
        self.changed.set()

    def reset_input_buffer(self) -> None:
        pass

    reset_output_buffer = reset_input_buffer


class Rfc2217Server:
    """A line behind TCP, as a terminal server has it; echoes what it hears."""

    def __init__(self) -> None:
        self.line = LineObject()
        self.heard = b""
        self._lock = threading.Lock()
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"rfc2217://127.0.0.1:{self._listener.getsockname()[1]}"
        self.manager: serial.rfc2217.PortManager | None = None
        self.ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def write(self, data: bytes) -> None:
        with self._lock:
            self._connection.sendall(data)

    def lines_changed(self) -> None:
        assert self.manager is not None
        self.manager.check_modem_lines()

    def close(self) -> None:
        self._listener.close()
        self._thread.join(10)

    def _serve(self) -> None:
        with suppress(OSError):
            self._connection, _ = self._listener.accept()
            self.manager = serial.rfc2217.PortManager(self.line, self)
            self.ready.set()
            while data := self._connection.recv(1_000):
                heard = b"".join(self.manager.filter(data))
                self.heard += heard
                if heard:
                    self.write(b"".join(self.manager.escape(heard)))
            self._connection.close()


@contextmanager
def over_rfc2217(line, events=None, clock=None):
    server = Rfc2217Server()
    clock = clock or ContractClock()
    port = SerialPort(clock, server.url, events or Ear().events, line)
    try:
        yield server, port, clock
    finally:
        port.close()
        server.close()


@pytest.mark.parametrize(("text", "bits", "parity", "stop"), [
    ("9600 7E1", 7, "E", 1), ("1200 7O2", 7, "O", 2), ("115200 8N1", 8, "N", 1),
    ("2400 8M1", 8, "M", 1), ("300 5S2", 5, "S", 2), ("19200 6N1", 6, "N", 1),
])
def test_the_far_end_is_set_as_was_asked(text, bits, parity, stop):
    with over_rfc2217(serial_line(text)) as (server, port, _):
        line = server.line
        assert (line.bytesize, line.parity, line.stopbits) == (bits, parity, stop)
        assert f"{line.baudrate} {bits}{parity}{stop}" == text
        assert port.lines is not None


def test_bytes_pass_both_ways_over_a_line_of_seven_bits():
    ear = Ear()
    with over_rfc2217(serial_line("9600 7E1"), ear.events) as (server, port, clock):
        port.write(b"\x02STATUS\x03")
        clock.run_until(lambda: len(ear.heard) == 8)
        assert server.heard == ear.heard == b"\x02STATUS\x03"


def test_modem_lines_are_told_at_the_start_and_at_each_change():
    seen: list[ModemLines] = []
    ear = Ear()
    events = LineEvents(
        on_bytes=ear.events.on_bytes, on_closed=ear.events.on_closed,
        on_failed=ear.events.on_failed, on_lines=seen.append)
    with over_rfc2217(SerialLine(), events) as (server, port, clock):
        clock.run_until(lambda: seen)
        assert seen[-1] == ModemLines(cts=True, dsr=True, dcd=True, ri=False)
        server.line.cts = False
        server.lines_changed()
        clock.run_until(lambda: not seen[-1].cts)
        server.line.ri = True
        server.lines_changed()
        clock.run_until(lambda: seen[-1].ri)
        assert port.lines == seen[-1] == ModemLines(cts=False, dsr=True, dcd=True, ri=True)


def test_lines_and_breaks_are_driven_behind_what_was_written():
    ear = Ear()
    with over_rfc2217(SerialLine(rts=True, dtr=True), ear.events) as (server, port, clock):
        port.write(b"before")
        port.set_rts(False)
        port.set_dtr(False)
        port.send_break(20)
        port.write(b"after")
        clock.run_until(lambda: len(ear.heard) == 11)
        assert server.heard == b"beforeafter"
        assert (server.line.rts, server.line.dtr) == (False, False)
        assert server.line.breaks[-2:] == [True, False]


@pytest.mark.parametrize("for_ms", [0, -1, 5_001])
def test_a_break_has_a_length(for_ms):
    with over_rfc2217(SerialLine()) as (_, port, _), pytest.raises(PortError, match="1 to 5000 ms"):
        port.send_break(for_ms)


@contextmanager
def a_pty():
    master, slave = pty.openpty()
    tty.setraw(slave)
    try:
        yield master, os.ttyname(slave)
    finally:
        os.close(slave)
        os.close(master)


@pytest.mark.parametrize(("line", "words"), [
    (serial_line("9600 7E1"), "cannot do 9600 7E1"), (serial_line("9600 8E1"), "cannot do"),
    (serial_line("9600 5N1"), "cannot do"),
    (SerialLine(rts_cts=True), "no modem lines"), (SerialLine(dsr_dtr=True), "no modem lines"),
    (SerialLine(rts=True), "no modem lines"), (SerialLine(dtr=False), "no modem lines"),
])
def test_what_a_pty_cannot_do_is_refused_when_it_is_opened(line, words):
    with a_pty() as (_, name):
        with pytest.raises(PortError, match=f"{name}: .*{words}"):
            SerialPort(ContractClock(), name, Ear().events, line)
        SerialPort(ContractClock(), name, Ear().events).close()


def test_a_pty_has_no_lines_to_drive():
    with a_pty() as (_, name):
        port = SerialPort(ContractClock(), name, Ear().events)
        assert port.lines is None
        for act in (lambda: port.set_rts(True), lambda: port.set_dtr(True), port.send_break):
            with pytest.raises(PortError, match="no modem lines"):
                act()
        port.close()


def test_every_byte_comes_as_it_was_sent_though_breaks_are_listened_for():
    """The system marks a byte FF when it is to mark breaks: the port takes the mark out again."""
    ear, clock, breaks = Ear(), ContractClock(), []
    with a_pty() as (master, name):
        port = SerialPort(clock, name, LineEvents(
            on_bytes=ear.events.on_bytes, on_closed=ear.events.on_closed,
            on_failed=ear.events.on_failed, on_break=lambda: breaks.append(True)))
        data = bytes(range(256)) + b"\xff\xff\x00\xff\x00\x00\xff"
        os.write(master, data)
        clock.run_until(lambda: len(ear.heard) >= len(data))
        assert (ear.heard, breaks) == (data, [])
        port.close()


@pytest.mark.parametrize("slices", [1, 2, 3, 100])
def test_marks_are_taken_out_however_the_bytes_are_cut(slices):
    breaks: list[bool] = []
    marks = Marks(lambda: breaks.append(True))
    marked = b"a\xff\xffb\xff\x00\x00c\xff\x00\x7fd\xff\xff\xff\x00\x00"
    sent = b"".join(marks.without(marked[at:at + slices]) for at in range(0, len(marked), slices))
    assert sent == b"a\xffbc\x7fd\xff"
    assert len(breaks) == 2


@pytest.mark.parametrize("text", ["", "9600 9N1", "9600 7X1", "9600 8N3", "7E1", "fast", "9600 7E1 x",
                                  "0 8N1", "-1", "９６００"])
def test_a_line_that_cannot_be_says_what_is_allowed(text):
    with pytest.raises(PortError, match="such as 9600 7E1"):
        serial_line(text)


@pytest.mark.parametrize("bad", [{"data_bits": 9}, {"stop_bits": 3}, {"baud": -5}])
def test_a_setting_that_no_line_has_is_refused(bad):
    with a_pty() as (_, name), pytest.raises(PortError, match=name):
        SerialPort(ContractClock(), name, Ear().events, SerialLine(**bad))


def test_a_line_without_form_is_eight_bits_without_parity():
    assert serial_line("4800") == SerialLine(baud=4_800, parity=Parity.NONE)


def test_plain_events_hear_no_lines():
    assert not isinstance(Ear().events, LineEvents)
    assert issubclass(LineEvents, PortEvents)


class Device:
    """A serial device that takes a while to close, and whose descriptors are another's meanwhile."""

    port = "/dev/ttyS0"

    def __init__(self):
        self.closing, self.may_close = threading.Event(), threading.Event()
        self.written_into = []

    def close(self):
        self.closing.set()
        self.may_close.wait(10)

    def cancel_read(self):
        self.written_into.append("another's file" if self.closing.is_set() else "its own pipe")


def test_what_ends_a_read_is_never_written_into_a_file_that_took_over_the_number():
    device = Device()
    stream = SerialStream(device, serial_line("9600 8N1"), is_tty=False)
    stream.shut()
    release = threading.Thread(target=stream.release)
    release.start()
    assert device.closing.wait(10)
    stream.shut()
    device.may_close.set()
    release.join()
    stream.shut()
    assert device.written_into == ["its own pipe"]
