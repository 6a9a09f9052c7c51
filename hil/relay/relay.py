"""A relay on a live clock: a line between terminals and a host on which faults understand messages.

Usable in a program (the bench) and as ``daozhang relay``.  What is decided about a message is the
caller's (``on_message``) or a rule's; bytes that are no message pass as they came.
"""

from __future__ import annotations

import math
import time
from collections import Counter
from collections.abc import Callable
from enum import StrEnum
from functools import partial

from msgspec.structs import replace

from hil.clock.live_clock import LiveEnvironment
from hil.ecr.profile import Profile
from hil.files.one_owner import StateError
from hil.ports.limits import LIMITS, PortLimits
from hil.ports.ports import Address, PortError, PortEvents
from hil.ports.pumped_port import PumpedPort
from hil.relay.decisions import Decision
from hil.relay.door import Door
from hil.relay.ecr_tongue import EcrTongue
from hil.relay.effects import Departure, Effect, EndSending, HangUp, Leave, Tell
from hil.relay.ends import RelayEnd, TcpEnd
from hil.relay.exchange import Exchange
from hil.relay.link import RelayLink
from hil.relay.rules import LineRule, RuleBook, RuleHandle
from hil.relay.seen import SeenMessage, Way
from hil.relay.session_keys import MasterKey, SessionKeys
from hil.relay.stream_faults import LineState
from hil.relay.tongue import HostTongue, Tongue
from simulator.catalogue.line_reasons import PortWarning
from simulator.wire.dialect import Dialect
from simulator.world.time.kernel import Call, call_in

