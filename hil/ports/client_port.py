"""A port that connects when it has to send: over TCP, TLS, a serial line, or whatever it is given."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable

from hil.ports.limits import CLIENT_LIMITS, PortLimits
from hil.ports.ports import Address, Clock, PortError, PortEvents, words_for
from hil.ports.pumped_port import PumpedPort, Stream
from hil.ports.tcp_stream import TcpStream
from hil.ports.tls_stream import TlsStream

CONNECT_TIMEOUT_S = 10.0
Connect = Callable[[], Stream]  # in a thread of its own; OSError, ValueError or PortError where it cannot


class ConnectError(PortError):
    """No connection could be made: nothing of what waited for it has left."""


class ClientPort:
    """Connects when something is written and no connection stands.

    What could not be delivered because the connection failed is dropped and reported once by
    ``on_failed``; the next write tries again.
    """

    def __init__(
        self, clock: Clock, name: str, connect: Connect, events: PortEvents,
        *, limits: PortLimits = CLIENT_LIMITS, on_connected: Callable[[], None] = lambda: None,
    ) -> None:
        self._on_connected = on_connected  # just before what was written leaves
        self.name = name
        self._clock = clock
        self._open = connect
        self._events = events
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
            stream = self._open()
        except (OSError, ValueError, PortError) as error:
            failure = _connect_error(self.name, error)
            self._clock.inject(lambda: self._not_connected(attempt, failure))
        else:
            self._clock.inject(lambda: self._connected(attempt, stream))

    def _connected(self, attempt: int, stream: Stream) -> None:
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


def _connect_error(name: str, error: Exception) -> ConnectError:
    if isinstance(error, PortError):
        failure = ConnectError(str(error), error.why, error.heard)
    else:
        failure = ConnectError(words_for(name, error))
    failure.__cause__ = error
    return failure


class TcpClientPort(ClientPort):
    """A client over TCP, with TLS where it has a context for it."""

    def __init__(
        self, clock: Clock, address: Address, events: PortEvents,
        *, connect_timeout_s: float = CONNECT_TIMEOUT_S, limits: PortLimits = CLIENT_LIMITS,
        on_connected: Callable[[], None] = lambda: None, tls: ssl.SSLContext | None = None,
    ) -> None:
        def connect() -> Stream:
            connection = socket.create_connection((address.host, address.port), connect_timeout_s)
            if tls is None:
                return TcpStream(connection)
            stream = TlsStream(
                connection, tls, str(address), limits.handshake_s, server_side=False)
            stream.shake_hands()
            return stream

        super().__init__(
            clock, str(address), connect, events, limits=limits, on_connected=on_connected)
