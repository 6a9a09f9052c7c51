"""The control port: one JSON request a line, one JSON reply a line, over TCP on loopback.

``{"do": "jump", "by_ms": 1000}`` → ``{"ok": true, …}`` or ``{"ok": false, "error": "…"}``.
A request is a tagged struct; what is not in the table of commands is refused with what is.
"""

from __future__ import annotations

import socket
from collections import deque
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from hil.control.control_words import words_of
from hil.ports.ports import Address, Clock, PortError, PortEvents, PumpedPort, words_for
from hil.ports.tcp_port import TcpServerPort
from simulator.wire.masking import mask_cards

LONGEST_LINE = 65_536
ANSWER_TIMEOUT_S = 120.0


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    """What a request has: its name under ``do`` (the tag of the concrete struct)."""


class Done(msgspec.Struct, frozen=True):
    """An answer without facts."""


class ControlError(Exception):
    """A request that cannot be done; the text goes to whoever asked."""


Answer = Callable[[msgspec.Struct], None]
Command = Callable[[Any, Answer], None]  # called with the request; answers once, now or later


class _Name(msgspec.Struct):
    do: str


class ControlServer:
    """Answers requests in the clock's thread; many clients, each one's answers in its order."""

    def __init__(
        self, clock: Clock, address: Address, commands: Mapping[type[Request], Command],
    ) -> None:
        self._commands = {tag_of(request): (request, do) for request, do in commands.items()}
        self._server = TcpServerPort(clock, address, self._connected)
        self.address = self._server.address

    def close(self) -> None:
        """Let answers leave, then close."""
        self._server.close()

    def _connected(self, port: PumpedPort) -> PortEvents:
        pending = bytearray()
        turns = _Turns(port)

        def on_bytes(data: bytes) -> None:
            pending.extend(data)
            *lines, rest = pending.split(b"\n")
            pending[:] = rest
            for line in lines:
                if line.strip():
                    self._take(bytes(line), turns.take())
            if len(pending) > LONGEST_LINE:
                turns.take()(_refusal(f"a request is at most {LONGEST_LINE} bytes"))
                port.close()

        def on_closed() -> None:
            if pending.strip():
                self._take(bytes(pending), turns.take())
            turns.end()

        return PortEvents(
            on_bytes=on_bytes, on_closed=on_closed, on_failed=lambda _: None,
            answers_after_end=True,
        )

    def _take(self, line: bytes, say: Callable[[bytes], None]) -> None:
        try:
            request, do = self._read(line)
            do(request, lambda answer: say(_acceptance(answer)))
        except ControlError as error:
            say(_refusal(str(error)))

    def _read(self, line: bytes) -> tuple[Request, Command]:
        try:
            name = msgspec.json.decode(line, type=_Name).do
        except msgspec.DecodeError as error:
            raise ControlError(f'a request is a JSON object like {{"do": "status"}}: {error}') \
                from error
        row = self._commands.get(name)
        if row is None:
            allowed = ", ".join(sorted(self._commands))
            raise ControlError(f"no command {name!r}; allowed: {allowed}")
        request_type, do = row
        try:
            return msgspec.json.decode(line, type=request_type), do
        except msgspec.DecodeError as error:
            raise ControlError(f"{name}: {words_of(error, request_type)}") from error


class _Turns:
    """Keeps the answers on one connection in the order of its requests."""

    def __init__(self, port: PumpedPort) -> None:
        self._port = port
        self._said: deque[list[bytes]] = deque()
        self._ended = False

    def take(self) -> Callable[[bytes], None]:
        """A turn: what is called, once, with the line that answers."""
        turn: list[bytes] = []
        self._said.append(turn)

        def say(line: bytes) -> None:
            turn.append(line)
            while self._said and self._said[0]:
                self._port.write(self._said.popleft()[0])
            self._close_when_done()

        return say

    def end(self) -> None:
        """No more requests: hang up once all are answered."""
        self._ended = True
        self._close_when_done()

    def _close_when_done(self) -> None:
        if self._ended and not self._said:
            self._port.close()


def tag_of(request: type[Request]) -> str:
    """The name of a request under ``do``."""
    tag = request.__struct_config__.tag
    assert isinstance(tag, str)
    return tag


def _acceptance(answer: msgspec.Struct) -> bytes:
    facts = msgspec.json.encode(answer)
    return b'{"ok":true' + (b"," if len(facts) > len(b"{}") else b"") + facts[1:] + b"\n"


def _refusal(why: str) -> bytes:
    return msgspec.json.encode({"ok": False, "error": mask_cards(why)}) + b"\n"


# ---- the other end -------------------------------------------------------------------------------

T = TypeVar("T", bound=msgspec.Struct)


class _Outcome(msgspec.Struct):
    ok: bool
    error: str = ""


class ControlClient:
    """A blocking client, for tests, features and benches."""

    def __init__(self, address: Address, timeout_s: float = ANSWER_TIMEOUT_S) -> None:
        """Connect; ``PortError`` if nobody is there."""
        self.name = f"control port {address}"
        try:
            self._socket = socket.create_connection((address.host, address.port), timeout_s)
        except OSError as error:
            raise PortError(words_for(self.name, error)) from error
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._lines = self._socket.makefile("rb")

    def send(self, request: Request) -> None:
        """Ask without waiting; each request is owed one :meth:`receive`, in order."""
        try:
            self._socket.sendall(msgspec.json.encode(request) + b"\n")
        except OSError as error:
            raise PortError(words_for(self.name, error)) from error

    def receive(self, answer: type[T]) -> T:
        """The next answer.  ``ControlError`` if refused, ``PortError`` if the other side left."""
        try:
            line = self._lines.readline()
        except OSError as error:
            raise PortError(words_for(self.name, error)) from error
        if not line:
            raise PortError(f"{self.name}: the other side went away without an answer")
        outcome = msgspec.json.decode(line, type=_Outcome)
        if not outcome.ok:
            raise ControlError(outcome.error)
        return msgspec.json.decode(line, type=answer)

    def ask(self, request: Request, answer: type[T]) -> T:
        """Ask and wait for the answer."""
        self.send(request)
        return self.receive(answer)

    def do(self, request: Request) -> None:
        """Ask for something whose answer has no facts."""
        self.ask(request, Done)

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()
