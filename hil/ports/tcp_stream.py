"""The calls of one TCP connection, as a pumped port makes them: nothing of it waits for long."""

from __future__ import annotations

import contextlib
import select
import socket
import struct

PIECE = 65_536
WRITE_TURN_S = 0.1  # how long closing may wait for the writer


class Waits:
    """Waits until one socket can be read or written, however many files are open."""

    def __init__(self, connection: socket.socket, *, writing: bool) -> None:
        self._connection = connection
        self._writing = writing
        self._poll = select.poll() if hasattr(select, "poll") else None  # Windows has none
        if self._poll is not None:
            self._poll.register(connection, select.POLLOUT if writing else select.POLLIN)

    def wait(self, within_s: float) -> None:
        """Return when it can, or when the time is up."""
        if self._poll is not None:
            self._poll.poll(within_s * 1_000)
            return
        one = [self._connection]
        select.select([] if self._writing else one, one if self._writing else [], one, within_s)


class TcpStream:
    """The calls of one connection."""

    def __init__(self, connection: socket.socket) -> None:
        connection.setblocking(False)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connection
        self._is_reset = False
        self.has_heard = False
        self._readable = Waits(connection, writing=False)
        self._writable = Waits(connection, writing=True)

    def read(self, within_s: float) -> bytes | None:
        """Some bytes, ``b""`` if none came in this time, None at the end of the stream."""
        self._readable.wait(within_s)
        return self._received()

    def write(self, data: memoryview) -> int:
        """What the system takes; 0 where it takes nothing for a short time."""
        try:
            return self._socket.send(data)
        except BlockingIOError:
            self._writable.wait(WRITE_TURN_S)
            return 0

    def write_now(self, data: bytes) -> int:
        """What the system takes at once, which may be nothing."""
        try:
            return self._socket.send(data)
        except BlockingIOError:
            return 0

    def finish(self, within_s: float) -> bool:
        """Say that no more comes; the other side may read the rest and end it."""
        del within_s
        self._socket.shutdown(socket.SHUT_WR)
        return True

    def shut(self) -> None:
        """End both directions; a read in progress comes back."""
        if self._is_reset:
            return  # it would say in good order that no more comes
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def reset(self) -> None:
        """Break it off: a read in progress comes back, and :meth:`release` sends a reset."""
        self._is_reset = True
        with contextlib.suppress(OSError):
            self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self._socket.shutdown(socket.SHUT_RD)

    def is_broken(self) -> bool:
        """Whether the other side has broken the connection; after its end alone it has not."""
        if not hasattr(select, "poll"):
            return False
        poll = select.poll()
        try:
            poll.register(self._socket, 0)  # errors are told unasked
        except (OSError, ValueError):
            return True  # given back already
        return bool(poll.poll(0))

    def has_ended(self) -> bool:
        """Whether the other side has stopped to speak, or has gone: whatever it said may still be read."""
        if not hasattr(select, "POLLRDHUP"):
            return self.is_broken()
        poll = select.poll()
        try:
            poll.register(self._socket, select.POLLRDHUP)
        except (OSError, ValueError):
            return True  # given back already
        return bool(poll.poll(0))

    def has_unread(self) -> bool:
        """Whether something of the other side waits to be read: it is not to blame that nobody did."""
        return bool(first_bytes(self._socket, 1))

    def release(self) -> None:
        """Give the descriptor back."""
        self._socket.close()

    def _received(self) -> bytes | None:
        try:
            data = self._socket.recv(PIECE)
        except BlockingIOError:
            return b""
        self.has_heard |= bool(data)
        return data or None


def first_bytes(connection: socket.socket, most: int, within_s: float = 0.0) -> bytes | None:
    """What waits to be read, which stays there; None where it has ended and nothing does.  It must not block."""
    try:
        if within_s:
            Waits(connection, writing=False).wait(within_s)
        return connection.recv(most, socket.MSG_PEEK) or None
    except BlockingIOError:
        return b""
    except (OSError, ValueError):
        return None
