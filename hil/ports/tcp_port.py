"""TCP ports: a server for many connections, and a client that connects when it has to send.

Both stay on the loopback interface unless told otherwise, since nothing here is authenticated.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import select
import socket
import threading
import time
from collections.abc import Callable

from hil.ports.limits import CLIENT_LIMITS, LIMITS, PortLimits
from hil.ports.ports import Address, Clock, PortError, PortEvents, words_for
from hil.ports.pumped_port import PumpedPort

PIECE = 65_536
CONNECT_TIMEOUT_S = 10.0
ACCEPT_TURN_S = 0.5  # where closing a listener does not wake its accept, this does
WRITE_TURN_S = 0.1  # how long closing may wait for the writer
REST_S = 0.05  # after an accept that failed: what is short now may be there again
REST_OF_REFUSAL_S = 0.005  # so that a flood of newcomers does not take the processor
SAY_AGAIN_S = 1.0  # one line for all newcomers refused in this time
_GONE_IN_QUEUE = frozenset((errno.ECONNABORTED, errno.ECONNRESET, errno.EINTR))


class _Waits:
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
        self._readable = _Waits(connection, writing=False)
        self._writable = _Waits(connection, writing=True)

    def read(self, within_s: float) -> bytes | None:
        """Some bytes, ``b""`` if none came in this time, None at the end of the stream."""
        self._readable.wait(within_s)
        try:
            return self._socket.recv(PIECE) or None
        except BlockingIOError:
            return b""

    def write(self, data: memoryview) -> int:
        """What the system takes; 0 where it takes nothing for a short time."""
        try:
            return self._socket.send(data)
        except BlockingIOError:
            self._writable.wait(WRITE_TURN_S)
            return 0

    def finish(self, within_s: float) -> bool:
        """Say that no more comes; the other side may read the rest and end it."""
        del within_s
        self._socket.shutdown(socket.SHUT_WR)
        return True

    def shut(self) -> None:
        """End both directions; a read in progress comes back."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        """Give the descriptor back."""
        self._socket.close()


class TcpServerPort:
    """Listens; for each connection asks ``on_connected(port)`` whom to tell about it."""

    def __init__(
        self, clock: Clock, address: Address, on_connected: Callable[[PumpedPort], PortEvents],
        *, anywhere: bool = False, limits: PortLimits = LIMITS,
        on_trouble: Callable[[str], None] = lambda _: None,
    ) -> None:
        """``on_trouble`` is told, in the clock's thread, why newcomers were refused."""
        self._clock = clock
        self._on_connected = on_connected
        self._on_trouble = on_trouble
        self._limits = limits
        self._listener = _listen(address, anywhere=anywhere)
        self._connections: list[PumpedPort] = []
        self._closed = threading.Event()
        self._count = threading.Lock()
        self._open = 0  # descriptors of connections, under the lock
        self._refused = 0  # in the acceptor's thread, since the last line about it
        self._said_s = -SAY_AGAIN_S
        host, port = self._listener.getsockname()[:2]
        self.address = Address(host, port)  # with the real port where 0 was asked for
        try:
            threading.Thread(
                target=self._accept_all, name=f"accept {self.address}", daemon=True,
            ).start()
        except RuntimeError as error:
            self._listener.close()
            raise PortError(f"{self.address}: this computer has no room for another thread") \
                from error

    @property
    def connections(self) -> list[PumpedPort]:
        """The connections that stand."""
        self._connections = [port for port in self._connections if not port.is_over]
        return self._connections

    def close(self) -> None:
        """Stop to listen and close all connections, at once; no event comes after this returns."""
        if self._closed.is_set():
            return
        self._closed.set()
        try:
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the acceptor, which closes it
        except OSError:
            self._listener.close()
        for port in self.connections:
            port.close()

    # ---- the acceptor's thread ---------------------------------------------------------------

    def _accept_all(self) -> None:
        spare = _spare()
        with self._listener:
            while not self._closed.is_set():
                try:
                    connection, peer = self._listener.accept()
                except TimeoutError:
                    continue
                except OSError as error:
                    if self._closed.is_set() or error.errno in _GONE_IN_QUEUE:
                        continue
                    spare = self._turned_away(spare)
                    self._refuse(words_for(f"newcomers at {self.address} are refused", error))
                    self._closed.wait(REST_S)
                else:
                    self._take(connection, Address(*peer[:2]))
        if spare is not None:
            os.close(spare)

    def _take(self, connection: socket.socket, peer: Address) -> None:
        with self._count:
            is_room = self._open < self._limits.connections
            self._open += is_room
        if is_room:
            self._clock.inject(lambda: self._connected(connection, peer))
            return
        connection.close()
        self._refuse(f"newcomers at {self.address} are refused: {self._limits.connections} "
                     "connections stand (limit connections)")
        self._closed.wait(REST_OF_REFUSAL_S)

    def _turned_away(self, spare: int | None) -> int | None:
        """Where no descriptor is left: take the newcomer with the spare one, and hang up."""
        if spare is not None:
            os.close(spare)
            with contextlib.suppress(OSError):
                self._listener.accept()[0].close()
        return _spare()

    def _refuse(self, why: str) -> None:
        self._refused += 1
        now_s = time.monotonic()
        if now_s - self._said_s >= SAY_AGAIN_S:
            line = f"{why}; {self._refused} since the last line" if self._refused > 1 else why
            self._said_s, self._refused = now_s, 0
            self._clock.inject(lambda: self._on_trouble(line))

    def _released(self) -> None:
        with self._count:
            self._open -= 1

    # ---- the clock's thread ------------------------------------------------------------------

    def _connected(self, connection: socket.socket, peer: Address) -> None:
        try:
            if self._closed.is_set():
                raise ConnectionAbortedError
            stream = TcpStream(connection)
        except OSError:  # gone before anything was said
            connection.close()
            self._released()
            return
        port = PumpedPort(
            self._clock, f"connection from {peer}", stream, self._limits, self._released)
        events = self._on_connected(port)
        try:
            port.start(events)
        except PortError as failure:
            events.on_failed(failure)
            self._on_trouble(str(failure))
        else:
            self.connections.append(port)


