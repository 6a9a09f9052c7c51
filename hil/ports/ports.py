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


class PortError(Exception):
    """A port cannot be opened or has failed; the text is for people and names the port."""


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
        raise PortError(
            f"{text!r} is no address: write HOST:PORT with a port from 0 (any free one) to 65535",
        )
    return Address(host, int(port))


_WORDS = {
    errno.EADDRINUSE: "is in use by another program; choose another port, or 0 for any free one",
    errno.EADDRNOTAVAIL: "is no address of this computer",
    errno.EACCES: "may not be opened by this user",
    errno.EPERM: "may not be opened by this user",
    errno.ECONNREFUSED: "nobody listens there",
    errno.ECONNRESET: "the other side broke the connection",
    errno.ECONNABORTED: "the connection was broken",
    errno.EPIPE: "the other side has gone",
    errno.EIO: "the device has gone",
    errno.ETIMEDOUT: "did not answer in time",
    errno.EHOSTUNREACH: "cannot be reached",
    errno.ENETUNREACH: "its network cannot be reached",
    errno.ENOENT: "there is no such device",
    errno.ENODEV: "there is no such device",
    errno.ENXIO: "there is no such device",
    errno.ENOTTY: "is no serial device",
    errno.EISDIR: "is a directory, not a serial device",
    errno.EBUSY: "is in use by another program",
    errno.EMFILE: "this process has as many files open as it may",
    errno.ENFILE: "this computer has as many files open as it may",
    errno.ENOBUFS: "this computer has no room for it",
    errno.ENOMEM: "this computer has no room for it",
}


_HIDDEN_NUMBER = re.compile(r"(?:\[Errno |\()(\d+)[\],]")  # pyserial keeps it in the text only


def words_for(name: str, error: Exception) -> str:
    """What an error of the operating system, or of a driver, means for people."""
    if not isinstance(error, OSError):
        return f"{name}: {error or type(error).__name__}"
    if isinstance(error, socket.gaierror):
        return f"{name}: this host name is not known"
    if isinstance(error, TimeoutError):
        return f"{name}: {_WORDS[errno.ETIMEDOUT]}"
    number = error.errno
    if number is None and (told := _HIDDEN_NUMBER.search(str(error))):
        number = int(told[1])
    known = _WORDS.get(number) if number is not None else None
    return f"{name}: {known or error.strerror or error}"
