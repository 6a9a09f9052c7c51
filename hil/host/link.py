"""The host's TCP port: frames of real or virtual terminals come in, and find their link.

A connection belongs to the terminal whose TID its messages carry; the newest one counts.  What
happens to a message on the way, and what the host does about it, is the world's business.
"""

from __future__ import annotations

from collections.abc import Callable, Collection

import msgspec

from hil.clock.live_clock import LiveEnvironment
from hil.control.net import caught
from hil.files.one_owner import StateError
from hil.ports.limits import LIMITS, PortLimits
from hil.ports.ports import Address, PortError, PortEvents
from hil.ports.pumped_port import PumpedPort
from hil.ports.tcp_port import TcpServerPort
from simulator.catalogue.line_reasons import LineReason, PortWarning
from simulator.machines.acquirer.events import RequestUnreadable
from simulator.machines.terminal.events import Send
from simulator.trace.recorder import Recorder
from simulator.trace.records import Warned
from simulator.wire.codec import Codec
from simulator.wire.errors import WireError
from simulator.wire.frame import FrameReader
from simulator.wire.kinds import REPLY_MTI, Kind
from simulator.wire.message import Message
from simulator.world.bodies.acquirer_body import AcquirerBody
from simulator.world.network import message_records as records
from simulator.world.network.link import Link

MOST_ATTEMPTS_KEPT = 64


class Connection:
    """One TCP connection; its frames are recorded as they were on the line."""

    def __init__(
        self, env: LiveEnvironment, recorder: Recorder, port: PumpedPort, codec: Codec,
        before_write: Callable[[], None],
    ) -> None:
        self._env = env
        self._recorder = recorder
        self._codec = codec
        self._before_write = before_write
        self.port = port
        self.reader = FrameReader(codec.dialect)

    def heard(self, tid: str, frame: bytes) -> None:
        """Write down what came."""
        self._recorder.emit(records.carried(
            int(self._env.now), tid, f"terminal.{tid}", records.HOST, frame, self._codec.dialect))

    def write(self, message: Message, tpdu: str) -> None:
        """Answer; what the host must not forget is on the disk before a byte leaves."""
        if self.port.is_over:
            return
        try:
            frame = self._codec.encode(message, tpdu)
        except WireError as error:
            self._recorder.emit(Warned(
                int(self._env.now), records.HOST, code="unsendable_reply", text=str(error)))
            return
        self._recorder.emit(records.carried(
            int(self._env.now), message.tid, records.HOST, f"terminal.{message.tid}", frame,
            self._codec.dialect,
        ))
        self._before_write()
        self.port.write(frame)


class ReplyAddresses:
    """How the reply to each request is addressed: by the TPDU of that request, not of the last."""

    def __init__(self) -> None:
        self._by_request: dict[tuple[str, int, int], str] = {}
        self._newest = ""

    def note(self, request: Message, tpdu: str) -> None:
        """The reply to this request carries this TPDU."""
        name = (REPLY_MTI[request.mti], request.batch, request.stan or 0)
        self._by_request.pop(name, None)
        self._by_request[name] = self._newest = tpdu
        if len(self._by_request) > MOST_ATTEMPTS_KEPT:
            del self._by_request[next(iter(self._by_request))]

    def of(self, reply: Message) -> str:
        """The TPDU of a reply; the newest one for a reply that nobody asked for."""
        name = (reply.mti, reply.batch, reply.stan or 0)
        return self._by_request.get(name, self._newest)


class RemoteTerminal:
    """The far end of a link of the world: a terminal that is not of this world."""

    def __init__(self, link: Link) -> None:
        self._attempts: dict[tuple[str, int, int], int] = {}
        self._addresses = ReplyAddresses()
        self.link = link
        self.connection: Connection | None = None

    @property
    def hears(self) -> bool:
        """Whether a connection stands."""
        return self.connection is not None and not self.connection.port.is_over

    def receive(self, message: Message) -> None:
        """A reply came through the world's link: on it goes."""
        assert self.connection is not None
        self.connection.write(message, self._addresses.of(message))

    def send_failed(self, reason: str) -> None:
        """The world's link was refused: hang up."""
        del reason
        if self.connection is not None:
            self.connection.port.close()

    def request_came(self, message: Message, kind: Kind, reply_tpdu: str) -> None:
        """A request came from outside: into the world's link."""
        self._addresses.note(message, reply_tpdu)
        name = (message.mti, message.batch, message.stan or 0)
        attempt = self._attempts.pop(name, -1) + 1
        self._attempts[name] = attempt
        if len(self._attempts) > MOST_ATTEMPTS_KEPT:
            del self._attempts[next(iter(self._attempts))]
        self.link.send(Send(message, kind, "", attempt))


