"""A relay on a live clock: a line between terminals and a host on which faults understand messages.

Usable in a program (the bench) and as ``daozhang relay``.  What is decided about a message is the
caller's (``on_message``) or a rule's; bytes that are no message pass as they came.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable
from enum import StrEnum

from hil.clock.live_clock import LiveEnvironment
from hil.ports.limits import CLIENT_LIMITS, LIMITS, PortLimits
from hil.ports.ports import Address, PortError, PortEvents
from hil.ports.pumped_port import PumpedPort
from hil.relay.decisions import Decision
from hil.relay.effects import Effect, EndSending, HangUp, Leave, Tell
from hil.relay.ends import RelayEnd, TcpEnd
from hil.relay.exchange import Exchange
from hil.relay.link import RelayLink
from hil.relay.rules import LineRule, RuleBook, RuleHandle
from hil.relay.seen import SeenMessage, Way
from hil.relay.session_keys import MasterKey, SessionKeys
from hil.relay.stream_faults import LineState
from simulator.catalogue.line_reasons import PortWarning
from simulator.wire.dialect import Dialect
from simulator.world.time.kernel import call_in

MOST_SEEN = 10_000  # messages that are remembered
BY_THE_BENCH = "on_message"
OnMessage = Callable[[SeenMessage], Decision | None]
OnTold = Callable[[Tell], None]


class NoHost(StrEnum):
    """What a terminal is told where its host cannot be reached."""

    HANG_UP = "hang_up"  # in good order
    RESET = "reset"
    SILENCE = "silence"  # its connection stands, and nobody answers


class Relay:
    """One relay; open from construction on, ``PortError`` where it cannot be.

    ``on_message`` is called in the clock's thread when a message was heard whole and before
    anything of it leaves; ``on_left`` when its last byte was handed to the system.  ``add``,
    ``clear``, ``line``, ``release`` and ``close`` may be called from any thread.
    """

    def __init__(
        self, clock: LiveEnvironment, listen: Address | RelayEnd, upstream: Address | RelayEnd,
        dialect: Dialect, *, on_message: OnMessage = lambda _: None,
        on_left: Callable[[SeenMessage], None] = lambda _: None, on_told: OnTold = lambda _: None,
        master_key: MasterKey | None = None, seed: int = 1, limits: PortLimits = LIMITS,
        no_host: NoHost = NoHost.HANG_UP,
    ) -> None:
        self._clock = clock
        self._on_message = on_message
        self._on_left = on_left
        self._on_told = on_told
        self._limits = limits
        self._no_host = no_host
        self._rules = RuleBook()
        self._by_rule: RuleHandle | None = None  # that decided about the message of the moment
        self._keys = SessionKeys(master_key)
        self._exchange = Exchange(
            dialect, self._decide, seed=seed, pause_ms=limits.pause_s * 1_000,
            mac_key=self._keys.mac_key)
        self._exchange.on_seen = self._has_seen
        self._links: dict[int, RelayLink] = {}
        self._made = 0
        self._refuses = False
        self._is_closed = False
        self._asked_at_ms = math.inf  # when the machine is asked again
        self._zero_ms = time.time() * 1_000 - time.monotonic() * 1_000
        self._upstream = upstream if not isinstance(upstream, Address) else TcpEnd(address=upstream)
        end = listen if not isinstance(listen, Address) else TcpEnd(address=listen)
        self._is_line = end.is_line
        self.seen: list[SeenMessage] = []
        self._server = end.listen(clock, self._connected, limits, self._trouble)

    @property
    def address(self) -> Address:
        """Where terminals connect, with the real port; of a serial line there is none."""
        if self._is_line:
            raise ValueError("a serial line has no address")
        return self._server.address  # type: ignore[union-attr]

    # ---- what the bench asks for ------------------------------------------------------------------

    def add(self, rule: LineRule) -> RuleHandle:
        """One more rule; the first that is met and whose turn it is decides."""
        return self._rules.add(rule)

    def clear(self) -> None:
        """No rule stands, the line is a good one; what is held stays held."""
        self._rules.clear()
        self.line()

    def line(
        self, *, way: Way | None = None, black_hole: bool = False, refuse: bool = False,
        latency_ms: float = 0, jitter_ms: float = 0, bytes_per_s: float = 0,
        slice: int = 0,  # noqa: A002 - what it is called
    ) -> None:
        """How the line is from now on, one way or both; what is not said is as on a good one."""
        state = LineState(
            black_hole=black_hole, latency_ms=latency_ms, jitter_ms=jitter_ms,
            bytes_per_s=bytes_per_s, slice=slice)

        def set_it() -> None:
            self._refuses = refuse
            for each in Way if way is None else (way,):
                self._exchange.lines[each] = state

        self._clock.inject(set_it)

    def release(self, number: int) -> None:
        """A message that is held goes on."""
        self._clock.inject(lambda: self._then(lambda: self._exchange.release(number, self._now())))

    def close(self) -> None:
        """Stop to listen, and hang up on everybody."""
        self._clock.inject(self._close)

    # ---- connections -----------------------------------------------------------------------------

    def _connected(self, port: PumpedPort) -> PortEvents:
        self._made += 1
        link = RelayLink(
            self._clock, self._made, port, self._upstream, CLIENT_LIMITS, self._events,
            self._no_host_for)
        if self._refuses or self._is_closed:
            port.reset()
            return self._events(link, Way.UP)
        self._links[link.number] = link
        self._exchange.opened(link.number)
        if not self._is_line:
            link.dial()
        return self._events(link, Way.UP)

    def _events(self, link: RelayLink, way: Way) -> PortEvents:
        """The events of the side that speaks on this way."""
        return PortEvents(
            on_bytes=lambda data: self._came(link, way, data),
            on_closed=lambda: self._ended(link, way),
            on_failed=lambda failure: self._failed(link, way, failure),
            answers_after_end=True,
        )

    def _came(self, link: RelayLink, way: Way, data: bytes) -> None:
        self._then(lambda: self._exchange.receive(link.number, way, data, self._now()))
        link.pace(way, self._exchange.backlog(link.number, way))

    def _ended(self, link: RelayLink, way: Way) -> None:
        self._then(lambda: self._exchange.ended(link.number, way, self._now()))

    def _failed(self, link: RelayLink, way: Way, failure: PortError) -> None:
        if link.number in self._links:
            self._tell(Tell(link.number, way, failure.why, str(failure), failure.heard))
            self._hang_up(link, by_reset=failure.why is PortWarning.LINK_FAILED)

    def _no_host_for(self, link: RelayLink, failure: PortError) -> None:
        self._tell(Tell(link.number, Way.UP, PortWarning.NO_UPSTREAM, str(failure)))
        if self._no_host is not NoHost.SILENCE:
            self._hang_up(link, by_reset=self._no_host is NoHost.RESET)

    def _hang_up(self, link: RelayLink, *, by_reset: bool) -> None:
        self._links.pop(link.number, None)
        self._exchange.gone(link.number)
        link.close(by_reset=by_reset)

    # ---- the machine -----------------------------------------------------------------------------

    def _then(self, act: Callable[[], None]) -> None:
        """Let the machine do something, and do what it wants done."""
        act()
        self._exchange.tick(self._now())
        outbox = self._exchange.outbox
        while outbox:
            self._do(outbox.popleft())
        due_ms = self._exchange.deadline_ms
        if due_ms is not None and due_ms < self._asked_at_ms:
            self._asked_at_ms = due_ms
            call_in(self._clock, max(0, math.ceil(due_ms - self._now())), lambda _: self._ask())

    def _ask(self) -> None:
        self._asked_at_ms = math.inf
        self._then(lambda: None)

    def _do(self, effect: Effect) -> None:
        link = self._links.get(effect.link)
        match effect:
            case Tell():
                self._tell(effect)
            case Leave(way=way, data=data, seen=seen) if link is not None:
                on_left = None if seen is None else lambda: self._on_left(seen)
                link.write(way, data, on_left)
            case EndSending(way=way) if link is not None:
                link.end_sending(way)
            case HangUp(by_reset=by_reset) if link is not None:
                self._hang_up(link, by_reset=by_reset)
            case _:
                pass

    def _decide(self, seen: SeenMessage) -> tuple[Decision, str] | None:
        self._keys.hear(seen)
        self._by_rule = None
        decision = self._on_message(seen)
        by_rule = self._rules.decide(seen)
        if decision is not None:
            return decision, BY_THE_BENCH
        if by_rule is None:
            return None
        self._by_rule = by_rule[1]
        return by_rule[0], by_rule[1].rule.name

    def _has_seen(self, seen: SeenMessage) -> None:
        if self._by_rule is not None and seen.fate is self._by_rule.rule.decision.fate:
            self._by_rule.struck.append(seen)
        self.seen.append(seen)
        if len(self.seen) > MOST_SEEN:
            del self.seen[:MOST_SEEN // 10]

    def _now(self) -> float:
        return time.monotonic() * 1_000 + self._zero_ms

    def _tell(self, told: Tell) -> None:
        self._on_told(told)

    def _trouble(self, failure: PortError) -> None:
        self._tell(Tell(0, Way.UP, failure.why, str(failure)))

    def _close(self) -> None:
        self._is_closed = True
        self._server.close()
        for link in list(self._links.values()):
            self._hang_up(link, by_reset=False)