def _spare() -> int | None:
    try:
        return os.open(os.devnull, os.O_RDONLY)
    except OSError:
        return None


class ConnectError(PortError):
    """No connection could be made: nothing of what waited for it has left."""


class TcpClientPort:
    """Connects when something is written and no connection stands.

    What could not be delivered because the connection failed is dropped and reported once by
    ``on_failed``; the next write tries again.
    """

    def __init__(
        self, clock: Clock, address: Address, events: PortEvents,
        *, connect_timeout_s: float = CONNECT_TIMEOUT_S, limits: PortLimits = CLIENT_LIMITS,
        on_connected: Callable[[], None] = lambda: None,
    ) -> None:
        self._on_connected = on_connected  # just before what was written leaves
        self.name = str(address)
        self._clock = clock
        self._address = address
        self._events = events
        self._connect_timeout_s = connect_timeout_s
        self._limits = limits
        self._port: PumpedPort | None = None
        self._waiting: list[bytes] | None = None  # a list while connecting
        self._attempt = 0  # to connect; an older one counts no more
        self._closed = False

    @property
    def is_connected(self) -> bool:
        """Whether a connection stands, as far as is known here."""
        return self._port is not None

    @property
    def is_flushed(self) -> bool:
        """Whether all that was written has left or failed."""
        return self._waiting is None and (self._port is None or self._port.is_flushed)

    def write(self, data: bytes) -> None:
        """Send, connecting first if need be; never blocks."""
        if self._closed:
            return
        if self._port is not None:
            self._port.write(data)
        elif self._waiting is not None:
            self._waiting.append(data)
            if len(self._waiting) > self._limits.unread_answers or (
                sum(map(len, self._waiting)) > self._limits.unread_bytes
            ):
                self._end_with(ConnectError(f"{self.name}: too much waits for a connection"))
        else:
            self._waiting = [data]
            self._attempt += 1
            attempt = self._attempt
            try:
                threading.Thread(
                    target=lambda: self._connect(attempt), name=f"connect {self.name}", daemon=True,
                ).start()
            except RuntimeError:
                failure = ConnectError(f"{self.name}: this computer has no room for another thread")
                self._clock.inject(lambda: self._not_connected(attempt, failure))

    def close(self) -> None:
        """Hang up, for good."""
        self._closed = True
        self.hang_up()

    def hang_up(self) -> None:
        """End the connection that stands, if any; the next write makes a new one."""
        if self._port is not None:
            self._port.close()
            self._port = None

    def _connect(self, attempt: int) -> None:
        try:
            connection = socket.create_connection(
                (self._address.host, self._address.port), self._connect_timeout_s,
            )
            stream = TcpStream(connection)
        except (OSError, ValueError) as error:
            failure = ConnectError(words_for(self.name, error))
            failure.__cause__ = error
            self._clock.inject(lambda: self._not_connected(attempt, failure))
        else:
            self._clock.inject(lambda: self._connected(attempt, stream))

    def _connected(self, attempt: int, stream: TcpStream) -> None:
        if self._closed or attempt != self._attempt or self._waiting is None:
            stream.release()
            return
        waiting, self._waiting = self._waiting, None
        port = PumpedPort(self._clock, self.name, stream, self._limits)
        try:
            port.start(PortEvents(
                on_bytes=self._events.on_bytes, on_closed=self._hung_up, on_failed=self._end_with,
                answers_after_end=self._events.answers_after_end,
            ))
        except PortError as failure:
            self._end_with(ConnectError(str(failure)))
            return
        self._port = port
        self._on_connected()
        for data in waiting:
            port.write(data)

    def _not_connected(self, attempt: int, failure: ConnectError) -> None:
        if attempt == self._attempt and self._waiting is not None:
            self._end_with(failure)

    def _hung_up(self) -> None:
        if not self._events.answers_after_end:
            self._port = None
        self._events.on_closed()

    def _end_with(self, failure: PortError) -> None:
        self._port = None
        self._waiting = None
        if not self._closed:
            self._events.on_failed(failure)


