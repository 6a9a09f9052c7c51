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

from simulator.catalogue.line_reasons import LineReason
from simulator.faults.points import Anchor, Point, Verb
from simulator.faults.schedule import Strike
from simulator.machines.terminal.events import Send
from simulator.trace.recorder import Recorder
from simulator.wire.keys import with_other_check
from simulator.wire.kinds import Kind
from simulator.wire.message import Message
from simulator.world.network import message_records as records
from simulator.world.time.kernel import REPLY_FIRST, Call, call_in, now_ms

HOST = records.HOST
SHOWS_AFTER_MS = 200  # a far end that has gone breaks the connection by then


class Faults(Protocol):
    """What the world asks of an injector."""

    busy: dict[Point, bool]

    def decide(self, anchor: Anchor, now_ms: int) -> Strike | None:
        """What is to be done at this point, or None."""

    def struck(self, strike: Strike) -> None:
        """It is done, and has an effect."""


class Codec(Protocol):
    """Real bytes on the way, where a run asks for them."""

    def carry(self, message: Message, *, is_reply: bool) -> tuple[Message, bytes]:
        """What comes out after encoding and decoding, and the frame between the two, masked."""


class Way(Protocol):
    """How long a message is under way, by itself."""

    def delay_ms(self, env: simpy.Environment, mti: str, stan: int, attempt: int) -> int:
        """One way for this message, or -1 where it is lost."""


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

    @property
    def hears_perhaps(self) -> bool:
        """Whether it has stopped to speak: that it listens shows a while after it was written to."""

    def receive(self, message: Message) -> None:
        """A reply arrived."""

    def has_heard(self, message: Message) -> bool:
        """Whether this reply was taken, where it heard perhaps; asked once."""

    def send_failed(self, reason: str) -> None:
        """The last Send did not leave."""


class Travelling(msgspec.Struct, frozen=True, gc=False):
    """A message on its way."""

    message: Message
    kind: Kind | None
    genuine: bool = True
    copy: int = 0


class Leaving(msgspec.Struct, frozen=True, gc=False):
    """A message that is about to leave: how, to whom, how long it takes."""

    message: Message
    kind: Kind | None
    arrival: Callable[[Call], None]
    delay: int


