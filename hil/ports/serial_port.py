"""Serial ports, wherever pyserial reaches: COM ports, ttys, ptys, and its URLs.

``loop://``, ``socket://HOST:PORT`` and ``rfc2217://HOST:PORT`` are among the URLs.  Speaks no
protocol and sets no handshake that was not asked for.
"""

from __future__ import annotations

import contextlib
import os

import serial

from hil.ports.ports import Clock, PortError, PortEvents, PumpedPort, words_for

READ_TURN_S = 0.1  # how long closing may wait for the reader
WRITE_TIMEOUT_S = 5.0


class SerialStream:
    """The blocking calls of one serial device."""

    def __init__(self, device: serial.SerialBase) -> None:
        self._device = device
        self._shut = False

    def read(self) -> bytes | None:
        """What has come, ``b""`` after a short wait without any."""
        if self._shut:
            return None
        first: bytes = self._device.read(1)
        more = self._device.in_waiting if first else 0
        return first + self._device.read(more) if more else first

    def write(self, data: bytes) -> None:
        """Write all."""
        self._device.write(data)

    def shut(self) -> None:
        """End at the next turn of the reader."""
        self._shut = True
        with contextlib.suppress(OSError, AttributeError):
            self._device.cancel_read()  # not every kind of device can

    def release(self) -> None:
        """Close the device."""
        with contextlib.suppress(OSError):
            self._device.close()


class SerialPort(PumpedPort):
    """A serial device; open from construction on, ``PortError`` where it cannot be."""

    def __init__(
        self, clock: Clock, url: str, events: PortEvents, *, baud: int = 9_600,
        parity: str = serial.PARITY_NONE, stop_bits: float = serial.STOPBITS_ONE,
    ) -> None:
        super().__init__(clock, url, SerialStream(_open(url, baud, parity, stop_bits)))
        self.start(events)


def _open(url: str, baud: int, parity: str, stop_bits: float) -> serial.SerialBase:
    try:
        return serial.serial_for_url(
            url, baudrate=baud, parity=parity, stopbits=stop_bits, timeout=READ_TURN_S,
            write_timeout=WRITE_TIMEOUT_S,
            **({"exclusive": True} if os.name == "posix" and "://" not in url else {}),
        )
    except OSError as error:
        if "exclusively lock" in str(error):
            raise PortError(f"{url}: is in use by another program") from error
        raise PortError(words_for(url, error)) from error
    except ValueError as error:
        raise PortError(f"{url}: {error}") from error