class Guest:
    """A terminal that the acquirer does not know: heard and answered without a link."""

    def __init__(
        self, env: LiveEnvironment, recorder: Recorder, connection: Connection, tpdu: str,
    ) -> None:
        self._env = env
        self._recorder = recorder
        self._connection = connection
        self._tpdu = tpdu

    def reply(self, message: Message, kind: Kind | None, attempt: int) -> None:
        """Answer."""
        self._recorder.emit(records.sent(
            int(self._env.now), records.HOST, f"terminal.{message.tid}", kind, message, "", attempt,
        ))
        self._connection.write(message, self._tpdu)


class HostListener:
    """Takes connections and hands their messages to the links of the world."""

    def __init__(
        self, env: LiveEnvironment, recorder: Recorder, acquirer: AcquirerBody, codec: Codec,
        links: dict[str, Link], address: Address, before_write: Callable[[], None],
        inside: Collection[str] = (),
        *, anywhere: bool = False, limits: PortLimits = LIMITS,
    ) -> None:
        self._env = env
        self._recorder = recorder
        self._acquirer = acquirer
        self._codec = codec
        self._inside = inside  # TIDs that nobody outside may use
        self._before_write = before_write
        self._guests = 0
        self.narrate: Callable[[str], None] = lambda _: None  # to whoever looks on
        self.terminals = {tid: RemoteTerminal(link) for tid, link in links.items()}
        for terminal in self.terminals.values():
            terminal.link.terminal = terminal
            terminal.link.refused_as = LineReason.HUNG_UP  # its request was out before
        self._server = TcpServerPort(
            env, address, self._connected, anywhere=anywhere, limits=limits,
            on_trouble=self._trouble,
        )
        self.address = self._server.address

    @property
    def connected(self) -> tuple[str, ...]:
        """TIDs of the terminals whose connection stands."""
        return tuple(tid for tid, terminal in self.terminals.items() if terminal.hears)

    @property
    def is_flushed(self) -> bool:
        """Whether all answers have left."""
        return all(port.is_flushed for port in self._server.connections)

    def close(self) -> None:
        """Let answers leave, then close."""
        self._server.close()

    def _connected(self, port: PumpedPort) -> PortEvents:
        connection = Connection(
            self._env, self._recorder, port, self._codec, self._before_write)
        return PortEvents(
            on_bytes=lambda data: self._bytes_came(connection, data),
            on_closed=lambda: self._gone(connection),
            on_failed=lambda failure: self._failed(connection, failure),
        )

    def _bytes_came(self, connection: Connection, data: bytes) -> None:
        try:
            for frame in connection.reader.feed(data):
                self._take(connection, self._message_in(connection, frame), frame)
        except WireError as error:
            self._warn(PortWarning.UNREADABLE_REQUEST, error)
            self._acquirer.give(RequestUnreadable(connection.port.name, str(error)))
            connection.port.close()  # the stream has lost its step
        except StateError:
            raise  # nothing more may be answered: the process ends
        except Exception as error:  # noqa: BLE001 - the last net: no frame ends the process
            self._warn(PortWarning.FRAME_FAILED, PortError(caught("a frame", error)))
            connection.port.close()

    def _message_in(self, connection: Connection, frame: bytes) -> Message:
        try:
            message = self._codec.decode(frame)
        except WireError:
            connection.heard(connection.port.name, frame)
            raise
        connection.heard(message.tid, frame)
        return message

    def _take(self, connection: Connection, message: Message, frame: bytes) -> None:
        kind = self._codec.dialect.kind_of(message)
        terminal = self.terminals.get(message.tid)
        if kind is not None and terminal is not None:
            if terminal.connection is not connection:
                self.narrate(f"terminal {message.tid} connected: {connection.port.name}")
            terminal.connection = connection
            terminal.request_came(message, kind, self._codec.reply_tpdu(frame))
        elif message.tid in self._inside:
            self._warn(PortWarning.NOT_AT_A_PORT, PortError(
                f"terminal {message.tid} is simulated here; what says so at {connection.port.name} "
                "is not answered"))
            self.narrate(f"terminal {message.tid} is simulated here: {connection.port.name} is hung "
                         "up on; give the device a TID that is outside")
            connection.port.close()
        else:
            if kind is None:
                self.narrate(f"terminal {message.tid} sent a {message.mti} of no kind of the dialect")
            self._guests += 1
            link = f"guest {self._guests}"
            self._acquirer.links[link] = Guest(
                self._env, self._recorder, connection, self._codec.reply_tpdu(frame))
            self._acquirer.take_up(link, msgspec.structs.replace(message))
            self._acquirer.links.pop(link, None)

    def _trouble(self, why: str) -> None:
        self.narrate(why)

    def _gone(self, connection: Connection) -> None:
        for tid, terminal in self.terminals.items():
            if terminal.connection is connection:
                self.narrate(f"terminal {tid} gone")

    def _failed(self, connection: Connection, failure: PortError) -> None:
        self._warn(PortWarning.LINK_FAILED, failure)
        self.narrate(str(failure))
        self._gone(connection)

    def _warn(self, code: PortWarning, error: WireError | PortError) -> None:
        self._recorder.emit(
            Warned(int(self._env.now), records.HOST, code=code, text=str(error)))
