"""A line that waits for one client at a time: ``pty:``, ``tcp:HOST:PORT`` or ``rfc2217://HOST:PORT``.

A line has two ends: while a client has it, a second one is refused with words.  Servers stay on the
loopback interface.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from msgspec.structs import replace

from hil.ports.limits import LIMITS, PortLimits
from hil.ports.line_address import LineAddress, LineKind, line_address
from hil.ports.line_object import LineObject
from hil.ports.ports import Address, Clock, PortError, PortEvents
from hil.ports.pty_server import PtyServer
from hil.ports.pumped_port import PumpedPort
from hil.ports.rfc2217_stream import Rfc2217Stream
from hil.ports.serial_line import LineEvents, ModemLines, SerialLine
from hil.ports.tcp_port import TcpServerPort
from hil.ports.tcp_stream import TcpStream
from simulator.catalogue.language import Message

MOST_NEWCOMERS = 64  # one that has the line, others that are going or are told that it is taken

_NO_SERVER = Message(
    "no_line_server", "{given}: nobody can wait at such a line; allowed: {allowed}",
    "{given}：不能在这种线路上等待；只能是：{allowed}")
_NO_SETTING = Message(
    "no_server_setting", "{given}: {option} has no effect at a line that waits for a client",
    "{given}：等待客户端的线路上 {option} 不起作用")
_TAKEN = Message(
    "line_taken", "{name} is refused: another client has the line {where}",
    "已拒绝 {name}：线路 {where} 已被另一个客户端占用")
_MISMATCH = Message(
    "line_mismatch",
    "{name}: the two ends of the line are set differently: {near} there, {far} here; what crosses it is damaged",
    "{name}：线路两端设置不同：对方 {near}，本端 {far}；传输的内容会损坏")

_ON_LOOPBACK = Message(
    "line_on_loopback", "A line that waits stays on loopback: whoever reaches it can sell and refund",
    "等待客户端的线路只能在本机回环：能连上它的人可以消费和退货")

SERVED = "pty:, pty:NAME, tcp:HOST:PORT, rfc2217://HOST:PORT?9600 8N1,rtscts,xonxoff,paced"
Trouble = Callable[[str], None]
Connected = Callable[[PumpedPort], PortEvents]


class LineServer(Protocol):
    """A line that waits for clients."""

    where: str  # as a client has to write it, with the real port or path

    @property
    def connections(self) -> list[PumpedPort]:
        """The client that has it."""

    def close(self) -> None:
        """Let it go, for good; no event comes after this returns."""


class ConnectionServer:
    """A line over TCP, plain or with RFC 2217 in front of a line object."""

    def __init__(
        self, clock: Clock, asked: LineAddress, on_connected: Connected,
        *, limits: PortLimits = LIMITS, on_trouble: Trouble = lambda _: None,
    ) -> None:
        assert asked.address is not None
        self._clock = clock
        self._on_connected = on_connected
        self._on_trouble = on_trouble
        self._far = asked.line or SerialLine()
        self._paced = asked.paced
        self._streams: dict[str, Rfc2217Stream] = {}  # of connections that are not begun yet
        self._tcp_of: dict[str, TcpStream] = {}
        self._holder: tuple[PumpedPort, TcpStream, PortEvents] | None = None
        self._line: Rfc2217Stream | None = None
        self._speaks = asked.kind
        self._server = TcpServerPort(
            clock, asked.address, self._connected, limits=replace(limits, connections=MOST_NEWCOMERS, room_s=0.0),
            on_trouble=on_trouble, spoken=self._stream, beyond=_ON_LOOPBACK.say())
        self.address: Address = self._server.address
        self.where = str(replace(asked, address=self.address))

    @property
    def connections(self) -> list[PumpedPort]:
        """The client that has the line."""
        return [self._holder[0]] if self._holder is not None and not self._holder[0].is_over else []

    @property
    def line(self) -> Rfc2217Stream | None:
        """The line of the client that has it, where it speaks RFC 2217: to drive modem lines."""
        return self._line

    def close(self) -> None:
        """Stop to listen and let the line go."""
        self._server.close()

    def _stream(self, tcp: TcpStream, name: str) -> TcpStream | Rfc2217Stream:
        self._tcp_of[name] = tcp
        if self._speaks is LineKind.TCP:
            return tcp
        stream = Rfc2217Stream(tcp, LineObject(self._far), name, paced=self._paced)
        self._streams[name] = stream
        return stream

    def _connected(self, port: PumpedPort) -> PortEvents:
        tcp, stream = self._tcp_of.pop(port.name), self._streams.pop(port.name, None)
        holder = self._holder
        if holder is not None and not holder[0].is_over:
            if not holder[1].has_ended():
                return self._refused(port)
            holder[0].reset()  # it has gone, and the clock has not heard of it yet
            holder[2].on_closed()
        events = self._on_connected(port)
        self._holder, self._line = (port, tcp, events), stream
        if stream is not None:
            self._tell(port, stream, events)
        return events

    def _refused(self, port: PumpedPort) -> PortEvents:
        self._on_trouble(_TAKEN.say(name=port.name, where=self.where))
        self._clock.inject(port.close)  # once it has begun
        return PortEvents(on_bytes=lambda _: None, on_closed=lambda: None, on_failed=lambda _: None)

    def _tell(self, port: PumpedPort, stream: Rfc2217Stream, events: PortEvents) -> None:
        def mismatch(near: SerialLine, far: SerialLine) -> None:
            text = _MISMATCH.say(name=port.name, near=near, far=far)
            self._clock.inject(lambda: self._on_trouble(text))

        def on_lines(lines: ModemLines) -> None:
            if isinstance(events, LineEvents):
                self._clock.inject(lambda: None if port.is_over else events.on_lines(lines))

        def on_break() -> None:
            if isinstance(events, LineEvents):
                self._clock.inject(lambda: None if port.is_over else events.on_break())

        stream.tell(mismatch, on_lines, on_break)


def serve_line(
    clock: Clock, text: str, on_connected: Connected,
    *, limits: PortLimits = LIMITS, on_trouble: Trouble = lambda _: None,
    usual: SerialLine | None = None,
) -> LineServer:
    """A line that waits for a client; ``PortError`` where there can be none.

    ``on_connected(port)`` says whom to tell about a client; ``on_trouble`` is told of those that
    were refused, and of ends that are set differently; ``usual`` is how this end is set where the
    text does not say it.
    """
    asked = served(text)
    if asked.kind is LineKind.PTY:
        return PtyServer(
            clock, on_connected, link=asked.path, limits=limits, on_trouble=on_trouble)
    if asked.line is None:
        asked = replace(asked, line=usual)
    return ConnectionServer(clock, asked, on_connected, limits=limits, on_trouble=on_trouble)


_WITHOUT_EFFECT: tuple[tuple[str, Callable[[SerialLine], bool]], ...] = (
    ("rs485", lambda line: bool(line.rs485)), ("dsrdtr", lambda line: line.dsr_dtr),
    ("turnaround_ms", lambda line: line.turnaround_ms > 0),
    ("rts", lambda line: line.rts is not None), ("dtr", lambda line: line.dtr is not None),
)


def served(text: str) -> LineAddress:
    """The address of a line that shall wait; ``PortError`` where nobody could wait there."""
    asked = line_address(text)
    shown = repr(text[:80])
    if asked.kind not in {LineKind.PTY, LineKind.TCP, LineKind.RFC2217}:
        raise PortError(_NO_SERVER.say(given=shown, allowed=SERVED))
    if asked.reconnect_s:
        raise PortError(_NO_SETTING.say(given=shown, option="reconnect"))
    for option, has in _WITHOUT_EFFECT:
        if asked.line is not None and has(asked.line):
            raise PortError(_NO_SETTING.say(given=shown, option=option))
    return asked