def is_loopback(host: str) -> bool:
    """Whether an address reaches this computer only; names other than localhost do not count.

    >>> is_loopback("127.0.0.1"), is_loopback("0.0.0.0"), is_loopback("example.test")
    (True, False, False)
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


ON_LOOPBACK = "A control port stays on loopback: whoever reaches it can do anything"
WITH_ANYWHERE = "A host started with --anywhere listens for terminals beyond it"


def refuse_taken(address: Address, *, anywhere: bool = False, beyond: str = ON_LOOPBACK) -> None:
    """``PortError`` where nobody could listen now; asked before a file is made or changed.

    ``beyond`` says what is to be done by whoever wants to be heard beyond loopback.
    """
    _listen(address, anywhere=anywhere, beyond=beyond).close()


def _listen(address: Address, *, anywhere: bool, beyond: str = ON_LOOPBACK) -> socket.socket:
    if not (anywhere or is_loopback(address.host)):
        raise PortError(
            f"{address}: would be open to the network; allowed: 127.0.0.1, ::1, localhost. {beyond}",
        )
    try:
        family, kind, protocol, _, where = socket.getaddrinfo(
            address.host, address.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE,
        )[0]
        listener = socket.socket(family, kind, protocol)
    except OSError as error:
        raise PortError(words_for(str(address), error)) from error
    try:
        if os.name == "posix":  # elsewhere it would let two programs share the port
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(where)
        listener.listen(128)
        listener.settimeout(ACCEPT_TURN_S)
    except OSError as error:
        listener.close()
        raise PortError(words_for(str(address), error)) from error
    return listener
