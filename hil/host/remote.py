"""Terminals at a port, as the world's links and the acquirer see them: whom a reply goes to, and how."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hil.host.connection import Connection
from simulator.machines.terminal.events import Send
from simulator.wire.framing import Framing
from simulator.wire.kinds import REPLY_MTI, Kind
from simulator.wire.message import Message
from simulator.world.network.link import Link

MOST_ATTEMPTS_KEPT = 64
MOST_LINES_KEPT = 8  # of one terminal that stand at once
_Name = tuple[str, str, int]


def name_of_reply(tid: str, request: Message) -> _Name:
    """What the reply to a request is known by: not by its batch, which a sign-on is told anew."""
    return tid, REPLY_MTI[request.mti], request.stan or 0


class _Asked(msgspec.Struct, frozen=True):
    """How a request came."""

    tpdu: str  # of its reply
    connection: Connection
    framing: Framing


class ReplyAddresses:
    """How the reply to each request is addressed: by the TPDU of that request, not of the last."""

    def __init__(self) -> None:
        self._by_request: dict[_Name, _Asked] = {}
        self._newest = ""

    def note(self, name: _Name, tpdu: str, connection: Connection) -> None:
        """The reply of this name carries this TPDU."""
        self._by_request.pop(name, None)
        self._by_request[name] = _Asked(tpdu, connection, connection.framing)
        self._newest = tpdu
        if len(self._by_request) > MOST_ATTEMPTS_KEPT:
            del self._by_request[next(iter(self._by_request))]

    def tpdu_of(self, name: _Name) -> str:
        """The TPDU of a reply; the newest one for a reply that nobody asked for."""
        asked = self._by_request.get(name)
        return self._newest if asked is None else asked.tpdu

    def framing_of(self, name: _Name, connection: Connection) -> Framing:
        """The framing of a reply: that of its request, or of the connection where it is another one."""
        asked = self._by_request.get(name)
        if asked is None or asked.connection is not connection:
            return connection.framing
        return asked.framing

    def asked_on(self, name: _Name) -> Connection | None:
        """Where its request came."""
        asked = self._by_request.get(name)
        return None if asked is None else asked.connection


class _Spoken(msgspec.Struct, frozen=True):
    """A connection on which a terminal spoke."""

    connection: Connection
    only_repeats: bool  # what it asked here it had asked on another one, which stood then


class RemoteTerminal:
    """The far end of a link of the world: a terminal that is not of this world.

    It is answered on the connection on which it spoke last. A message that was held on its way may come after
    the line that carried it was hung up, and then it is no sign that the terminal has moved there: where such
    a connection only repeated what was asked on one that stands, the standing one is answered.
    """

    def __init__(self, tid: str, link: Link, on_refused: Callable[[Connection], None]) -> None:
        """``on_refused`` hangs up, as a fault of the world wants it."""
        self._tid = tid
        self._attempts: dict[tuple[_Name, int], int] = {}  # of a batch
        self._addresses = ReplyAddresses()
        self._on_refused = on_refused
        self._written_to: dict[_Name, Connection] = {}  # and it has not shown yet whether they listen
        self._spoken: list[_Spoken] = []
        self.link = link

    @property
    def connection(self) -> Connection | None:
        """Where it is answered; None until it spoke."""
        if not self._spoken:
            return None
        newest = self._spoken[-1]
        if newest.only_repeats and newest.connection.has_ended:
            for spoken in reversed(self._spoken[:-1]):
                if _stands(spoken.connection):
                    return spoken.connection
        return newest.connection

    @property
    def hears(self) -> bool:
        """Whether a connection stands."""
        return self.connection is not None and not self.connection.is_over

    @property
    def hears_perhaps(self) -> bool:
        """Whether it has stopped to speak: it may listen still, or have gone."""
        return self.connection is not None and self.connection.has_ended

    def receive(self, message: Message) -> None:
        """A reply came through the world's link: on it goes, on the newest connection."""
        connection = self.connection
        assert connection is not None
        name = self._name_of(message)
        connection.write(
            message, self._addresses.tpdu_of(name), self._addresses.framing_of(name, connection))
        if connection.has_ended:
            self._written_to[name] = connection
        else:
            self.is_settled(name)

    def has_heard(self, message: Message) -> bool:
        """Whether the connection on which a reply went out was not broken by it; then it is settled."""
        name = self._name_of(message)
        connection = self._written_to.pop(name, None)
        has_heard = connection is not None and not connection.port.is_broken
        self.is_settled(name)
        return has_heard

    def _name_of(self, reply: Message) -> _Name:
        return self._tid, reply.mti, reply.stan or 0

    def is_settled(self, name: _Name) -> None:
        """No reply of this name is owed any more: it has gone, or it never will."""
        for connection in (self._addresses.asked_on(name), self.connection):
            if connection is not None:
                connection.is_settled(name)

    def send_failed(self, reason: str) -> None:
        """The world's link was refused: hang up."""
        del reason
        if self.connection is not None:
            self._on_refused(self.connection)

    def request_came(self, message: Message, kind: Kind, reply_tpdu: str, connection: Connection) -> None:
        """A request came from outside: into the world's link."""
        name = name_of_reply(self._tid, message)
        self._speaks_on(connection, name)
        self._addresses.note(name, reply_tpdu, connection)
        connection.owes(name)
        attempt = self._attempts.pop((name, message.batch), -1) + 1
        self._attempts[name, message.batch] = attempt
        if len(self._attempts) > MOST_ATTEMPTS_KEPT:
            del self._attempts[next(iter(self._attempts))]
        self.link.send(Send(message, kind, "", attempt))

    def _speaks_on(self, connection: Connection, name: _Name) -> None:
        """It spoke on this connection; those that are over are forgotten."""
        before = self._addresses.asked_on(name)
        repeats = before is not None and before is not connection and _stands(before)
        if self._spoken and self._spoken[-1].connection is connection:
            repeats = repeats and self._spoken[-1].only_repeats
        kept = [it for it in self._spoken if it.connection is not connection and _stands(it.connection)]
        self._spoken = kept[-MOST_LINES_KEPT:]
        self._spoken.append(_Spoken(connection, repeats))


def _stands(connection: Connection) -> bool:
    """Whether the other side may speak on it still."""
    return not connection.is_over and not connection.has_ended


class Guest:
    """A terminal that the acquirer does not know: heard and answered without a link."""

    def __init__(self, connection: Connection, tpdu: str) -> None:
        self._connection = connection
        self._tpdu = tpdu

    def reply(self, message: Message, kind: Kind | None, attempt: int) -> None:
        """Answer."""
        self._connection.write_down_reply(message, kind, attempt)
        self._connection.write(message, self._tpdu)
