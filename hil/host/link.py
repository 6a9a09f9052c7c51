"""The host's ports: frames of real or virtual terminals come in, and find their link.

A connection belongs to the terminals whose TIDs its messages carry; for each the newest one counts.
What happens to a message on the way, and what the host does about it, is the world's business.  One
frame of a connection is taken, then it is the others' turn.
"""

from __future__ import annotations

import ssl
from collections.abc import Callable, Collection

import msgspec

from hil.clock.live_clock import LiveEnvironment
from hil.control.line_log import LineLog
from hil.control.live_words import HEARD
from hil.control.net import caught
from hil.files.one_owner import StateError
from hil.framing.frame_source import NoFrameError, first_frame
from hil.framing.framings import Framings
from hil.framing.in_step import is_in_step
from hil.host.connection import Connection
from hil.host.group import Group
from hil.host.line_watch import STRANGERS, LineWatch
from hil.host.link_words import CONNECTED, GONE, OUTSIDE_TID, UNKNOWN_KIND
from hil.host.remote import Guest, RemoteTerminal
from hil.ports.limits import LIMITS, PortLimits
from hil.ports.ports import Address, PortError, PortEvents
from hil.ports.pumped_port import PumpedPort
from hil.ports.serial_line import SerialLine
from hil.ports.serial_server import SerialServerPort
from hil.ports.tcp_port import TcpServerPort
from simulator.catalogue.line_reasons import LineReason, PortWarning
from simulator.machines.acquirer.events import RequestUnreadable
from simulator.trace.recorder import Recorder
from simulator.wire.codec import Codec
from simulator.wire.errors import WireError
from simulator.wire.message import Message
from simulator.world.bodies.acquirer_body import AcquirerBody
from simulator.world.network import message_records as records
from simulator.world.network.link import Link
from simulator.world.time.kernel import Call, call_in

MS = 1_000