MS = 1_000
SHOWS_AFTER_MS = 200  # a far end that has gone breaks the connection by then
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

    With a dialect it stands between terminals and their host, with an ECR profile between a till
    (the terminals' side) and its terminal (the host's side).

    ``on_message`` is called in the clock's thread when a message was heard whole and before
    anything of it leaves, ``on_decided`` when its fate is known, ``on_left`` when its last byte
    was handed to the system, ``on_arrived`` where nobody can say that it will not be heard.  ``add``,
    ``clear``, ``line``, ``release`` and ``close`` may be called from any thread.
    """

    def __init__(
        self, clock: LiveEnvironment, listen: Address | RelayEnd, upstream: Address | RelayEnd,
        dialect: Dialect | Profile, *, on_message: OnMessage = lambda _: None,
        on_decided: Callable[[SeenMessage], None] = lambda _: None,
        on_left: Callable[[SeenMessage], None] = lambda _: None,
        on_arrived: Callable[[Departure], None] = lambda _: None, on_told: OnTold = lambda _: None,
        master_key: MasterKey | None = None, seed: int = 1, limits: PortLimits = LIMITS,
        no_host: NoHost = NoHost.HANG_UP, on_failed: Callable[[Exception], str] | None = None,
        drops_unknown: bool = False,
    ) -> None:
        """``on_failed``: the last net, what is said where nobody foresaw it; without it it is raised.

        ``drops_unknown``: bytes that are no message do not pass.
        """
        self._clock = clock
        self._on_message = on_message
        self._on_decided = on_decided
        self._on_left = on_left
        self._on_arrived = on_arrived
        self._on_told = on_told
        self._limits = limits
        self._host_limits = replace(limits, idle_s=0.0)  # the terminal's side hangs up
        self._no_host = no_host
        self._on_failed = on_failed
        self._rules = RuleBook()
        self._by_rule: RuleHandle | None = None  # that decided about the message of the moment
        self._keys = SessionKeys(master_key)
        self._tongue: Tongue = EcrTongue(dialect) if isinstance(dialect, Profile) else HostTongue(
            dialect, limits.pause_s * MS, self._keys.mac_key)
        self._exchange = Exchange(
            self._tongue, self._decide, seed=seed, drops_unknown=drops_unknown)
        self._exchange.on_seen = self._has_seen
        self._links: dict[int, RelayLink] = {}
        self._made = 0
        self._asked_at_ms = math.inf  # when the machine is asked again
        self._zero_ms = time.time() * 1_000 - time.monotonic() * 1_000
        self._upstream = upstream if not isinstance(upstream, Address) else TcpEnd(address=upstream)
        self.seen: list[SeenMessage] = []
        self.told: Counter[PortWarning] = Counter()  # what somebody should know, by its reason
        end = listen if not isinstance(listen, Address) else TcpEnd(address=listen)
        self._is_line = end.is_line
        self._door = Door(clock, end, self._connected, limits, self._trouble)

    @property
    def links(self) -> int:
        """Connections that stand."""
        return len(self._links)

    @property
    def where(self) -> str:
        """Where terminals are heard, in words."""
        return str(self._door)

    @property
    def address(self) -> Address:
        """Where terminals connect, with the real port; of a serial line there is none."""
        return self._door.address

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

        self._clock.inject(lambda: self.set_line(state, is_open=not refuse, way=way))

    def set_line(self, state: LineState, *, is_open: bool = True, way: Way | None = None) -> None:
        """The same in the clock's thread."""
        self._door.set_open(is_open=is_open)
        for each in Way if way is None else (way,):
            self._then(partial(self._exchange.line_is, each, state, self._now()))

    def fold(self) -> None:
        """What has passed by now is remembered without its bytes: nothing decides by them any more."""
        self._clock.inject(self._fold)

    def _fold(self) -> None:
        self.seen[:] = [each.folded for each in self.seen]

    def release(self, number: int) -> None:
        """A message that is held goes on."""
        self._clock.inject(lambda: self._then(lambda: self._exchange.release(number, self._now())))

    def close(self) -> None:
        """Stop to listen, and hang up on everybody."""
        self._clock.inject(self.shut)

    # ---- connections -----------------------------------------------------------------------------

    def _connected(self, port: PumpedPort) -> PortEvents:
        self._made += 1
        link = RelayLink(
            self._clock, self._made, port, self._upstream, self._host_limits, self._events,
            self._no_host_for, self._exchange.backlog)
        if self._upstream.is_line:  # it has one place: the newcomer takes it
            for other in list(self._links.values()):
                self._hang_up(other)
        self._links[link.number] = link
        self._exchange.opened(link.number, stands=self._is_line)
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
        try:
            self._then(lambda: self._exchange.receive(link.number, way, data, self._now()))
        except StateError:
            raise  # nothing more may pass that is not written down: whoever runs the clock ends
        except Exception as error:
            if self._on_failed is None:
                raise
            self._tell(Tell(link.number, way, PortWarning.FRAME_FAILED, self._on_failed(error)))
            self._hang_up(link)
        link.pace(way)

    def _ended(self, link: RelayLink, way: Way) -> None:
        if link.number not in self._links:
            return
        if self._is_line and way is Way.DOWN:
            self._host_left_a_line(link)
            return
        if self._upstream.is_line and way is Way.UP:  # a line does not end: answers have their time
            call_in(self._clock, int(self._limits.after_end_s * MS), self._answers_too_late, link)
        self._then(lambda: self._exchange.ended(link.number, way, self._now()))

    def _host_left_a_line(self, link: RelayLink) -> None:
        self._then(lambda: self._exchange.renewed(link.number, Way.DOWN, self._now()))
        link.hang_up_host()

    def _answers_too_late(self, call: Call) -> None:
        link: RelayLink = call.arg
        if link.number in self._links:
            self._hang_up(link)

    def _failed(self, link: RelayLink, way: Way, failure: PortError) -> None:
        if link.number not in self._links:
            return
        link.has_failed = link.has_failed or way is Way.UP
        why = failure.why
        if why is PortWarning.NOT_TLS and self._tongue.may_begin_so(failure.heard):
            why = PortWarning.PLAIN_ON_TLS
        self._tell(Tell(link.number, way, why, str(failure), failure.heard))
        if self._is_line and way is Way.DOWN:
            self._host_left_a_line(link)
        elif way is Way.UP and self._exchange.holds(link.number):
            self._ended(link, way)  # what is held still reaches the host
        else:
            self._hang_up(link, by_reset=failure.why is PortWarning.LINK_FAILED)

    def _no_host_for(self, link: RelayLink, failure: PortError) -> None:
        if link.number not in self._links:
            return
        self._tell(Tell(link.number, Way.UP, PortWarning.NO_UPSTREAM, str(failure)))
        if self._no_host is not NoHost.SILENCE and not self._is_line:
            self._hang_up(link, by_reset=self._no_host is NoHost.RESET)

    def _hang_up(self, link: RelayLink, *, by_reset: bool = False) -> None:
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
            effect = outbox.popleft()
            if isinstance(effect, Leave):
                self._leave(effect)
            else:
                self._do(effect)
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
            case EndSending(way=way) if link is not None:
                link.end_sending(way)
            case HangUp(by_reset=by_reset) if link is not None:
                if self._is_line:
                    link.hang_up_host(by_reset=by_reset)
                else:
                    self._hang_up(link, by_reset=by_reset)
            case _:
                pass

    def _leave(self, first: Leave) -> None:
        """Bytes leave; what leaves to one side at one time, together, unless the line cuts it."""
        outbox, together = self._exchange.outbox, [first]
        is_cut = self._exchange.lines[first.way].slice
        while outbox and not is_cut and isinstance(outbox[0], Leave) and (
            outbox[0].link == first.link and outbox[0].way is first.way
        ):
            together.append(outbox.popleft())  # type: ignore[arg-type]
        link = self._links.get(first.link)
        departed = tuple(each.departure for each in together if each.departure is not None)
        if link is None:
            return
        link.write(first.way, b"".join(each.data for each in together),
                   partial(self._have_left, departed) if departed else None)
        for each in departed:
            if first.way is Way.DOWN and self._exchange.has_ended(link.number, Way.UP):
                # It has stopped to speak: that nobody listens shows a while after it was written to.
                call_in(self._clock, SHOWS_AFTER_MS, self._has_shown, (link, each))
            else:  # told now: whoever has it may answer before it is known that it has left
                self._on_arrived(each)

    def _have_left(self, departed: tuple[Departure, ...]) -> None:
        for each in departed:
            self._on_left(each.seen)

    def _has_shown(self, call: Call) -> None:
        link, departure = call.arg
        if not link.has_failed and not (link.number in self._links and link.terminal.is_broken):
            self._on_arrived(departure)

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
        self._on_decided(seen)
        self.seen.append(seen)
        if len(self.seen) > MOST_SEEN:
            del self.seen[:MOST_SEEN // 10]

    def _now(self) -> float:
        return time.monotonic() * 1_000 + self._zero_ms

    def _tell(self, told: Tell) -> None:
        self.told[told.why] += 1
        self._on_told(told)

    def _trouble(self, failure: PortError) -> None:
        self._tell(Tell(0, Way.UP, failure.why, str(failure)))

    def shut(self) -> None:
        """The same as ``close`` in the clock's thread, at once."""
        self._door.close()
        for link in list(self._links.values()):
            self._hang_up(link, by_reset=False)
