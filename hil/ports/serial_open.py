"""Opening a serial device wherever pyserial reaches: what it cannot do is refused before a byte is sent."""

from __future__ import annotations

import errno
import os
import sys

import serial
import serial.rs485

from hil.ports.limits import CLIENT_LIMITS, PortLimits
from hil.ports.port_holders import holders_of
from hil.ports.ports import PortError, words_for
from hil.ports.serial_line import SerialLine
from hil.ports.serial_stream import SerialStream, lines_of
from hil.ports.tty_device import (
    DEVICE_ERRORS,
    have_alone,
    no_rs485,
    refuse_other_settings,
    refuse_stop_bits,
    refuse_without_rs485,
)
from simulator.catalogue.language import Message, Told

READ_TURN_S = 0.1  # how long closing may wait for the reader
WRITE_TIMEOUT_S = 5.0  # where only the driver can tell that nothing leaves
_IN_USE = Message("serial_in_use", "{name}: is in use by another program{who}", "{name}：已被另一个程序占用{who}")
_NO_LINES = Message(
    "serial_no_lines", "{name}: this device has no modem lines ({options})", "{name}：此设备没有调制解调器信号线（{options}）")
_NOT_TAKEN = Message(
    "serial_not_taken", "{name}: the other end does not take {line}", "{name}：对端不接受 {line}")
_NO_RS485 = Message(
    "serial_no_rs485", "{name}: rs485=driver is of a device of this computer; write rs485=rts",
    "{name}：rs485=driver 只用于本机设备；请写 rs485=rts")
_NO_ANSWER = Message(
    "serial_no_answer", "{name}: what answers there does not speak RFC 2217", "{name}：那里应答的不是 RFC 2217")
_REFUSED_BY_PEER = ("does not accept parameter change", "rejected value")
_SILENT_PEER = ("timeout while waiting for option", "Remote does not seem to support RFC2217", "sends no NOTIFY")


def open_device(url: str, line: SerialLine, limits: PortLimits = CLIENT_LIMITS) -> SerialStream:
    """A serial device, open; ``PortError`` where it cannot be.  It may take a while: over a network."""
    is_tty = os.name == "posix" and "://" not in url
    if is_tty:
        refuse_stop_bits(url, line)
    elif line.rs485 == "driver":
        raise PortError(_NO_RS485.say(name=url))
    device = _opened(url, line, limits, is_tty=is_tty)
    try:
        _refuse_what_it_cannot(url, device, line, is_tty=is_tty)
        return SerialStream(device, line, is_tty=is_tty)
    except BaseException:
        device.close()
        raise


def _opened(url: str, line: SerialLine, limits: PortLimits, *, is_tty: bool) -> serial.SerialBase:
    try:
        device = serial.serial_for_url(
            url, do_not_open=True, baudrate=line.baud, bytesize=line.data_bits,
            parity=line.parity.value, stopbits=line.stop_bits, rtscts=line.rts_cts,
            xonxoff=line.xon_xoff, timeout=READ_TURN_S,  # DSR and DTR are our own handshake
            **({} if url.startswith("rfc2217:") else
               {"write_timeout": min(limits.unread_s, WRITE_TIMEOUT_S)}),
            **({"exclusive": True} if is_tty else {}),
        )
        if line.rts is not None:
            device.rts = line.rts
        if line.dtr is not None:
            device.dtr = line.dtr
        if line.rs485 == "rts":
            device.rts = False
        elif line.rs485 == "driver":
            device.rs485_mode = serial.rs485.RS485Settings(
                delay_before_tx=line.rs485_before_ms / 1_000,
                delay_before_rx=line.rs485_after_ms / 1_000)
        device.open()
    except DEVICE_ERRORS as error:
        raise PortError(_words(url, line, error)) from error
    except (ValueError, OverflowError, NotImplementedError) as error:
        if line.rs485 == "driver" and "RS485" in str(error):
            raise no_rs485(url) from error
        raise PortError(_words(url, line, error)) from error
    return device


def _words(url: str, line: SerialLine, error: Exception) -> str:
    text = str(error)
    if "exclusively lock" in text or getattr(error, "errno", None) == errno.EBUSY:
        who = ", ".join(holders_of(url))
        return _IN_USE.say(name=url, who=Told(f": {who}", f"：{who}") if who else "")
    if any(each in text for each in _REFUSED_BY_PEER):
        return _NOT_TAKEN.say(name=url, line=line)
    if any(each in text for each in _SILENT_PEER):
        return _NO_ANSWER.say(name=url)
    return words_for(url, error)


def _refuse_what_it_cannot(url: str, device: serial.SerialBase, line: SerialLine, *, is_tty: bool) -> None:
    wanted = [option for option, is_wanted in (
        ("rts", line.rts is not None), ("dtr", line.dtr is not None), ("rts_cts", line.rts_cts),
        ("dsr_dtr", line.dsr_dtr), ("rs485", line.rs485 == "rts"),
    ) if is_wanted]
    if wanted and lines_of(device) is None:
        raise PortError(_NO_LINES.say(name=url, options=", ".join(wanted)))
    if is_tty and sys.platform != "win32":
        refuse_other_settings(url, device.fileno(), line)
        if line.rs485 == "driver":
            refuse_without_rs485(url, device.fileno())
        have_alone(url, device.fileno())
