"""The control port: one JSON request a line, one JSON reply a line, over TCP on loopback.

``{"do": "jump", "by_ms": 1000}`` → ``{"ok": true, …}`` or ``{"ok": false, "error": "…"}``.
A request is a tagged struct; what is not in the table of commands is refused with what is.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

import msgspec

from hil.control.bounds import LONGEST_LINE, BoundsError, check_json
from hil.control.control_words import words_of
from hil.control.conversation import Conversation
from hil.control.decoders import decoder_of
from hil.control.few_words import CONTROL_PORT, FewWords
from hil.control.net import caught, narrate, short
from hil.files.one_owner import StateError
from hil.ports.limits import CONTROL_LIMITS, PortLimits
from hil.ports.ports import Address, Clock, PortError, PortEvents, SilentError, words_for
from hil.ports.pumped_port import PumpedPort
from hil.ports.tcp_port import TcpServerPort

ANSWER_TIMEOUT_S = 120.0
PROMPT_S = 20.0  # for what is answered at once, on a computer that has much else to do


class Request(msgspec.Struct, frozen=True, forbid_unknown_fields=True, tag_field="do"):
    """What a request has: its name under ``do`` (the tag of the concrete struct)."""


class Done(msgspec.Struct, frozen=True):
    """An answer without facts."""


class ControlError(Exception):
    """A request that cannot be done; the text goes to whoever asked."""


Answer = Callable[[msgspec.Struct], None]
Command = Callable[[Any, Answer], None]  # called with the request; answers once, now or later


def _at_once(answer: Callable[[], None]) -> None:
    answer()


class _Name(msgspec.Struct):
    do: str


class ControlServer:
    """Answers requests in the clock's thread; many clients, each one's answers in its order."""

    def __init__(
        self, clock: Clock, address: Address, commands: Mapping[type[Request], Command],
        limits: PortLimits = CONTROL_LIMITS, on_trouble: Callable[[str], None] = narrate,
        hold: Callable[[Callable[[], None]], None] = _at_once,
    ) -> None:
        """``on_trouble`` is told why somebody was refused or hung up on.

        ``hold`` has an answer leave once what it tells of is durable.
        """
        self._clock = clock
        self._limits = limits
        self._words = FewWords(on_trouble, CONTROL_PORT.say(), limits.log_lines)
        self._hold = hold
        self._commands = {tag_of(request): (request, do) for request, do in commands.items()}
        self._server = TcpServerPort(
            clock, address, self._connected, limits=limits, on_trouble=self._words.say, is_first=True,
            speaker=lambda start: "" if b"\n" in start else None)
        self.address = self._server.address

    def close(self) -> None:
        """Let answers leave, then close."""
        self._server.close()
        self._words.tell_rest()

    def _connected(self, port: PumpedPort) -> PortEvents:
        return Conversation(
            self._clock, port, self._limits.unread_answers, self._take,
            _refusal(f"a request is at most {LONGEST_LINE} bytes"),
        ).events(self._words.say)

    def _take(self, line: bytes, say: Callable[[bytes], None]) -> None:
        """Do what a line asks: whatever it is, it is answered, and the process goes on."""
        try:
            request, do = self._read(line)
            do(request, lambda answer: self._accept(say, answer))
        except ControlError as error:
            why = _refusal(str(error))
            self._hold(lambda: say(why))
        except StateError:
            raise  # nothing more may be answered: the process ends
        except Exception as error:  # noqa: BLE001 - the last net
            say(_refusal(caught("a request", error)))

    def _accept(self, say: Callable[[bytes], None], answer: msgspec.Struct) -> None:
        accepted = _acceptance(answer)
        self._hold(lambda: say(accepted))

    def _read(self, line: bytes) -> tuple[Request, Command]:
        try:
            check_json(line)
            name = msgspec.json.decode(line, type=_Name).do
        except BoundsError as error:
            raise ControlError(str(error)) from error
        except msgspec.DecodeError as error:
            raise ControlError(f'a request is a JSON object like {{"do": "status"}}: {error}') \
                from error
        row = self._commands.get(name)
        if row is None:
            allowed = ", ".join(sorted(self._commands))
            raise ControlError(f"no command {short(name, 60)!r}; allowed: {allowed}")
        request_type, do = row
        try:
            return msgspec.json.decode(line, type=request_type), do
        except msgspec.DecodeError as error:
            raise ControlError(f"{name}: {words_of(error, request_type)}") from error


def tag_of(request: type[Request]) -> str:
    """The name of a request under ``do``."""
    tag = request.__struct_config__.tag
    assert isinstance(tag, str)
    return tag


def _acceptance(answer: msgspec.Struct) -> bytes:
    facts = msgspec.json.encode(answer)
    return b'{"ok":true' + (b"," if len(facts) > len(b"{}") else b"") + facts[1:] + b"\n"


def _refusal(why: str) -> bytes:
    return msgspec.json.encode({"ok": False, "error": short(why)}) + b"\n"


# ---- the other end -------------------------------------------------------------------------------

T = TypeVar("T", bound=msgspec.Struct)


class _Outcome(msgspec.Struct):
    ok: bool
    error: str = ""


Connect = Callable[[tuple[str, int], float], socket.socket]


class ControlClient:
    """A blocking client, for tests, features and benches."""

    def __init__(
        self, address: Address, timeout_s: float = ANSWER_TIMEOUT_S,
        connect: Connect = socket.create_connection,
    ) -> None:
        """Connect; ``PortError`` if nobody is there.  ``connect``: by another way than usual."""
        self.name = f"control port {address}"
        try:
            self._socket = connect((address.host, address.port), timeout_s)
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
        """The next answer.  ``ControlError`` if refused, ``PortError`` if the other side left or is silent."""
        try:
            line = self._lines.readline()
        except TimeoutError as error:
            raise SilentError(words_for(self.name, error)) from error
        except OSError as error:
            raise PortError(words_for(self.name, error)) from error
        if not line:
            raise PortError(f"{self.name}: the other side went away without an answer")
        outcome = decoder_of(_Outcome).decode(line)
        if not outcome.ok:
            raise ControlError(outcome.error)
        return decoder_of(answer).decode(line)

    def ask(self, request: Request, answer: type[T], within_s: float | None = None) -> T:
        """Ask and wait for the answer, so long at most; else as long as was said in the beginning."""
        if within_s is None:
            self.send(request)
            return self.receive(answer)
        usual_s = self._socket.gettimeout()
        self._wait_at_most(within_s)
        try:
            self.send(request)
            return self.receive(answer)
        finally:
            self._wait_at_most(usual_s)

    def _wait_at_most(self, seconds: float | None) -> None:
        try:
            self._socket.settimeout(seconds)
        except OSError as error:  # it was closed
            raise PortError(words_for(self.name, error)) from error

    def do(self, request: Request, within_s: float | None = None) -> None:
        """Ask for something whose answer has no facts."""
        self.ask(request, Done, within_s)

    def close(self) -> None:
        """Hang up."""
        self._lines.close()
        self._socket.close()
