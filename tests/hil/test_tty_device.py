"""What is asked of a tty itself: a device of this computer is one program's, and gives that back."""

from __future__ import annotations

import fcntl
import os
import struct

import pytest

from hil.ports import tty_device
from hil.ports.contract import ContractClock, Ear
from hil.ports.line_server import serve_line
from hil.ports.ports import PortError
from hil.ports.serial_line import SerialLine, serial_line
from hil.ports.serial_open import open_device

TIOCGEXCL = 0x80045440


@pytest.fixture
def path():
    server = serve_line(ContractClock(), "pty:", lambda _: Ear().events)
    yield server.where.removeprefix("pty:")
    server.close()


def is_exclusive(path):
    descriptor = os.open(path, os.O_RDWR | os.O_NOCTTY)
    try:
        answer = bytearray(4)
        fcntl.ioctl(descriptor, TIOCGEXCL, answer)
        return bool(struct.unpack("i", answer)[0])
    finally:
        os.close(descriptor)


def test_a_real_device_is_had_alone_and_given_back(path, monkeypatch):
    monkeypatch.setattr(tty_device, "is_pty", lambda _: False)
    stream = open_device(path, SerialLine())
    assert is_exclusive(path)  # root may open it all the same
    stream.release()
    assert not is_exclusive(path)


def test_a_pty_is_not_marked_since_the_mark_would_outlive_a_program_that_is_killed(path):
    stream = open_device(path, SerialLine())
    assert not is_exclusive(path)
    stream.release()


def test_a_baud_rate_that_a_device_does_not_meet_is_told_with_the_real_one(path, monkeypatch):
    monkeypatch.setattr(tty_device, "_baud", lambda _: 9_600)
    with pytest.raises(PortError, match="runs at 9600 baud where 19200 were asked for"):
        open_device(path, serial_line("19200 8N1"))
    monkeypatch.setattr(tty_device, "_baud", lambda _: 18_900)  # as near as a divided clock comes
    open_device(path, serial_line("19200 8N1")).release()


@pytest.mark.parametrize("baud", [300, 9_600, 115_200, 250_000])
def test_a_baud_rate_is_read_back_though_it_has_no_constant(path, baud):
    stream = open_device(path, serial_line(f"{baud} 8N1"))
    assert tty_device._baud(stream._device.fileno()) == baud
    stream.release()
