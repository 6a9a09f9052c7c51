"""The packets of a bench's ports as its interface shows them, from before a case until after it.

The socket is open and filtered when :class:`Sniffer` is; it is read until nothing waits in it any
more, so the last packets are there too.  Raw packets stay in memory: a file gets masked ones only.
"""

from __future__ import annotations

import logging
import select
import socket
import struct
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable
from contextlib import suppress
from types import TracebackType
from typing import Any, Self

import msgspec
from scapy.arch.linux import L2ListenSocket
from scapy.error import Scapy_Exception

from simulator.capture.packets import BARE_IP, ETHERNET, RawPacket
from simulator.capture.pcap_reader import CaptureError
from simulator.catalogue.language import Message
from simulator.catalogue.system_words import system_words

logging.getLogger("scapy").setLevel(logging.CRITICAL)
LOOPBACK = "lo"
_ROOM_BYTES = 16 << 20  # in the kernel, for a burst while this process does something else
_MOST_BYTES = 4 << 20  # kept in memory: the newest, some thousands of transactions
_BUFFER_FORCED = 33  # SO_RCVBUFFORCE
_PACKETS, _STATISTICS = 263, 6  # SOL_PACKET, PACKET_STATISTICS
_LINK_TYPES = {1: ETHERNET, 772: ETHERNET, 65534: BARE_IP}  # ARPHRD of Ethernet, loopback, TUN
_LAST_S = 0.02  # what was sent is there by then
_TURN_S = 0.2
_LARGEST = 1 << 17
_TIME_TOLD, _ROOM_FOR_TIME = 35, 256  # SCM_TIMESTAMPNS, which scapy asks for

NEEDS_ROOT = Message(
    "capture_needs_root", "capture on {interface}: needs root or CAP_NET_RAW; start the bench as root,"
    " or give python3 that capability (setcap cap_net_raw+ep)",
    "在 {interface} 上抓包：需要 root 或 CAP_NET_RAW；请以 root 启动测试台，或为 python3 授予该权限（setcap cap_net_raw+ep）")
NO_INTERFACE = Message(
    "capture_no_interface", "capture on {interface}: there is no such interface; there are: {names}",
    "在 {interface} 上抓包：没有这个网络接口；现有：{names}")
NO_FILTER = Message(
    "capture_no_filter", "capture on {interface}: the filter cannot be made; libpcap is needed (Debian:"
    " libpcap0.8, comes with make debian)",
    "在 {interface} 上抓包：无法生成过滤器；需要 libpcap（Debian：libpcap0.8，由 make debian 安装）")
FAILED = Message("capture_failed", "capture on {interface}: {error}", "在 {interface} 上抓包：{error}")
NOT_ALL = Message(
    "capture_not_all", "capture on {interface}: {count} packets are not in it: this computer was too busy,"
    " or so much was captured that the oldest were let go",
    "在 {interface} 上抓包：缺少 {count} 个数据包，本机过忙，或抓取过多而舍弃了最早的")
OF_CAPTURE = (NEEDS_ROOT, NO_INTERFACE, NO_FILTER, FAILED, NOT_ALL)


Place = Callable[[Callable[[], Any]], Any]  # does something where an interface is


def _here(act: Callable[[], Any]) -> Any:
    return act()


class Captured(msgspec.Struct, frozen=True):
    """What an interface showed, and how many packets it showed that are not in it."""

    interface: str
    packets: tuple[RawPacket, ...] = ()
    missed: int = 0


def filter_of(ports: Iterable[int]) -> str:
    """The filter of these ports, as pcap-filter(7) has it.

    >>> filter_of([8583, 20007])
    'tcp and (port 8583 or port 20007)'
    """
    return f"tcp and ({' or '.join(f'port {port}' for port in sorted(set(ports)))})"


def why_not(interface: str = LOOPBACK) -> str:
    """Why nothing can be captured on an interface; "" where it can."""
    try:
        _Socket(interface, filter_of([1])).close()
    except CaptureError as error:
        return str(error)
    return ""