class HostListener:
    """Takes connections and hands their messages to the links of the world."""

    def __init__(
        self, env: LiveEnvironment, recorder: Recorder, acquirer: AcquirerBody, codec: Codec,
        links: dict[str, Link], group: Group,
        inside: Collection[str] = (), *, limits: PortLimits = LIMITS,
    ) -> None:
        self._env = env
        self._recorder = recorder
        self._acquirer = acquirer
        self._codec = codec
        self._framings = Framings(codec.dialect)
        self._inside = inside  # TIDs that nobody outside may use
        self._group = group
        self._limits = limits
        self._guests = 0
        self._servers: list[TcpServerPort | SerialServerPort] = []
        self.address: Address | None = None
        self.narrate: Callable[[str], None] = lambda _: None  # to whoever looks on
        self._log = LineLog(env, recorder, self._say, most=limits.log_lines)
        self.terminals = {tid: RemoteTerminal(tid, link, self._refused_by_fault)
                          for tid, link in links.items()}
        for terminal in self.terminals.values():
            terminal.link.terminal = terminal
            terminal.link.refused_as = LineReason.HUNG_UP  # its request was out before
        recorder.listen(LineWatch(self.terminals, self._log, inside).hear)

    def listen(
        self, address: Address, tls: ssl.SSLContext | None = None, *, anywhere: bool = False,
    ) -> None:
        """Take connections at an address; ``PortError`` where it cannot be."""
        server = TcpServerPort(
            self._env, address, lambda port: self._connected(port, is_line=False),
            anywhere=anywhere, limits=self._limits, tls=tls, speaker=self._speaker_of,
            on_trouble=lambda why: self._trouble(PortError(why, PortWarning.TOO_MANY)))
        self._servers.append(server)
        self.address = server.address

    def _speaker_of(self, start: bytes) -> str | None:
        """The terminal whose whole message this is, in any thread; strangers are one, None where it is not whole."""
        first = first_frame(start, self._framings)
        if first is None:
            return None
        try:
            tid = self._codec.decode(self._framings.inward(*first)).tid
        except Exception:  # noqa: BLE001 - the last net: what is wrong with it is told when it is its turn
            return STRANGERS
        return tid if tid in self.terminals else STRANGERS

    def open_line(self, url: str, line: SerialLine) -> None:
        """Take what comes on a serial line; ``PortError`` where it cannot be opened."""
        self._servers.append(SerialServerPort(
            self._env, url, line, lambda port: self._connected(port, is_line=True),
            limits=self._limits, on_trouble=self._trouble))

    @property
    def places(self) -> str:
        """Where terminals are heard."""
        return ", ".join(str(server) for server in self._servers)

    @property
    def connected(self) -> tuple[str, ...]:
        """TIDs of the terminals whose connection stands."""
        return tuple(tid for tid, terminal in self.terminals.items() if terminal.hears)

    @property
    def is_flushed(self) -> bool:
        """Whether all answers have left."""
        return all(port.is_flushed for server in self._servers for port in server.connections)

    def close(self) -> None:
        """Let answers leave, then close."""
        for server in self._servers:
            server.close()
        self._log.close()

    # ---- a connection comes, speaks, pauses, ends ----------------------------------------------

    def _connected(self, port: PumpedPort, *, is_line: bool) -> PortEvents:
        connection = Connection(
            self._env, self._recorder, port, self._codec, self._framings, self._group,
            self._log, is_line=is_line)
        return PortEvents(
            on_bytes=lambda data: self._bytes_came(connection, data),
            on_closed=lambda: self._ended(connection),
            on_failed=lambda failure: self._failed(connection, failure),
            answers_after_end=not is_line,
        )

    def _bytes_came(self, connection: Connection, data: bytes) -> None:
        if connection.is_lost:
            return  # hung up on, and it was said why
        connection.source.feed(data)
        connection.fed += 1
        if not connection.is_serving:
            self._serve(connection)

    def _serve(self, connection: Connection, *, is_all: bool = False) -> None:
        """Take one frame; the next one when the others had their turn."""
        connection.is_serving = False
        if self._take_next(connection, is_all=is_all or connection.has_ended):
            connection.is_serving = True
            connection.port.pause()
            self._env.inject(lambda: self._serve(connection))
            return
        connection.port.resume()
        if connection.has_ended:
            self._has_said_all(connection)
        elif connection.source.pending:
            self._watch_for_a_pause(connection)

    def _take_next(self, connection: Connection, *, is_all: bool) -> bool:
        """Whether there was a frame, or what is none, and the line goes on."""
        if connection.is_lost:
            return False
        try:
            frame = connection.source.take(is_all=is_all)
            if frame is None:
                return False
            self._take(connection, frame)
        except NoFrameError as wrong:
            self._was_no_frame(connection, wrong)
        except StateError:
            raise  # nothing more may be answered: the process ends
        except Exception as error:  # noqa: BLE001 - the last net: no frame ends the process
            connection.tell(PortWarning.FRAME_FAILED, caught("a frame", error))
            connection.close()
        return not connection.is_lost

    def _was_no_frame(self, connection: Connection, wrong: NoFrameError) -> None:
        was_told = connection.tell(wrong.why, str(wrong), data=wrong.data, size=wrong.size)
        if was_told and wrong.why is PortWarning.UNREADABLE_REQUEST:
            self._acquirer.give(RequestUnreadable(connection.port.name, str(wrong)))
        if wrong.is_over:
            connection.close()  # the stream has lost its step

    def _watch_for_a_pause(self, connection: Connection) -> None:
        if connection.watches_for_a_pause:
            return
        if connection.is_line or connection.source.waits_for_a_pause:
            connection.watches_for_a_pause = True
            call_in(self._env, int(self._limits.pause_s * MS), self._pause_is_over,
                    (connection, connection.fed))

    def _pause_is_over(self, call: Call) -> None:
        connection, fed = call.arg
        connection.watches_for_a_pause = False
        source = connection.source
        if connection.is_lost or connection.is_serving or not source.pending:
            return
        if fed != connection.fed:
            self._watch_for_a_pause(connection)
        elif source.waits_for_a_pause:
            self._serve(connection, is_all=True)
        elif connection.is_line:
            connection.tell(PortWarning.CUT_BY_PAUSE, size=source.pending, data=source.start)
            source.forget()

    def _ended(self, connection: Connection) -> None:
        """The other side has stopped to speak: what it has asked is answered still."""
        connection.has_ended = True
        if not connection.is_serving:
            self._serve(connection)

    def _has_said_all(self, connection: Connection) -> None:
        source = connection.source
        if source.pending:
            connection.tell(PortWarning.CUT_FRAME, size=source.pending, data=source.start)
            source.forget()
        if connection.is_owed and not connection.is_over:
            call_in(self._env, int(self._limits.after_end_s * MS), self._answers_too_late, connection)
        else:
            connection.close()
            self._gone(connection)

    def _answers_too_late(self, call: Call) -> None:
        connection: Connection = call.arg
        if not connection.is_over:
            connection.tell(PortWarning.ANSWERS_TOO_LATE, f"{self._limits.after_end_s:g} s")
            connection.close()
            self._gone(connection)

    # ---- a frame -----------------------------------------------------------------------------

    def _take(self, connection: Connection, frame: bytes) -> None:
        try:
            message, inward = self._message_in(connection, frame)
        except WireError as error:
            raise NoFrameError(
                PortWarning.UNREADABLE_REQUEST, str(error), b"", len(frame),
                is_over=not connection.is_line) from None
        kind = self._codec.dialect.kind_of(message)
        tpdu = self._codec.reply_tpdu(inward)
        terminal = self.terminals.get(message.tid)
        if kind is not None and terminal is not None:
            if terminal.connection is not connection:
                self._log.say(_comings(message.tid), CONNECTED.both(
                    tid=message.tid, name=HEARD.say(connection.port.name), framing=connection.framing.name))
            terminal.request_came(message, kind, tpdu, connection)
        elif message.tid in self._inside:
            connection.tell(
                PortWarning.NOT_AT_A_PORT, OUTSIDE_TID.say(tid=message.tid))
            connection.close()
        elif not self._acquirer.up:
            self._recorder.emit(records.lost(
                int(self._env.now), f"terminal.{message.tid}", kind, message, LineReason.HOST_DOWN))
        else:
            if kind is None:  # the acquirer writes it down, and answers
                self._log.say(STRANGERS if terminal is None else f"terminal {message.tid}", UNKNOWN_KIND.both(
                    tid=message.tid, mti=message.mti))
            self._guests += 1
            link = f"guest {self._guests}"
            self._acquirer.links[link] = Guest(connection, tpdu)
            self._acquirer.take_up(link, msgspec.structs.replace(message))
            self._acquirer.links.pop(link, None)

    def _message_in(self, connection: Connection, frame: bytes) -> tuple[Message, bytes]:
        try:
            inward = connection.inward(frame)
            message = self._codec.decode(inward)
        except WireError:
            self._heard_from_nobody(connection, frame)
            raise
        if not message.tid.isprintable():
            self._heard_from_nobody(connection, frame)
            raise WireError("41", 0, "no terminal is called so: its fields are out of step")
        if is_in_step(message):
            connection.heard(message.tid, frame)
        else:
            connection.heard_from_nobody(message.tid, frame)
        return message, inward

    def _heard_from_nobody(self, connection: Connection, frame: bytes) -> None:
        """What is only counted is not written down either."""
        if not self._log.only_counts(connection.peer):
            connection.heard_from_nobody(connection.port.name, frame)

    def _say(self, line: str) -> None:
        self.narrate(line)

    # ---- what ends it --------------------------------------------------------------------------

    def _refused_by_fault(self, connection: Connection) -> None:
        connection.tell(PortWarning.REFUSED_BY_FAULT)
        connection.close()

    def _trouble(self, failure: PortError) -> None:
        self._log.tell("newcomers", str(failure), failure.why)

    def _gone(self, connection: Connection) -> None:
        for tid, terminal in self.terminals.items():
            if terminal.connection is connection:
                self._log.say(_comings(tid), GONE.both(tid=tid))

    def _failed(self, connection: Connection, failure: PortError) -> None:
        why = failure.why
        if why is PortWarning.NOT_TLS and self._is_a_message(failure.heard):
            why = PortWarning.PLAIN_ON_TLS
        connection.tell(why, str(failure).removeprefix(f"{connection.port.name}: "), data=failure.heard)
        self._gone(connection)

    def _is_a_message(self, start: bytes) -> bool:
        try:
            return self._framings.known_by(start, is_all=True) is not None
        except WireError:
            return False


def _comings(tid: str) -> str:
    """Of a terminal that comes and goes a few lines are written too, and what else it does is none of them."""
    return f"connections of {tid}"
