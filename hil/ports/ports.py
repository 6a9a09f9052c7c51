"""Ports as whoever uses them sees them: byte streams whose news arrive in the clock's thread.

A port knows no message and never blocks the clock.  Errors of the operating system leave here as
:class:`PortError`, in plain words.
"""

from __future__ import annotations

import errno
import re
import socket
from collections.abc import Callable
from typing import Protocol

import msgspec

from simulator.catalogue.language import Message, Told
from simulator.catalogue.line_reasons import PortWarning


class PortError(Exception):
    """A port cannot be opened or has failed; the text is for people and names the port.

    ``why`` is the same for a trace; ``heard`` the first bytes, where they are what was wrong.
    """

    def __init__(
        self, text: str, why: PortWarning = PortWarning.LINK_FAILED, heard: bytes = b"",
    ) -> None:
        super().__init__(text)
        self.why = why
        self.heard = heard


class SilentError(PortError):
    """The other side is there, and does not answer in the time that it is given."""


class Clock(Protocol):
    """Whoever owns the thread in which news are delivered."""

    def inject(self, work: Callable[[], None]) -> None:
        """Have ``work`` called in the clock's thread."""


class PortEvents(msgspec.Struct, frozen=True, kw_only=True):
    """What a port calls, always in the clock's thread; after either end no more comes."""

    on_bytes: Callable[[bytes], None]
    on_closed: Callable[[], None]  # the other side ended it in good order
    on_failed: Callable[[PortError], None]
    # The other side may stop to speak and still listen: after ``on_closed`` the port takes what is
    # written until whoever heard it calls ``close``.
    answers_after_end: bool = False


class Port(Protocol):
    """One end of a byte stream."""

    name: str

    def write(self, data: bytes) -> None:
        """Queue bytes to leave, in order; never blocks.  After the end they are dropped."""

    def close(self) -> None:
        """Return at once: what was written has its time to leave; no event comes any more."""


# ---- addresses and words -------------------------------------------------------------------------


class Address(msgspec.Struct, frozen=True):
    """A TCP address; port 0 is any free port."""

    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{host}:{self.port}"


def parse_address(text: str) -> Address:
    """The address of ``HOST:PORT``; ``PortError`` where it is none.

    >>> parse_address("127.0.0.1:4000")
    Address(host='127.0.0.1', port=4000)
    >>> str(parse_address("[::1]:0"))
    '[::1]:0'
    """
    host, colon, port = text.rpartition(":")
    if host.startswith("[") and host.endswith("]"):
        host = host[1:-1]
    if not (colon and host and port.isascii() and port.isdigit() and int(port) <= 65_535):
        raise PortError(_NO_ADDRESS.say(given=repr(text)))
    return Address(host, int(port))


_NO_ADDRESS = Message(
    "no_address",
    "{given} is no address: write HOST:PORT with a port from 0 (any free one) to 65535",
    "{given} 不是地址：应写成 主机:端口，端口为 0（任一空闲端口）到 65535")
_NO_NAME = Told("this host name is not known", "没有这个主机名")
_WORDS: dict[int, Told] = {
    errno.EADDRINUSE: Told(
        "is in use by another program; choose another port, or 0 for any free one", "已被另一个程序占用；请换一个端口，或用 0 表示任一空闲端口"),
    errno.EADDRNOTAVAIL: Told(
        "is no address of this computer", "不是本机的地址"),
    errno.EACCES: Told(
        "may not be opened by this user", "当前用户无权打开"),
    errno.EPERM: Told(
        "may not be opened by this user", "当前用户无权打开"),
    errno.ECONNREFUSED: Told(
        "nobody listens there", "那里没有程序在监听"),
    errno.ECONNRESET: Told(
        "the other side broke the connection", "对方断开了连接"),
    errno.ECONNABORTED: Told(
        "the connection was broken", "连接已断开"),
    errno.EPIPE: Told(
        "the other side has gone", "对方已离开"),
    errno.EIO: Told(
        "the device has gone", "设备已离开"),
    errno.ETIMEDOUT: Told(
        "did not answer in time", "未及时应答"),
    errno.EHOSTUNREACH: Told(
        "cannot be reached", "无法到达"),
    errno.ENETUNREACH: Told(
        "its network cannot be reached", "其网络无法到达"),
    errno.ENOENT: Told(
        "there is no such device", "没有这个设备"),
    errno.ENODEV: Told(
        "there is no such device", "没有这个设备"),
    errno.ENXIO: Told(
        "there is no such device", "没有这个设备"),
    errno.ENOTTY: Told(
        "is no serial device", "不是串口设备"),
    errno.EISDIR: Told(
        "is a directory, not a serial device", "是目录，不是串口设备"),
    errno.EBUSY: Told(
        "is in use by another program", "已被另一个程序占用"),
    errno.EMFILE: Told(
        "this process has as many files open as it may", "本进程打开的文件数已达上限"),
    errno.ENFILE: Told(
        "this computer has as many files open as it may", "本机打开的文件数已达上限"),
    errno.ENOBUFS: Told(
        "this computer has no room for it", "本机资源不足"),
    errno.ENOMEM: Told(
        "this computer has no room for it", "本机资源不足"),
}


_HIDDEN_NUMBER = re.compile(r"(?:\[Errno |\()(\d+)[\],]")  # pyserial keeps it in the text only


def words_for(name: str, error: Exception) -> str:
    """What an error of the operating system, or of a driver, means for people."""
    if not isinstance(error, OSError):
        return f"{name}: {error or type(error).__name__}"
    if isinstance(error, socket.gaierror):
        return f"{name}: {_NO_NAME.say()}"
    if isinstance(error, TimeoutError):
        return f"{name}: {_WORDS[errno.ETIMEDOUT].say()}"
    number = error.errno
    if number is None and (told := _HIDDEN_NUMBER.search(str(error))):
        number = int(told[1])
    known = _WORDS.get(number) if number is not None else None
    return f"{name}: {known.say() if known else error.strerror or error}"
