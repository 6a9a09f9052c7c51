"""A TCP server port for many connections, with or without TLS.

It stays on the loopback interface unless told otherwise, since nothing here is authenticated.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable

from hil.ports.limits import LIMITS, PortLimits
from hil.ports.ports import Address, Clock, PortError, PortEvents, words_for
from hil.ports.pumped_port import PumpedPort, Stream
from hil.ports.reserve import SpareThreads, begin, is_for_others, kept_for_first
from hil.ports.tcp_stream import TcpStream
from hil.ports.tls_stream import TlsStream

ACCEPT_TURN_S = 0.5  # where closing a listener does not wake its accept, this does
REST_S = 0.05  # after an accept that failed: what is short now may be there again
REST_OF_REFUSAL_S = 0.005  # so that a flood of newcomers does not take the processor
MOST_UNMET = 32  # newcomers that the clock has not met yet; so many wait, and the rest in the system's queue
SAY_AGAIN_S = 1.0  # one line for all newcomers refused in this time
Spoken = Callable[[TcpStream, str], Stream]
_GONE_IN_QUEUE = frozenset((errno.ECONNABORTED, errno.ECONNRESET, errno.EINTR))


class TcpServerPort:
    """Listens; for each connection asks ``on_connected(port)`` whom to tell about it."""

    def __init__(
        self, clock: Clock, address: Address, on_connected: Callable[[PumpedPort], PortEvents],
        *, anywhere: bool = False, limits: PortLimits = LIMITS,
        on_trouble: Callable[[str], None] = lambda _: None, tls: ssl.SSLContext | None = None,
        spoken: Spoken | None = None, beyond: str = "", is_first: bool = False,
    ) -> None:
        """``on_trouble`` is told, in the clock's thread, why newcomers were refused.

        ``is_first``: it is served where the process has no descriptor or thread left for others.

        ``spoken`` makes a stream of a connection that speaks more than plain bytes; ``beyond`` says
        why it stays on loopback, if it is no control port.
        """
        self._clock = clock
        self._on_connected = on_connected
        self._on_trouble = on_trouble
        self._limits = limits
        self._tls = tls
        self._spoken = spoken
        self._is_first = is_first
        self._listener = _listen(address, anywhere=anywhere, beyond=beyond or ON_LOOPBACK)
        self._connections: list[PumpedPort] = []
        self._closed = threading.Event()
        self._count = threading.Lock()
        self._met = threading.Condition(self._count)
        self._unmet = 0  # newcomers of whom the clock has not heard, under the lock
        self._open = 0  # descriptors of connections, under the lock
        self._taken: dict[PumpedPort, None] = {}  # and who has one, under the lock too
        self._most = min(limits.connections, kept_for_first()) if is_first else limits.connections
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
        self._spares = SpareThreads() if is_first else None

    def __str__(self) -> str:
        return f"{self.address} (TLS)" if self._tls is not None else str(self.address)

    @property
    def connections(self) -> list[PumpedPort]:
        """The connections that stand."""
        self._connections = [port for port in self._connections if not port.is_over]
        return self._connections

    def close(self) -> None:
        """Stop to listen and close all connections, at once; no event comes after this returns."""
        self.stop_listening()
        for port in self.connections:
            port.close()
        if self._spares is not None:
            self._spares.close()

    def stop_listening(self) -> None:
        """Newcomers are refused by the system; connections stand."""
        if self._closed.is_set():
            return
        self._closed.set()
        try:
            self._listener.shutdown(socket.SHUT_RDWR)  # wakes the acceptor, which closes it
        except OSError:
            self._listener.close()

    # ---- the acceptor's thread ---------------------------------------------------------------

    def _accept_all(self) -> None:
        spare = _spare()
        with self._listener:
            while not self._closed.is_set():
                with self._met:
                    if not self._met.wait_for(lambda: self._unmet < MOST_UNMET, ACCEPT_TURN_S):
                        continue
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
            is_room, is_full = self._open < self._most, is_for_others(
                connection.fileno(), is_first=self._is_first)
        if (is_room and not is_full) or self._made_room():
            with self._count:
                self._open += 1
                self._unmet += 1
            self._clock.inject(lambda: self._connected(connection, peer))
            return
        self._refuse(  # told before the newcomer can act on it
            words_for(f"newcomers at {self.address} are refused", OSError(errno.EMFILE, "")) if is_room
            else f"newcomers at {self.address} are refused: {self._most} "
            "connections stand (limit connections)")
        connection.close()
        self._closed.wait(REST_OF_REFUSAL_S)

    def _made_room(self) -> bool:
        """Whether somebody had to go who was answered nothing in the time that he has."""
        now_s, room_s = time.monotonic(), self._limits.room_s
        with self._count:
            taken = list(self._taken)
        known = [(worth, number) for number, port in enumerate(taken)
                 if (worth := port.is_worth_s(now_s)) is not None and (port.is_over or -worth[1] >= room_s)]
        if not (room_s and known):
            return False
        taken[min(known)[1]].make_room()
        return True

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

    def _released(self, port: PumpedPort | None = None) -> None:
        with self._count:
            self._open -= 1
            if port is not None:
                self._taken.pop(port, None)

    # ---- the clock's thread ------------------------------------------------------------------

    def _connected(self, connection: socket.socket, peer: Address) -> None:
        with self._met:
            self._unmet -= 1
            self._met.notify()
        name = f"connection from {peer}"
        try:
            if self._closed.is_set():
                raise ConnectionAbortedError
            stream = self._stream_of(connection, name)
        except OSError:  # gone before anything was said
            connection.close()
            self._released()
            return
        port = PumpedPort(
            self._clock, name, stream, self._limits, lambda: self._released(port),
            begin if self._spares is None else self._spares.begin)
        with self._count:
            self._taken[port] = None
        events = self._on_connected(port)
        try:
            port.start(events)
        except PortError as failure:
            events.on_failed(failure)
            self._on_trouble(str(failure))
        else:
            self.connections.append(port)

    def _stream_of(self, connection: socket.socket, name: str) -> Stream:
        if self._tls is not None:
            return TlsStream(
                connection, self._tls, name, self._limits.handshake_s, server_side=True)
        stream = TcpStream(connection)
        return stream if self._spoken is None else self._spoken(stream, name)


def _spare() -> int | None:
    try:
        return os.open(os.devnull, os.O_RDONLY)
    except OSError:
        return None


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
