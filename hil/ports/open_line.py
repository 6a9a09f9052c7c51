"""Opening a line by its text, from this side: what ``line_address`` reads becomes a port."""

from __future__ import annotations

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

import msgspec

from hil.ports.client_line import ClientLine, Trouble
from hil.ports.limits import CLIENT_LIMITS, PortLimits
from hil.ports.line_address import LineAddress, LineKind, line_address
from hil.ports.ports import Address, Clock, Port, PortError, PortEvents, words_for
from hil.ports.pty_server import PtyServer
from hil.ports.pumped_port import PumpedPort, Stream
from hil.ports.serial_line import SerialLine
from hil.ports.serial_open import open_device
from hil.ports.tcp_stream import TcpStream
from hil.ports.tls import client_context
from hil.ports.tls_stream import TlsStream
from simulator.catalogue.language import Message

CONNECT_TIMEOUT_S = 10.0
_NO_RECONNECT = Message(
    "line_no_reconnect", "{given}: reconnect has no effect on a pseudo-terminal that is made here",
    "{given}：对在此处新建的伪终端，reconnect 不起作用")


class Line(Port, Protocol):
    """What :func:`open_line` gives."""

    @property
    def is_flushed(self) -> bool:
        """Whether all that was written has left, or never will."""


class OwnPty:
    """A pseudo-terminal that was made for the other side to open: ``name`` is the path to give to it."""

    def __init__(
        self, clock: Clock, events: PortEvents, limits: PortLimits, on_trouble: Trouble,
    ) -> None:
        self._port: PumpedPort | None = None

        def take(port: PumpedPort) -> PortEvents:
            self._port = port
            return msgspec.structs.replace(
                events, on_failed=lambda _: None)  # it is there again at once: told as trouble

        self._server = PtyServer(
            clock, take, limits=limits, on_trouble=lambda text: on_trouble(PortError(text)))
        self.name = self._server.path

    @property
    def is_flushed(self) -> bool:
        """Whether all that was written has left, or never will."""
        return self._port is None or self._port.is_flushed

    def write(self, data: bytes) -> None:
        """Queue bytes to leave; dropped while nobody has it open."""
        if self._port is not None:
            self._port.write(data)

    def close(self) -> None:
        """Let it go, for good."""
        self._server.close()


def open_line(
    clock: Clock, text: str, events: PortEvents,
    *, limits: PortLimits = CLIENT_LIMITS, on_trouble: Trouble = lambda _: None,
) -> ClientLine | OwnPty:
    """The line of a text (see :mod:`hil.ports.line_address`), open; ``PortError`` where it cannot be.

    It may take as long as a connection does, so it is called where nobody waits for the clock.  With
    ``reconnect`` in its text a line that is lost comes back, and ``on_trouble`` is told of both.
    """
    asked = line_address(text)
    if asked.kind is LineKind.PTY and not asked.path:
        if asked.reconnect_s:
            raise PortError(_NO_RECONNECT.say(given=repr(text)))
        return OwnPty(clock, events, limits, on_trouble)
    return ClientLine(
        clock, str(asked), opener(asked, limits), events, limits=limits,
        reconnect_s=asked.reconnect_s, on_trouble=on_trouble)


def opener(asked: LineAddress, limits: PortLimits = CLIENT_LIMITS) -> Callable[[], Stream]:
    """What opens a line once; it raises :class:`PortError` where it cannot."""
    if asked.kind in {LineKind.SERIAL, LineKind.PTY}:
        return lambda: open_device(asked.path, asked.line or SerialLine(), limits)
    if asked.kind is LineKind.RFC2217:
        return lambda: open_device(str(asked), asked.line or SerialLine(), limits)
    address, name = asked.address, str(asked)
    assert address is not None
    if asked.kind is LineKind.TCP:
        return lambda: TcpStream(_connected(address, name))
    context = client_context(*(Path(each) if each else None for each in (
        asked.ca, asked.certificate, asked.key)))

    def agreed() -> Stream:
        stream = TlsStream(
            _connected(address, name), context, name, limits.handshake_s, server_side=False)
        try:
            stream.shake_hands()
        except BaseException:
            stream.release()
            raise
        return stream

    return agreed


def _connected(address: Address, name: str) -> socket.socket:
    try:
        return socket.create_connection((address.host, address.port), CONNECT_TIMEOUT_S)
    except (OSError, UnicodeError) as error:
        raise PortError(words_for(name, error)) from error