class Sniffer:
    """Captures the ports of a bench on one interface; a context, or ``start`` and ``stop``."""

    def __init__(
        self, ports: Iterable[int], interface: str = LOOPBACK, *, place: Place | None = None,
    ) -> None:
        """``place`` does it in another namespace; ``CaptureError`` where nothing can be captured."""
        bpf = filter_of(ports)
        self.interface = interface
        self._packets: deque[RawPacket] = deque()
        self._bytes = 0
        self._missed = 0
        self._stop_at_s: float | None = None
        self._captured: Captured | None = None
        self._socket = (place or _here)(lambda: _Socket(interface, bpf))
        self._thread = threading.Thread(target=self._read, name=f"sniff {interface}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()

    def so_far(self) -> tuple[RawPacket, ...]:
        """What was seen until now."""
        return tuple(self._packets.copy())

    def stop(self) -> Captured:
        """Wait for what was sent until now; the same again when called again."""
        if self._captured is None:
            self._stop_at_s = time.monotonic() + _LAST_S
            self._thread.join()
            self._missed += self._socket.dropped()
            self._socket.close()
            self._captured = Captured(self.interface, tuple(self._packets), self._missed)
        return self._captured

    def _read(self) -> None:
        while True:
            stop_at_s = self._stop_at_s
            wait_s = _TURN_S if stop_at_s is None else max(0.0, stop_at_s - time.monotonic())
            ready, _, _ = select.select([self._socket.fileno()], [], [], wait_s)
            if ready:
                self._take()
            elif stop_at_s is not None and time.monotonic() >= stop_at_s:
                return

    def _take(self) -> None:
        packet = self._socket.packet()
        if packet is None:
            return
        self._bytes += len(packet.data)
        self._packets.append(packet)
        while self._bytes > _MOST_BYTES:
            self._bytes -= len(self._packets.popleft().data)
            self._missed += 1


class _Socket:
    """Scapy's listening socket: each packet once, with the kernel's time."""

    def __init__(self, interface: str, bpf: str) -> None:
        names = [name for _, name in socket.if_nameindex()]
        if interface not in names:
            raise CaptureError(NO_INTERFACE.say(interface=interface, names=", ".join(names)))
        try:
            self._socket: Any = L2ListenSocket(iface=interface, filter=bpf, promisc=False)
        except PermissionError:
            raise CaptureError(NEEDS_ROOT.say(interface=interface)) from None
        except (Scapy_Exception, ImportError):
            raise CaptureError(NO_FILTER.say(interface=interface)) from None
        except OSError as error:
            raise CaptureError(FAILED.say(interface=interface, error=system_words(error))) from None
        taken = self._socket.ins
        with suppress(OSError):
            taken.setsockopt(socket.SOL_SOCKET, _BUFFER_FORCED, _ROOM_BYTES)
        kind = taken.getsockname()[3]
        self._link = _LINK_TYPES.get(kind, ETHERNET)
        self._is_loopback = kind == 772  # shows each packet twice: going out and coming in
        self.dropped()  # what came before the filter

    def fileno(self) -> int:
        """To wait on."""
        return int(self._socket.ins.fileno())

    def packet(self) -> RawPacket | None:
        """The next one; None for the copy of one that was given already."""
        data, told, _, address = self._socket.ins.recvmsg(_LARGEST, _ROOM_FOR_TIME)
        if self._is_loopback and address[2] == socket.PACKET_OUTGOING:
            return None
        return RawPacket(_time_of(told), data, self._link)

    def dropped(self) -> int:
        """Packets that the kernel had no room for since the last call."""
        told = self._socket.ins.getsockopt(_PACKETS, _STATISTICS, 8)
        return int(struct.unpack("II", told)[1])

    def close(self) -> None:
        """Capture no more."""
        self._socket.close()


def _time_of(told: list[tuple[int, int, bytes]]) -> int:
    for level, kind, data in told:
        if (level, kind) == (socket.SOL_SOCKET, _TIME_TOLD) and len(data) == struct.calcsize("qq"):
            seconds, ns = struct.unpack("qq", data)
            return int(seconds * 1_000_000_000 + ns)
    return time.time_ns()
