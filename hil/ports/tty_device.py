"""What is asked of a tty itself: whether it took its settings, and that nobody else may have it.

A driver keeps quiet about what it cannot do, so every setting is read back.  On systems without
ttys there is nothing to ask.
"""

from __future__ import annotations

import contextlib
import os
import struct
import sys
from pathlib import Path

from hil.ports.ports import PortError
from hil.ports.serial_line import Parity, SerialLine
from simulator.catalogue.language import Message

if sys.platform != "win32":
    import fcntl
    import termios

    DEVICE_ERRORS: tuple[type[Exception], ...] = (OSError, termios.error)
else:
    DEVICE_ERRORS = (OSError,)

_PTS_MAJORS = range(136, 144)  # the numbers that Linux gives to pseudo-terminals
_TCGETS2, _SPEED_AT = 0x802C542A, 40  # Linux: also speeds that have no constant
_TIOCGRS485, _RS485_ON = 0x542E, 1
_CMSPAR = 0o10000000000  # mark and space parity of Linux
_NEAR = 0.03  # a UART divides its clock: no baud rate is met more closely than that
_CANNOT = Message(
    "tty_cannot", "{name}: this device cannot do {line} ({what}); a pty knows 8N1 only",
    "{name}：此设备做不到 {line}（{what}）；pty 只支持 8N1")
_STOP_BITS = Message(
    "tty_stop_bits", "{name}: {line}: a UART has 1 or 1.5 stop bits with 5 data bits, 1 or 2 with more",
    "{name}：{line}：5 位数据位时停止位为 1 或 1.5，更多数据位时为 1 或 2")
_BAUD = Message(
    "tty_baud", "{name}: this device runs at {real} baud where {asked} were asked for",
    "{name}：要求 {asked} 波特，此设备实际为 {real} 波特")
_RS485 = Message(
    "tty_rs485", "{name}: its driver cannot switch RS-485; write rs485=rts where RTS switches it",
    "{name}：其驱动不能切换 RS-485；若由 RTS 切换，请写 rs485=rts")


def is_pty(path: str) -> bool:
    """Whether a path is that of a pseudo-terminal."""
    try:
        return os.major(Path(path).stat().st_rdev) in _PTS_MAJORS
    except (OSError, ValueError, AttributeError):
        return False


def no_rs485(name: str) -> PortError:
    """That the driver does not switch the transmitter by itself."""
    return PortError(_RS485.say(name=name))


def refuse_stop_bits(name: str, line: SerialLine) -> None:
    """``PortError`` for stop bits that a UART would quietly take for others."""
    if line.stop_bits == (2 if line.data_bits == 5 else 1.5):
        raise PortError(_STOP_BITS.say(name=name, line=line))


if sys.platform != "win32":
    _BITS = {5: termios.CS5, 6: termios.CS6, 7: termios.CS7, 8: termios.CS8}

    def refuse_other_settings(name: str, descriptor: int, line: SerialLine) -> None:
        """``PortError`` where the device did not take what was asked."""
        iflag, _, cflag, *_ = termios.tcgetattr(descriptor)
        asked_parity = 0 if line.parity is Parity.NONE else termios.PARENB
        asked_parity |= termios.PARODD if line.parity in {Parity.ODD, Parity.MARK} else 0
        asked_parity |= _CMSPAR if line.parity in {Parity.MARK, Parity.SPACE} else 0
        parity_bits = (termios.PARENB | termios.PARODD | _CMSPAR) if asked_parity else termios.PARENB
        wrong = [what for what, is_taken in (
            ("data bits", cflag & termios.CSIZE == _BITS[line.data_bits]),
            ("parity", cflag & parity_bits == asked_parity),
            ("stop bits", bool(cflag & termios.CSTOPB) == (line.stop_bits > 1)
                and not (line.stop_bits > 1 and is_pty(name))),
            ("rtscts", bool(cflag & termios.CRTSCTS) == line.rts_cts),
            ("xonxoff", bool(iflag & termios.IXON) == line.xon_xoff),
        ) if not is_taken]
        if wrong:
            raise PortError(_CANNOT.say(name=name, what=", ".join(wrong), line=line))
        real = _baud(descriptor)
        if real and abs(real - line.baud) > _NEAR * line.baud:
            raise PortError(_BAUD.say(name=name, real=real, asked=line.baud))

    def _baud(descriptor: int) -> int:
        """What it runs at; 0 where the system does not say."""
        if not sys.platform.startswith("linux"):
            return 0
        state = bytearray(44)
        try:
            fcntl.ioctl(descriptor, _TCGETS2, state)
        except OSError:
            return 0
        speed: int = struct.unpack_from("=I", state, _SPEED_AT)[0]
        return speed

    def refuse_without_rs485(name: str, descriptor: int) -> None:
        """``PortError`` where the driver does not switch the transmitter by itself."""
        state = bytearray(32)
        try:
            fcntl.ioctl(descriptor, _TIOCGRS485, state)
        except OSError as error:
            raise no_rs485(name) from error
        if not state[0] & _RS485_ON:
            raise no_rs485(name)

    def have_alone(path: str, descriptor: int) -> None:
        """Nobody else may open it; the lock that pyserial takes holds among those that ask for it.

        A pseudo-terminal keeps the mark for as long as its master lives, whoever set it: one of a
        program that was killed would shut everybody out, so there the lock alone counts.
        """
        if not is_pty(path):
            with contextlib.suppress(OSError):
                fcntl.ioctl(descriptor, termios.TIOCEXCL)

    def give_free(descriptor: int) -> None:
        """Others may open it again."""
        fcntl.ioctl(descriptor, termios.TIOCNXCL)

    def mark_breaks(descriptor: int) -> None:
        """Have breaks marked among the bytes, for :class:`Marks` to take out again."""
        state = termios.tcgetattr(descriptor)
        state[0] = state[0] & ~(termios.IGNBRK | termios.BRKINT | termios.IGNPAR) | termios.PARMRK
        termios.tcsetattr(descriptor, termios.TCSANOW, state)
else:
    def refuse_other_settings(name: str, descriptor: int, line: SerialLine) -> None:
        """Nothing can be read back here."""

    def refuse_without_rs485(name: str, descriptor: int) -> None:
        """``PortError``: no driver is known to."""
        del descriptor
        raise no_rs485(name)

    def have_alone(path: str, descriptor: int) -> None:
        """The system lets one program have it anyway."""

    def give_free(descriptor: int) -> None:
        """The same."""

    def mark_breaks(descriptor: int) -> None:
        """Only POSIX systems mark breaks."""
