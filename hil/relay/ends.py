"""The two ends of a relay: where terminals are heard, and how their host is reached.

Either is a TCP address, with TLS or without, or a serial line.  A host's line is dialled once for
each connection of a terminal.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable

import msgspec

from hil.ports.client_port import CONNECT_TIMEOUT_S
from hil.ports.limits import CLIENT_LIMITS, LIMITS, PortLimits
from hil.ports.ports import Address, Clock, PortError, PortEvents, words_for
from hil.ports.pty_server import PtyServer
from hil.ports.pumped_port import PumpedPort, Stream
from hil.ports.serial_line import SerialLine
from hil.ports.serial_open import open_device
from hil.ports.serial_server import SerialServerPort
from hil.ports.tcp_port import TcpServerPort
from hil.ports.tcp_stream import TcpStream
from hil.ports.tls_stream import TlsStream
from simulator.catalogue.language import Message
from simulator.catalogue.line_reasons import PortWarning

_NO_HOST_AT_A_PTY = Message(
    "no_host_at_a_pty", "{name}: a host cannot be reached at a pseudo-terminal of our own",
    "{name}：不能在自建的伪终端上连接主机")
LET_GO_S = 1.5  # for a line that another connection had
LET_GO_TURN_S = 0.05
Server = TcpServerPort | SerialServerPort | PtyServer
OnConnected = Callable[[PumpedPort], PortEvents]


class TcpEnd(msgspec.Struct, frozen=True, kw_only=True):
    """An address; of the terminals' side the one at which is listened."""

    address: Address
    tls: ssl.SSLContext | None = None
    anywhere: bool = False  # listen to the network, not to loopback only
    is_line = False

    def __str__(self) -> str:
        return str(self.address)

    def listen(
        self, clock: Clock, on_connected: OnConnected, limits: PortLimits = LIMITS,
        on_trouble: Callable[[PortError], None] = lambda _: None,
    ) -> TcpServerPort:
        """Hear terminals; ``PortError`` where it cannot be."""
        return TcpServerPort(
            clock, self.address, on_connected, anywhere=self.anywhere, limits=limits, tls=self.tls,
            on_trouble=lambda why: on_trouble(PortError(why, PortWarning.TOO_MANY)))

    def open(self, limits: PortLimits = CLIENT_LIMITS) -> Stream:
        """Connect, in a thread that may wait."""
        connection = socket.create_connection(
            (self.address.host, self.address.port), CONNECT_TIMEOUT_S)
        if self.tls is None:
            return TcpStream(connection)
        stream = TlsStream(
            connection, self.tls, str(self.address), limits.handshake_s, server_side=False)
        stream.shake_hands()
        return stream


class SerialEnd(msgspec.Struct, frozen=True, kw_only=True):
    """A device or URL of a serial line."""

    url: str
    line: SerialLine = SerialLine()
    is_line = True

    def __str__(self) -> str:
        return self.url

    def listen(
        self, clock: Clock, on_connected: OnConnected, limits: PortLimits = LIMITS,
        on_trouble: Callable[[PortError], None] = lambda _: None,
    ) -> SerialServerPort:
        """Hear what is at the line; ``PortError`` where it cannot be opened."""
        return SerialServerPort(
            clock, self.url, self.line, on_connected, limits=limits, on_trouble=on_trouble)

    def open(self, limits: PortLimits = CLIENT_LIMITS) -> Stream:
        """Open it, in a thread that may wait: whoever had it before may just let go of it."""
        until_s = time.monotonic() + LET_GO_S
        while True:
            try:
                return open_device(self.url, self.line, limits)
            except PortError:
                if time.monotonic() > until_s:
                    raise
            time.sleep(LET_GO_TURN_S)


class PtyEnd(msgspec.Struct, frozen=True, kw_only=True):
    """A pseudo-terminal of our own, at which a program opens its serial line."""

    link: str = ""  # a name for it that stays the same
    is_line = True

    def __str__(self) -> str:
        return f"pty:{self.link}"

    def listen(
        self, clock: Clock, on_connected: OnConnected, limits: PortLimits = LIMITS,
        on_trouble: Callable[[PortError], None] = lambda _: None,
    ) -> PtyServer:
        """There at once; ``PortError`` where it cannot be."""
        return PtyServer(
            clock, on_connected, link=self.link, limits=limits,
            on_trouble=lambda why: on_trouble(PortError(why)))

    def open(self, limits: PortLimits = CLIENT_LIMITS) -> Stream:
        """Nobody can be reached at a line of our own."""
        del limits
        raise PortError(_NO_HOST_AT_A_PTY.say(name=self))


RelayEnd = TcpEnd | SerialEnd | PtyEnd


class Dialling:
    """One try to reach the host, in a thread of its own; its news come in the clock's thread."""

    def __init__(
        self, clock: Clock, end: RelayEnd, limits: PortLimits,
        on_open: Callable[[PumpedPort], None], on_failed: Callable[[PortError], None],
    ) -> None:
        self._clock = clock
        self._end = end
        self._limits = limits
        self._on_open = on_open
        self._on_failed = on_failed
        self._is_wanted = True
        try:
            threading.Thread(target=self._dial, name=f"connect {end}", daemon=True).start()
        except RuntimeError:
            failure = PortError(f"{end}: this computer has no room for another thread")
            clock.inject(lambda: self._failed(failure))

    def drop(self) -> None:
        """Nobody wants it any more."""
        self._is_wanted = False

    def _dial(self) -> None:
        try:
            stream = self._end.open(self._limits)
        except PortError as error:
            failure = error
        except (OSError, ValueError) as error:
            failure = PortError(words_for(str(self._end), error))
        else:
            self._clock.inject(lambda: self._opened(stream))
            return
        self._clock.inject(lambda: self._failed(failure))

    def _opened(self, stream: Stream) -> None:
        if not self._is_wanted:
            stream.shut()
            stream.release()
            return
        self._on_open(PumpedPort(self._clock, f"connection to {self._end}", stream, self._limits))

    def _failed(self, failure: PortError) -> None:
        if self._is_wanted:
            self._on_failed(failure)
