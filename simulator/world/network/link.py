"""The way of messages between one terminal and the host inside the world.

Carries whole messages, as objects or through the real codec; asks the injector what happens to
each, and writes down what was sent, what arrived and what was lost.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Protocol

import msgspec
import simpy

from simulator.faults.points import Action, Anchor, Point, Verb
from simulator.machines.terminal.events import Send
from simulator.trace.recorder import Recorder
from simulator.trace.records import WireCarried
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.world.network import message_records as records
from simulator.world.network.lines import Line
from simulator.world.time.kernel import REPLY_FIRST, Call, call_in, now_ms

HOST = records.HOST


class Faults(Protocol):
    """What the world asks of an injector."""

    busy: dict[Point, bool]

    def decide(self, anchor: Anchor, now_ms: int) -> Action | None:
        """What happens at this point, or None."""


class Codec(Protocol):
    """Real bytes on the way, where a run asks for them."""

    def carry(self, message: Message) -> tuple[Message, bytes]:
        """What comes out after encoding and decoding, and the masked frame for the trace."""


class HostSide(Protocol):
    """Whoever takes requests at the other end."""

    up: bool

    def receive(self, link: str, message: Message, attempt: int) -> None:
        """A request arrived on a link, in that try."""


class TerminalSide(Protocol):
    """Whoever takes replies."""

    @property
    def hears(self) -> bool:
        """Whether it is powered and not hung."""

    def receive(self, message: Message) -> None:
        """A reply arrived."""

    def send_failed(self, reason: str) -> None:
        """The last Send did not leave."""


class Travelling(msgspec.Struct, frozen=True, gc=False):
    """A message on its way."""

    message: Message
    kind: Kind
    genuine: bool = True
    copy: int = 0


class Link:
    """One terminal's way to the host and back."""

    __slots__ = (
        "_codec", "_env", "_faults", "_host", "_line", "_recorder", "_tid", "actor",
        "terminal",
    )

    def __init__(
        self, env: simpy.Environment, recorder: Recorder, faults: Faults, host: HostSide,
        tid: str, line: Line, codec: Codec | None,
    ) -> None:
        self._env = env
        self._recorder = recorder
        self._faults = faults
        self._host = host
        self._tid = tid
        self._line = line
        self._codec = codec
        self.actor = f"terminal.{tid}"
        self.terminal: TerminalSide | None = None

    def send(self, effect: Send) -> None:
        """Take a request from the terminal."""
        message = effect.message
        at_ms = now_ms(self._env)
        self._recorder.emit(
            records.sent(at_ms, self.actor, HOST, effect.kind, message, effect.order, effect.attempt),
        )
        self._start(
            Point.REQUEST, message, effect.kind, partial(self._request_arrives, effect.attempt),
            at_ms, effect.attempt,
        )

    def reply(self, message: Message, kind: Kind, attempt: int) -> None:
        """Take a reply from the host, to that try of a request."""
        at_ms = now_ms(self._env)
        self._recorder.emit(
            records.sent(at_ms, HOST, self.actor, kind, message, "", attempt),
        )
        self._start(Point.REPLY, message, kind, self._reply_arrives, at_ms, attempt)

    def _start(
        self, point: Point, message: Message, kind: Kind, arrival: Callable[[Call], None],
        at_ms: int, attempt: int,
    ) -> None:
        if self._codec is not None:
            message = self._encode(point, message, at_ms)
        delay = self._line.delay_ms(self._env, message.mti, message.stan or 0, attempt)
        if delay < 0:
            sender = self.actor if point is Point.REQUEST else HOST
            self._recorder.emit(records.lost(at_ms, sender, kind, message, "line loss"))
            return
        if self._faults.busy[point]:
            action = self._faults.decide(
                Anchor(point, self._tid, message.batch, message.stan or 0, message.mti,
                       attempt, kind._value_),
                at_ms,
            )
            if action is not None:
                self._start_faulty(point, action, message, kind, arrival, delay)
                return
        priority = REPLY_FIRST if point is Point.REPLY else 1
        call_in(self._env, delay, arrival, Travelling(message, kind), priority)

    def _start_faulty(
        self, point: Point, action: Action, message: Message, kind: Kind,
        arrival: Callable[[Call], None], delay: int,
    ) -> None:
        verb = action.verb
        env = self._env
        if verb in _LOSING:
            sender = self.actor if point is Point.REQUEST else HOST
            self._recorder.emit(
                records.lost(now_ms(env), sender, kind, message, verb._value_),
            )
            if verb is Verb.REFUSE_CONNECT and point is Point.REQUEST:
                call_in(env, delay, self._fails, "connection refused")
            return
        if verb in _CHANGING:
            changed = _CHANGING[verb](message)
            genuine = changed == message
            if verb is not Verb.FORGE:
                call_in(env, delay, arrival, Travelling(changed, kind, genuine=genuine))
                return
            call_in(env, delay + action.ms, arrival, Travelling(changed, kind, genuine=False))
        elif verb is Verb.DUPLICATE:
            call_in(env, delay + action.ms, arrival, Travelling(message, kind, copy=1))
        elif verb is Verb.DELAY:
            delay += action.ms
        call_in(env, delay, arrival, Travelling(message, kind))

    def _encode(self, point: Point, message: Message, at_ms: int) -> Message:
        assert self._codec is not None
        carried, frame = self._codec.carry(message)
        ends = (self.actor, HOST) if point is Point.REQUEST else (HOST, self.actor)
        self._recorder.emit(
            WireCarried(at_ms, f"link.{self._tid}", sender=ends[0], receiver=ends[1],
                        frame=frame.hex().upper()),
        )
        return carried

    def _request_arrives(self, attempt: int, call: Call) -> None:
        travelling: Travelling = call.arg
        if not self._host.up:
            self._drop(self.actor, travelling, "host down")
            return
        self._recorder.emit(
            records.arrived(now_ms(self._env), HOST, self.actor, travelling.kind,
                            travelling.message, travelling.genuine, travelling.copy),
        )
        self._host.receive(self._tid, travelling.message, attempt)

    def _reply_arrives(self, call: Call) -> None:
        travelling: Travelling = call.arg
        terminal = self.terminal
        assert terminal is not None
        if not terminal.hears:
            self._drop(HOST, travelling, "terminal off")
            return
        self._recorder.emit(
            records.arrived(now_ms(self._env), self.actor, HOST, travelling.kind,
                            travelling.message, travelling.genuine, travelling.copy),
        )
        terminal.receive(travelling.message)

    def _drop(self, sender: str, travelling: Travelling, why: str) -> None:
        self._recorder.emit(
            records.lost(now_ms(self._env), sender, travelling.kind, travelling.message, why),
        )

    def _fails(self, call: Call) -> None:
        assert self.terminal is not None
        if self.terminal.hears:
            self.terminal.send_failed(call.arg)


_LOSING = frozenset({Verb.DROP, Verb.REFUSE_CONNECT})


def _altered(message: Message) -> Message:
    """Another sum: in F4, or in the totals of F48."""
    if message.mti == "0500" and message.details:
        wrong = f"{(int(message.details[:12]) + 100) % 10**12:012}"
        return msgspec.structs.replace(message, details=wrong + message.details[12:])
    if message.amount_fen is None:
        return message
    return msgspec.structs.replace(message, amount_fen=message.amount_fen + 100)


def _spoiled(message: Message) -> Message:
    if message.mac is None:
        return message
    mac = message.mac
    return msgspec.structs.replace(message, mac=bytes([mac[0] ^ 0x01, *mac[1:]]))


def _forged(message: Message) -> Message:
    stan = (message.stan or 0) % 999_999 + 1
    return msgspec.structs.replace(message, stan=stan, mac=b"00000000")


_CHANGING: dict[Verb, Callable[[Message], Message]] = {
    Verb.ALTER: _altered,
    Verb.SPOIL_MAC: _spoiled,
    Verb.FORGE: _forged,
}
