"""Hostile inputs for lines that wait for a client: a telnet peer gone mad, and its bystanders.

Each returns what went wrong, which should be nothing: a crash, memory that grows, a next good client
that is not served.
"""

from __future__ import annotations

import contextlib
import random
import socket
import struct
import threading
from pathlib import Path

import serial

from hil.ports.contract import ContractClock
from hil.ports.limits import LIMITS
from hil.ports.line_server import serve_line
from hil.ports.ports import PortEvents

IAC, SB, SE, WILL, DO = b"\xff", b"\xfa", b"\xf0", b"\xfb", b"\xfd"
MOST_GROWN_KIB = 24_576  # of a process, after the first tenth has warmed it up
PAGE_KIB = 4


def resident_kib():
    """What this process holds of the machine's memory."""
    return int(Path("/proc/self/statm").read_text("ascii").split()[1]) * PAGE_KIB


class Growth:
    """Looks at the memory of this process after a tenth and at the end."""

    def __init__(self, total):
        self._warm_at = total // 10
        self._warm_kib = None

    def look(self, done):
        if self._warm_kib is None and done >= self._warm_at:
            self._warm_kib = resident_kib()

    def wrong(self, where):
        grown = resident_kib() - (self._warm_kib or resident_kib())
        return [f"{where}: grown by {grown} KiB"] if grown > MOST_GROWN_KIB else []


def hostile_telnet(draw):
    """Bytes of a peer that has read RFC 2217 and means no good."""
    def command(option, value):
        return IAC + SB + b"\x2c" + option + value + IAC + SE

    kinds = (
        lambda: draw.randbytes(draw.choice([1, 5, 300])),
        lambda: command(b"\x01", struct.pack("!I", draw.choice([0, 1, 9_600, 2**32 - 1]))),
        lambda: command(b"\x01", draw.randbytes(draw.randrange(4))),
        lambda: command(bytes([draw.randrange(2, 5)]), bytes([draw.randrange(256)])),
        lambda: command(b"\x05", bytes([draw.randrange(256)])),
        lambda: command(bytes([draw.randrange(256)]), draw.randbytes(draw.randrange(3))),
        lambda: IAC + SB + draw.randbytes(draw.choice([0, 3, 5_000])).replace(IAC, b""),
        lambda: IAC + SE, lambda: IAC + SB + IAC + SE, lambda: IAC,
        lambda: (IAC + draw.choice([WILL, DO, b"\xfc", b"\xfe"]) + bytes([draw.randrange(256)])) * draw.choice([1, 500]),
        lambda: command(b"\x07", b"") * draw.choice([1, 800]),
        lambda: command(b"\x0c", bytes([draw.randrange(5)])),
        lambda: b"\x00" * draw.choice([1, 3_000]), lambda: b"\x13",
    )
    return b"".join(draw.choice(kinds)() for _ in range(draw.randrange(1, 12)))


def throw_at_rfc2217(numbers):
    """Each on a connection of its own, ended in every way."""
    clock, heard = ContractClock(), []
    events = PortEvents(
        on_bytes=heard.append, on_closed=lambda: None, on_failed=lambda _: None)
    server = serve_line(clock, "rfc2217:127.0.0.1:0?9600 8N1", lambda _: events, limits=LIMITS)
    address = (server.address.host, server.address.port)
    growth = Growth(len(numbers))
    served, wrong = [], []

    def all_of_them():
        for done, number in enumerate(numbers):
            draw = random.Random(number)
            with contextlib.suppress(OSError), socket.create_connection(address, 5) as line:
                line.settimeout(0.02)
                line.sendall(hostile_telnet(draw))
                end = draw.randrange(3)
                if end == 0:
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                elif end == 1:
                    line.recv(100)
            growth.look(done)
        try:
            client = _patient(server.where)
            client.write(b"good")
            served.append(client)
        except (OSError, ValueError) as error:
            wrong.append(f"rfc2217: the next client is not served: {error}")

    thread = threading.Thread(target=all_of_them)
    thread.start()
    while thread.is_alive():  # however long it takes
        with contextlib.suppress(AssertionError):
            clock.run_until(lambda: not thread.is_alive())
    if served:
        clock.run_until(lambda: b"".join(heard[-9:]).endswith(b"good"))
        served[0].close()
    server.close()
    return wrong + growth.wrong("rfc2217")


def _patient(url):
    """The last hostile one may not be gone yet."""
    for attempt in range(20):
        try:
            return serial.serial_for_url(url, timeout=1)
        except (OSError, ValueError):
            if attempt == 19:
                raise
            threading.Event().wait(0.1)
    raise AssertionError
