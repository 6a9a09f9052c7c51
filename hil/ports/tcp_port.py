"""TCP ports: a server for many connections, and a client that connects when it has to send.

Both stay on the loopback interface unless told otherwise, since nothing here is authenticated.
"""

from __future__ import annotations

import contextlib
import ipaddress
import os
import socket
import threading
from collections.abc import Callable

from hil.ports.ports import PIECE, Address, Clock, PortError, PortEvents, PumpedPort, words_for

CONNECT_TIMEOUT_S = 10.0
ACCEPT_TURN_S = 0.5  # where closing a listener does not wake its accept, this does


class TcpStream:
    """The blocking calls of one connection."""

    def __init__(self, connection: socket.socket) -> None:
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = connection

    def read(self) -> bytes | None:
        """Some bytes, or None at the end of the stream."""
        return self._socket.recv(PIECE) or None

    def write(self, data: bytes) -> None:
        """Write all."""
        self._socket.sendall(data)

    def shut(self) -> None:
        """End both directions; a read or write in progress comes back."""
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def release(self) -> None:
        """Give the descriptor back."""
        self._socket.close()


class TcpServerPort:
    """Listens; for each connection asks ``on_connected(port)`` whom to tell about it."""

    def __init__(
        self, clock: Clock, address: Address, on_connected: Callable[[PumpedPort], PortEvents],
        *, anywhere: bool = False,
    ) -> None:
        self._clock = clock
        self._on_connected = on_connected
        self._listener = _listen(address, anywhere=anywhere)
        self._connections: list[PumpedPort] = []
        self._closed = False
        host, port = self._listener.getsockname()[:2]
        self.address = Address(host, port)  # with the real port where 0 was asked for
        self._acceptor = threading.Thread(
            target=self._accept_all, name=f"accept {self.address}", daemon=True,
        )
        self._acceptor.start()

    @property
    def connections(self) -> list[PumpedPort]:
        """The connections that stand."""
        self._connections = [port for port in self._connections if not port.is_over]
        return self._connections

    def close(self) -> None:
        """Stop to listen and close all connections; no event comes after this returns."""
        if self._closed:
            return
        self._closed = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._acceptor.join(2 * ACCEPT_TURN_S)
        for port in self.connections:
            port.close()

    def _accept_all(self) -> None:
        while not self._closed:
            try:
                connection, peer = self._listener.accept()
            except TimeoutError:
                continue
            except OSError:
                if self._closed:
                    return
                continue  # the peer left the queue before it was taken
            self._clock.inject(
                lambda connection=connection, peer=peer:  # type: ignore[misc]
                self._connected(connection, Address(*peer[:2])),
            )

    def _connected(self, connection: socket.socket, peer: Address) -> None:
        if self._closed:
            connection.close()
            return
        try:
            port = PumpedPort(self._clock, f"connection from {peer}", TcpStream(connection))
        except OSError:  # gone before anything was said
            connection.close()
            return
        self.connections.append(port)
        port.start(self._on_connected(port))


class ConnectError(PortError):
    """No connection could be made: nothing of what waited for it has left."""


class TcpClientPort:
    """Connects when something is written and no connection stands.

    What could not be delivered because the connection failed is dropped and reported once by
    ``on_failed``; the next write tries again.
    """

    def __init__(
        self, clock: Clock, address: Address, events: PortEvents,
        *, connect_timeout_s: float = CONNECT_TIMEOUT_S,
        on_connected: Callable[[], None] = lambda: None,
    ) -> None:
        self._on_connected = on_connected  # just before what was written leaves
        self.name = str(address)
        self._clock = clock
        self._address = address
        self._events = events
        self._connect_timeout_s = connect_timeout_s
        self._port: PumpedPort | None = None
        self._waiting: list[bytes] | None = None  # a list while connecting
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
        else:
            self._waiting = [data]
            threading.Thread(
                target=self._connect, name=f"connect {self.name}", daemon=True,
            ).start()

    def close(self) -> None:
        """Hang up, for good."""
        self._closed = True
        self.hang_up()

    def hang_up(self) -> None:
        """End the connection that stands, if any; the next write makes a new one."""
        if self._port is not None:
            self._port.close()
            self._port = None

    def _connect(self) -> None:
        try:
            connection = socket.create_connection(
                (self._address.host, self._address.port), self._connect_timeout_s,
            )
            stream = TcpStream(connection)
        except OSError as error:
            failure = ConnectError(words_for(self.name, error))
            self._clock.inject(lambda: self._end_with(failure))
        else:
            self._clock.inject(lambda: self._connected(stream))

    def _connected(self, stream: TcpStream) -> None:
        waiting, self._waiting = self._waiting or [], None
        if self._closed:
            stream.release()
            return
        self._port = PumpedPort(self._clock, self.name, stream)
        self._port.start(PortEvents(
            on_bytes=self._events.on_bytes, on_closed=self._hung_up, on_failed=self._end_with,
        ))
        self._on_connected()
        for data in waiting:
            self._port.write(data)

    def _hung_up(self) -> None:
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
