"""A TUN device of ours in the line, through which a shaper lets packets pass.

What is read from it is IP; by its target it is known which way it goes.  Whoever routes packets into
the device decides which do; written back they go on as they would have.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import select
import struct
import threading
import time
from ipaddress import IPv4Address

from hil.plane.plane_words import KERNEL_REFUSES
from hil.plane.programs import PlaneError
from hil.plane.rules import Way
from hil.plane.shaper import Shaper

DEVICE = "/dev/net/tun"
NAME = "shape"
_SET_INTERFACE = 0x4004_54CA  # TUNSETIFF
_TUN, _BARE = 0x0001, 0x1000  # IFF_TUN, IFF_NO_PI
_LARGEST = 1 << 16
_TARGET = slice(16, 20)  # of an IPv4 header


def opened_tun(name: str = NAME) -> int:
    """A TUN device in the namespace of this thread; its descriptor."""
    try:
        descriptor = os.open(DEVICE, os.O_RDWR | os.O_NONBLOCK)
    except OSError as error:
        raise PlaneError(KERNEL_REFUSES.say(error=f"{DEVICE}: {error.strerror}")) from None
    try:
        fcntl.ioctl(descriptor, _SET_INTERFACE, struct.pack("16sH22x", name.encode(), _TUN | _BARE))
    except OSError as error:
        os.close(descriptor)
        raise PlaneError(KERNEL_REFUSES.say(error=f"{DEVICE}: {error.strerror}")) from None
    return descriptor


class TunLine:
    """Packets of a TUN device go through a shaper; ends when it is closed."""

    def __init__(self, descriptor: int, shaper: Shaper, terminal: IPv4Address) -> None:
        self._descriptor = descriptor
        self._shaper = shaper
        self._terminal = terminal.packed
        self._lock = threading.Lock()
        self._wake, self._waker = os.pipe()
        self._thread = threading.Thread(target=self._run, name="tun", daemon=True)
        self._thread.start()

    @property
    def shaper(self) -> Shaper:
        """Through which packets go now."""
        with self._lock:
            return self._shaper

    def shape(self, shaper: Shaper) -> None:
        """Another one from now on; what waits in the one before leaves at once."""
        with self._lock:
            for _, packet in self._shaper.due(float("inf")):
                self._write(packet)
            self._shaper = shaper
        os.write(self._waker, b"w")

    def close(self) -> None:
        """No more packets; the device is gone."""
        os.write(self._waker, b"e")
        self._thread.join()
        for each in (self._descriptor, self._wake, self._waker):
            with contextlib.suppress(OSError):
                os.close(each)

    def _run(self) -> None:
        while True:
            with self._lock:
                deadline_ms = self._shaper.deadline_ms
            wait_s = None if deadline_ms is None else max(0.0, (deadline_ms - _now_ms()) / 1000)
            ready, _, _ = select.select([self._descriptor, self._wake], [], [], wait_s)
            if self._wake in ready and b"e" in os.read(self._wake, 64):
                return
            with self._lock:
                if self._descriptor in ready:
                    self._take_all()
                for _, packet in self._shaper.due(_now_ms()):
                    self._write(packet)

    def _take_all(self) -> None:
        while True:
            try:
                packet = os.read(self._descriptor, _LARGEST)
            except BlockingIOError:
                return
            except OSError:
                return  # the device is down
            if packet and packet[0] >> 4 == 4:
                way = Way.DOWN if packet[_TARGET] == self._terminal else Way.UP
                self._shaper.offer(way, packet, _now_ms())

    def _write(self, packet: bytes) -> None:
        with contextlib.suppress(OSError):  # a full queue loses it, as a line does
            os.write(self._descriptor, packet)


def _now_ms() -> float:
    return time.monotonic() * 1_000
