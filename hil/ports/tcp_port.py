"""A TCP server port for many connections, with or without TLS.

It stays on the loopback interface unless told otherwise, since nothing here is authenticated.
"""

from __future__ import annotations

import contextlib
import errno
import ipaddress
import itertools
import os
import socket
import ssl
import threading
import time
from collections.abc import Callable

from hil.ports.limits import LIMITS, PortLimits
from hil.ports.newcomers import Newcomer, Newcomers, Speaker
from hil.ports.ports import Address, Clock, PortError, PortEvents, words_for
from hil.ports.pumped_port import PumpedPort, Stream
from hil.ports.reserve import (
    Crew,
    NoThreadError,
    SpareThreads,
    Standby,
    is_for_others,
    kept_for_first,
)
from hil.ports.tcp_stream import TcpStream
from hil.ports.tls_stream import TlsStream, hello_of

ACCEPT_TURN_S = 0.5  # where closing a listener does not wake its accept, this does
REST_S = 0.05  # after an accept that failed: what is short now may be there again
REST_OF_REFUSAL_S = 0.001  # so that a flood of newcomers does not take the processor, nor keep others waiting
MOST_UNMET = 32  # newcomers that the clock has not met yet; so many wait, and the rest in the system's queue
QUEUE = 1_024  # of the system; whom it has no room for tries again after a second
SILENT_SHARE = 50  # who said nothing has so much less time than who spoke and was answered nothing
LONGEST_LEAVING_S = 0.25  # of one who makes room
MOST_LEAVING = 16  # so many at once; where descriptors are short one, and his has to be free before
MOST_AT_ONCE = 8  # who said nothing, where more newcomers wait than one
TRIES_OF_THREADS = 20
END_OF_THREAD_S = 0.001
NO_THREAD = "this computer has no room for another thread"
NO_DESCRIPTOR = "this process has as many files open as it may"
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
        speaker: Speaker | None = None,
    ) -> None:
        """``on_trouble`` is told, in the clock's thread, why newcomers were refused.

        ``is_first``: it is served where the process has no descriptor or thread left for others.

        ``speaker``: who has said these first bytes of a newcomer, where they are all of a message, so
        that it can be served at once: then it need not wait until somebody who has not said all has
        had his time, and of those who wait the speakers have their turns; None where they are not.

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
        self._threads = SpareThreads() if is_first else Crew()
        self._listener = _listen(address, anywhere=anywhere, beyond=beyond or ON_LOOPBACK)
        self._connections: list[PumpedPort] = []
        self._newcomers = Newcomers(
            self._listener, speaker if tls is None else hello_of, self._is_for_others, ACCEPT_TURN_S)
        self._closed = threading.Event()
        self._count = threading.Lock()
        self._met = threading.Condition(self._count)
        self._unmet = 0  # newcomers of whom the clock has not heard, under the lock
        self._open = 0  # descriptors of connections, under the lock
        self._taken: dict[PumpedPort, None] = {}  # and who has one, under the lock too
        self._leaving: set[PumpedPort] = set()  # and who makes room, likewise
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
            raise PortError(f"{self.address}: {NO_THREAD}") \
                from error

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
        self._threads.close()

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
                    newcomer = self._newcomers.next()
                except TimeoutError:
                    continue
                except OSError as error:
                    if self._closed.is_set() or error.errno in _GONE_IN_QUEUE:
                        continue
                    spare = self._turned_away(spare)
                    self._refuse(words_for(f"newcomers at {self.address} are refused", error))
                    self._closed.wait(REST_S)
                else:
                    self._take(newcomer)
                for _ in range(self._newcomers.turned_away_since()):
                    self._refuse(f"newcomers at {self.address} are refused: as many wait as may")
        self._newcomers.close()
        if spare is not None:
            os.close(spare)

    def _is_for_others(self, connection: socket.socket) -> bool:
        return is_for_others(connection.fileno(), is_first=self._is_first)

    def _take(self, newcomer: Newcomer) -> None:
        connection, peer = newcomer.connection, Address(str(newcomer.peer[0]), int(newcomer.peer[1]))
        if newcomer.has_gone:
            connection.close()
            return
        with self._count:
            is_room = self._open - len(self._leaving) < self._most  # nobody else has to go for those who are going
        is_full = self._is_for_others(connection)
        why = (f"{self._most} connections stand (limit connections)" if not is_room
               else NO_DESCRIPTOR if is_full else "")
        if why and self._made_room(newcomer, is_strict=is_full):
            if is_full:  # its number is one of those that are kept: it takes that of who has left
                connection = _renumbered(connection)
                is_full = self._is_for_others(connection)
            why = NO_DESCRIPTOR if is_full else ""
        staff = None if why else self._staff(f"connection from {peer}", newcomer)
        if staff is None:
            self._refuse(f"newcomers at {self.address} are refused: {why or NO_THREAD}")  # told before the newcomer can act on it
            connection.close()
            self._closed.wait(REST_OF_REFUSAL_S)
            return
        with self._count:
            self._open += 1
            self._unmet += 1
        self._clock.inject(lambda: self._connected(connection, peer, staff))

    def _staff(self, name: str, newcomer: Newcomer) -> Standby | None:
        """The threads of a newcomer, if need be those of one who makes room."""
        for attempt in range(TRIES_OF_THREADS):
            try:
                return Standby(PumpedPort.THREADS, self._threads.begin, name)
            except NoThreadError:
                if not attempt and not self._made_room(newcomer):
                    return None
                self._closed.wait(END_OF_THREAD_S)  # who has left may not have ended quite
        return None

    def _made_room(self, newcomer: Newcomer | None = None, *, is_strict: bool = True) -> bool:
        """Whether somebody leaves who was answered nothing in the time that he has; strict: has left.

        Where the newcomer has said all that it has to, who has not makes room at once.
        """
        if newcomer is not None and newcomer.speaker is None:
            newcomer.look(waits=True)
        leaving = self._who_leaves(is_whole=newcomer is not None and newcomer.speaker is not None)
        if leaving is None:
            return False
        more = self._silent_ones(but=leaving) if self._newcomers.are_more() else []  # they would be asked one by one
        with self._count:
            self._leaving.update((leaving, *more))
        for port in (leaving, *more):
            port.make_room()
        with self._met:  # else a crowd that leaves slower than it comes takes every descriptor
            return self._met.wait_for(
                lambda: leaving not in self._leaving or not (is_strict or len(self._leaving) > MOST_LEAVING),
                LONGEST_LEAVING_S)

    def _who_leaves(self, *, is_whole: bool) -> PumpedPort | None:
        """Who is hung up on already or said nothing, the first to come; else who was answered nothing.

        Of those who have time left none, unless the newcomer has said all.
        """
        now_s, room_s = time.monotonic(), self._limits.room_s
        unanswered: list[PumpedPort] = []  # in the order in which they came
        young: list[PumpedPort] = []  # likewise
        with self._count:
            taken = list(self._taken) if room_s else []
        for port in taken:
            worth = port.is_worth_s(now_s)
            if worth is None:
                continue
            has_spoken, since_s = worth
            if -since_s >= room_s:
                unanswered.append(port)
            elif is_whole:
                young.append(port)
            if not has_spoken and (
                port.is_over or (-since_s >= room_s / SILENT_SHARE and not port.has_unread())
            ):
                return port
        return next((port for port in (*unanswered, *young) if not port.has_unread()), None)

    def _silent_ones(self, but: PumpedPort) -> list[PumpedPort]:
        """Further ones that said nothing in the time that they have, the first to come."""
        now_s, room_s = time.monotonic(), self._limits.room_s
        with self._count:
            taken = list(self._taken)
        silent = (
            port for port in taken
            if port is not but and (worth := port.is_worth_s(now_s)) is not None
            and not worth[0] and -worth[1] >= room_s / SILENT_SHARE and not port.has_unread())
        return list(itertools.islice(silent, MOST_AT_ONCE - 1))

    def _turned_away(self, spare: int | None) -> int | None:
        """Where no descriptor is left: take the newcomer with the spare one, and hang up.

        Whoever can go makes room for the next one.
        """
        self._made_room()
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
        with self._met:
            self._open -= 1
            if port is not None:
                self._taken.pop(port, None)
                self._leaving.discard(port)
            self._met.notify_all()

    # ---- the clock's thread ------------------------------------------------------------------

    def _connected(self, connection: socket.socket, peer: Address, staff: Standby) -> None:
        with self._met:
            self._unmet -= 1
            self._met.notify_all()
        name = f"connection from {peer}"
        try:
            if self._closed.is_set():
                raise ConnectionAbortedError
            stream = self._stream_of(connection, name)
        except OSError:  # gone before anything was said
            staff.close()
            connection.close()
            self._released()
            return
        port = PumpedPort(
            self._clock, name, stream, self._limits, lambda: self._released(port), staff.begin)
        with self._count:
            self._taken[port] = None
        events = self._on_connected(port)
        port.start(events)
        self.connections.append(port)

    def _stream_of(self, connection: socket.socket, name: str) -> Stream:
        if self._tls is not None:
            return TlsStream(
                connection, self._tls, name, self._limits.handshake_s, server_side=True)
        stream = TcpStream(connection)
        return stream if self._spoken is None else self._spoken(stream, name)


def _renumbered(connection: socket.socket) -> socket.socket:
    """With the lowest number that is free; the same one where there is none."""
    try:
        renumbered = connection.dup()
    except OSError:
        return connection
    connection.close()
    return renumbered


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
        listener.listen(QUEUE)
        listener.settimeout(ACCEPT_TURN_S)
    except OSError as error:
        listener.close()
        raise PortError(words_for(str(address), error)) from error
    return listener
