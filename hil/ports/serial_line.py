"""What a serial line is set to and what it tells beside bytes: parity, modem lines, breaks.

Values only: the port is in :mod:`hil.ports.serial_port`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from enum import Enum
from typing import Literal

import msgspec

from hil.ports.ports import PortError, PortEvents

LONGEST_BREAK_MS = 5_000
LONGEST_TURNAROUND_MS = 10_000
USUAL_LINE = "9600 8N1"
_FORM = re.compile(r"(?P<baud>[1-9][0-9]{1,6})(?:[ -]?(?P<bits>[5-8])(?P<parity>[NEOMS])(?P<stop>1|1\.5|2))?")


class Parity(str, Enum):
    """The parity bit, by the letter that pyserial and every manual give it."""

    NONE = "N"
    EVEN = "E"
    ODD = "O"
    MARK = "M"
    SPACE = "S"


class SerialLine(msgspec.Struct, frozen=True, kw_only=True):
    """How a line is set; what the device cannot do is refused when the port is opened."""

    baud: int = 9_600
    data_bits: int = 8  # 5 to 8
    parity: Parity = Parity.NONE
    stop_bits: float = 1  # 1, 1.5 or 2
    rts_cts: bool = False  # hold what is sent while CTS is off
    dsr_dtr: bool = False  # the same with DSR
    xon_xoff: bool = False
    rts: bool | None = None  # at the start; None: as the system sets it
    dtr: bool | None = None
    # RS-485: "" none, "rts" this side keys the transmitter by RTS, "driver" the driver does it.
    rs485: Literal["", "rts", "driver"] = ""
    rs485_before_ms: int = 0  # RTS is on for so long before the first byte
    rs485_after_ms: int = 0  # and so long after the last
    turnaround_ms: int = 0  # half duplex: silence between the last byte heard and the first sent

    @property
    def bits(self) -> float:
        """How many bits one character takes on the line."""
        return 1 + self.data_bits + (self.parity is not Parity.NONE) + self.stop_bits

    def __str__(self) -> str:
        return f"{self.baud} {self.data_bits}{self.parity.value}{self.stop_bits:g}"


def serial_line(text: str) -> SerialLine:
    """The line of ``BAUD`` or ``BAUD 7E1``; ``PortError`` where it is none.

    >>> str(serial_line("9600 7E1"))
    '9600 7E1'
    """
    found = _FORM.fullmatch(text.strip().upper())
    if found is None:
        raise PortError(
            f"{text[:40]!r} is no serial line: write BAUD, or BAUD with data bits 5 to 8, parity N, "
            "E, O, M or S and stop bits 1, 1.5 or 2, such as 9600 7E1")
    if found["bits"] is None:
        return SerialLine(baud=int(found["baud"]))
    return SerialLine(
        baud=int(found["baud"]), data_bits=int(found["bits"]), parity=Parity(found["parity"]),
        stop_bits=float(found["stop"]))


class ModemLines(msgspec.Struct, frozen=True):
    """The lines that the other side drives."""

    cts: bool
    dsr: bool
    dcd: bool
    ri: bool


class LineEvents(PortEvents, frozen=True, kw_only=True):
    """What a serial port tells beside bytes, in the clock's thread."""

    on_lines: Callable[[ModemLines], None] = lambda _: None  # at the start and at each change
    on_break: Callable[[], None] = lambda: None  # heard; only ttys of POSIX systems tell it
