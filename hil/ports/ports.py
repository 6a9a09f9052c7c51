"""Ports: byte streams read by threads, whose news arrive in the clock's thread.

A port knows no message.  It never blocks the clock: what is written is queued, what is read is
injected.  Errors of the operating system leave here as :class:`PortError`, in plain words.
"""

from __future__ import annotations

import errno
import re
import socket
import threading
from collections.abc import Callable
from queue import SimpleQueue
from typing import Protocol

import msgspec

MOST_QUEUED = 1_000  # chunks that a peer may leave unread
LONGEST_FLUSH_S = 1.0  # what was written has this long to leave when a port is closed
PIECE = 65_536


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
        """Let what was written leave, then end; no event comes after this returns."""


class Stream(Protocol):
    """What differs between kinds of ports: blocking calls made by a port's own threads."""

    def read(self) -> bytes | None:
        """Some bytes; ``b""`` if there are none yet; None if the other side has closed."""

    def write(self, data: bytes) -> None:
        """Write all."""

    def shut(self) -> None:
        """End both directions; a read or write in progress comes back."""

    def release(self) -> None:
        """Give the device back; called once, when no other call is in progress."""


class PumpedPort:
    """A port made of a stream, a thread that reads it and a thread that writes it."""

    def __init__(self, clock: Clock, name: str, stream: Stream) -> None:
        self.name = name
        self._clock = clock
        self._stream = stream
        self._events: PortEvents | None = None
        self._over = False  # written in the clock's thread only
        self._queued = 0  # bytes, counted in the clock's thread
        self._left = 0  # bytes, counted by the writer
        self._leaving: SimpleQueue[bytes | None] = SimpleQueue()
        self._reader = threading.Thread(target=self._read_all, name=f"read {name}", daemon=True)
        self._writer = threading.Thread(target=self._write_all, name=f"write {name}", daemon=True)

    @property
    def is_over(self) -> bool:
        """Whether the port was closed by either side."""
        return self._over

    @property
    def is_flushed(self) -> bool:
        """Whether all that was written has left, or never will."""
        return self._over or self._left == self._queued

    def start(self, events: PortEvents) -> None:
        """Begin to deliver; nothing that came before is lost."""
        self._events = events
        self._writer.start()  # first: the reader, at its end, waits for it
        self._reader.start()

    def write(self, data: bytes) -> None:
        """Queue bytes to leave, in order; never blocks."""
        if self._over:
            return
        if self._leaving.qsize() >= MOST_QUEUED:
            self._end(PortError(f"{self.name}: the other side does not read what is sent to it"))
            return
        self._queued += len(data)
        self._leaving.put(data)

    def close(self) -> None:
        """Let what was written leave, then end."""
        if self._over:
            return
        self._over = True
        self._leaving.put(None)
        if self._writer.is_alive():
            self._writer.join(LONGEST_FLUSH_S)
        self._stream.shut()
        if self._reader.is_alive():
            self._reader.join(LONGEST_FLUSH_S)

    def _read_all(self) -> None:
        try:
            while not self._over:
                data = self._stream.read()
                if data is None:
                    break
                if data:
                    self._clock.inject(lambda data=data: self._bytes_came(data))  # type: ignore[misc]
        except OSError as error:
            self._failed(error)
        else:
            self._clock.inject(lambda: self._end(None))
        self._writer.join()
        self._stream.release()

    def _write_all(self) -> None:
        try:
            while (data := self._leaving.get()) is not None:
                self._stream.write(data)
                self._left += len(data)
        except OSError as error:
            self._failed(error)

    def _failed(self, error: OSError) -> None:
        failure = PortError(words_for(self.name, error))
        self._clock.inject(lambda: self._end(failure))

    def _bytes_came(self, data: bytes) -> None:
        if not self._over and self._events is not None:
            self._events.on_bytes(data)

    def _end(self, failure: PortError | None) -> None:
        if self._over:
            return
        if failure is None and self._events is not None and self._events.answers_after_end:
            self._events.on_closed()
            return
        self._over = True
        self._leaving.put(None)
        self._stream.shut()
        if self._events is None:
            return
        if failure is None:
            self._events.on_closed()
        else:
            self._events.on_failed(failure)


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
}


_HIDDEN_NUMBER = re.compile(r"(?:\[Errno |\()(\d+)[\],]")  # pyserial keeps it in the text only


def words_for(name: str, error: OSError) -> str:
    """What an error of the operating system means, for people."""
    if isinstance(error, socket.gaierror):
        return f"{name}: this host name is not known"
    if isinstance(error, TimeoutError):
        return f"{name}: {_WORDS[errno.ETIMEDOUT]}"
    number = error.errno
    if number is None and (told := _HIDDEN_NUMBER.search(str(error))):
        number = int(told[1])
    known = _WORDS.get(number) if number is not None else None
    return f"{name}: {known or error.strerror or error}"