class Link:
    """One terminal's way to the host and back."""

    __slots__ = (
        "_codec", "_env", "_faults", "_host", "_line", "_recorder", "_tid", "actor",
        "refused_as", "terminal",
    )

    def __init__(
        self, env: simpy.Environment, recorder: Recorder, faults: Faults, host: HostSide,
        tid: str, line: Way, codec: Codec | None,
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
        self.refused_as = LineReason.REFUSE_CONNECT  # what its terminal is told of a refusal

    def use(self, line: Way) -> None:
        """Another access line from now on."""
        self._line = line

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

    def reply(self, message: Message, kind: Kind | None, attempt: int) -> None:
        """Take a reply from the host, to that try of a request."""
        at_ms = now_ms(self._env)
        self._recorder.emit(
            records.sent(at_ms, HOST, self.actor, kind, message, "", attempt),
        )
        self._start(Point.REPLY, message, kind, self._reply_arrives, at_ms, attempt)

    def _start(
        self, point: Point, message: Message, kind: Kind | None, arrival: Callable[[Call], None],
        at_ms: int, attempt: int,
    ) -> None:
        if self._codec is not None:
            message = self._encode(point, message, at_ms)
        delay = self._line.delay_ms(self._env, message.mti, message.stan or 0, attempt)
        if delay < 0:
            sender = self.actor if point is Point.REQUEST else HOST
            self._recorder.emit(records.lost(at_ms, sender, kind, message, LineReason.LINE_LOSS))
            return
        if self._faults.busy[point]:
            strike = self._faults.decide(
                Anchor(point, self._tid, message.batch, message.stan or 0, message.mti,
                       attempt, kind._value_ if kind else ""),
                at_ms,
            )
            way = Leaving(message, kind, arrival, delay)
            if strike is not None and LINK_VERBS[point][strike.verb](self, strike, way):
                return
        priority = REPLY_FIRST if point is Point.REPLY else 1
        call_in(self._env, delay, arrival, Travelling(message, kind), priority)

    # ---- what a fault does on the way: whether it had an effect ------------------------------

    def _loses(self, strike: Strike, way: Leaving) -> bool:
        self._faults.struck(strike)
        sender = self.actor if strike.anchor.point is Point.REQUEST else HOST
        self._recorder.emit(
            records.lost(now_ms(self._env), sender, way.kind, way.message, self._lost_by(strike.verb)),
        )
        return True

    def _refuses(self, strike: Strike, way: Leaving) -> bool:
        self._loses(strike, way)
        call_in(self._env, way.delay, self._fails, self.refused_as)
        return True

    def _delays(self, strike: Strike, way: Leaving) -> bool:
        self._faults.struck(strike)
        call_in(self._env, way.delay + strike.ms, way.arrival, Travelling(way.message, way.kind))
        return True

    def _duplicates(self, strike: Strike, way: Leaving) -> bool:
        self._faults.struck(strike)
        copy = Travelling(way.message, way.kind, copy=1)
        call_in(self._env, way.delay + strike.ms, way.arrival, copy)
        call_in(self._env, way.delay, way.arrival, Travelling(way.message, way.kind))
        return True

    def _forges(self, strike: Strike, way: Leaving) -> bool:
        self._faults.struck(strike)
        forged = Travelling(_forged(way.message), way.kind, genuine=False)
        self._write_down(strike.anchor.point, forged.message)
        call_in(self._env, way.delay + strike.ms, way.arrival, forged)
        call_in(self._env, way.delay, way.arrival, Travelling(way.message, way.kind))
        return True

    def _alters(self, strike: Strike, way: Leaving) -> bool:
        return self._changes(strike, way, altered(way.message, way.kind))

    def _spoils(self, strike: Strike, way: Leaving) -> bool:
        return self._changes(strike, way, _spoiled(way.message))

    def _changes(self, strike: Strike, way: Leaving, changed: Message) -> bool:
        if changed == way.message:  # nothing in it that could be wrong
            return False
        self._faults.struck(strike)
        self._write_down(strike.anchor.point, changed)
        call_in(self._env, way.delay, way.arrival, Travelling(changed, way.kind, genuine=False))
        return True

    def _lost_by(self, verb: Verb) -> LineReason:
        return LineReason.DROP if verb is Verb.DROP else self.refused_as

    def _write_down(self, point: Point, made: Message) -> None:
        """The bytes of what the line made itself, which nobody sent."""
        if self._codec is not None:
            _, masked = self._codec.carry(made, is_reply=point is Point.REPLY)
            receiver = HOST if point is Point.REQUEST else self.actor
            self._recorder.emit(records.carried_masked(
                now_ms(self._env), self._tid, f"link.{self._tid}", receiver, masked))

    def _encode(self, point: Point, message: Message, at_ms: int) -> Message:
        assert self._codec is not None
        carried, masked = self._codec.carry(message, is_reply=point is Point.REPLY)
        ends = (self.actor, HOST) if point is Point.REQUEST else (HOST, self.actor)
        self._recorder.emit(records.carried_masked(at_ms, self._tid, *ends, masked))
        return carried

    def _request_arrives(self, attempt: int, call: Call) -> None:
        travelling: Travelling = call.arg
        if not self._host.up:
            self._drop(self.actor, travelling, LineReason.HOST_DOWN)
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
            self._drop(HOST, travelling, LineReason.TERMINAL_OFF)
            return
        if terminal.hears_perhaps:
            terminal.receive(travelling.message)
            call_in(self._env, SHOWS_AFTER_MS, self._reply_showed, travelling)
            return
        self._has_arrived(travelling)
        terminal.receive(travelling.message)

    def _reply_showed(self, call: Call) -> None:
        travelling: Travelling = call.arg
        assert self.terminal is not None
        if self.terminal.has_heard(travelling.message):
            self._has_arrived(travelling)
        else:
            self._drop(HOST, travelling, LineReason.TERMINAL_OFF)

    def _has_arrived(self, travelling: Travelling) -> None:
        self._recorder.emit(
            records.arrived(now_ms(self._env), self.actor, HOST, travelling.kind,
                            travelling.message, travelling.genuine, travelling.copy),
        )

    def _drop(self, sender: str, travelling: Travelling, why: LineReason) -> None:
        self._recorder.emit(
            records.lost(now_ms(self._env), sender, travelling.kind, travelling.message, why),
        )

    def _fails(self, call: Call) -> None:
        assert self.terminal is not None
        if self.terminal.hears:
            self.terminal.send_failed(call.arg)


MOST_FEN = 999_999_999_999
_UPLOAD_END_DIGITS = 4  # the last 0320 holds a count and no item


def altered(message: Message, kind: Kind | None = None) -> Message:
    """Another sum: in F4, in the totals of F48, or in the last item of its details; of keys, another check value."""
    if kind is Kind.SIGN_ON:
        return msgspec.structs.replace(
            message, private=with_other_check(message.private)) if message.private else message
    details = message.details
    if message.mti == "0500" and details:
        wrong = f"{(int(details[:12]) + 100) % 10**12:012}"
        return msgspec.structs.replace(message, details=wrong + details[12:])
    if message.mti == "0320" and len(details) > _UPLOAD_END_DIGITS:
        wrong = f"{(int(details[-12:]) + 100) % 10**12:012}"
        return msgspec.structs.replace(message, details=details[:-12] + wrong)
    if message.amount_fen is None:
        return message
    other = message.amount_fen + 100
    if other > MOST_FEN:  # F4 has twelve digits
        other = message.amount_fen - 100
    return msgspec.structs.replace(message, amount_fen=other)


def _spoiled(message: Message) -> Message:
    if message.mac is None:
        return message
    mac = message.mac
    return msgspec.structs.replace(message, mac=bytes([mac[0] ^ 0x01, *mac[1:]]))


def _forged(message: Message) -> Message:
    stan = (message.stan or 0) % 999_999 + 1
    return msgspec.structs.replace(message, stan=stan, mac=b"00000000")


Carry = Callable[[Link, Strike, Leaving], bool]
_BOTH_WAYS: dict[Verb, Carry] = {
    Verb.DROP: Link._loses,  # noqa: SLF001
    Verb.DELAY: Link._delays,  # noqa: SLF001
    Verb.DUPLICATE: Link._duplicates,  # noqa: SLF001
    Verb.ALTER: Link._alters,  # noqa: SLF001
    Verb.SPOIL_MAC: Link._spoils,  # noqa: SLF001
}
LINK_VERBS: dict[Point, dict[Verb, Carry]] = {
    Point.REQUEST: _BOTH_WAYS | {
        Verb.REFUSE_CONNECT: Link._refuses,  # noqa: SLF001
        Verb.FORGE: Link._forges,  # noqa: SLF001
    },
    Point.REPLY: _BOTH_WAYS,
}
