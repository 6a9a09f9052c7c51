"""The machine of a relay: bytes of many connections in, decisions, bytes out; time is an argument.

It opens no port and reads no clock.  ``outbox`` is what is to be done now, ``deadline_ms`` when it
wants to be asked again.  A message is held whole until it is decided about; bytes that are none
pass as they came.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from itertools import count

import msgspec

from hil.framing.passage import Passage
from hil.relay.decisions import PASS, Decision, Deed
from hil.relay.effects import Departure, Effect, EndSending, HangUp, Leave, Tell
from hil.relay.seen import SeenMessage, Way
from hil.relay.spoiling import SpoilError
from hil.relay.stream_faults import GOOD_LINE, LineState, Shaper, chance_of
from hil.relay.tongue import Tongue, WayReader
from simulator.catalogue.language import Message
from simulator.catalogue.line_reasons import PortWarning

MOST_HELD = 1_000  # messages; the oldest goes on when there is one more
Decide = Callable[[SeenMessage], tuple[Decision, str] | None]
NOTHING: Decide = lambda _: None  # noqa: E731 - a default as short as it is


class _Side:
    """One way of one connection."""

    def __init__(self, reader: WayReader, shaper: Shaper) -> None:
        self.reader = reader
        self.shaper = shaper
        self.fed = 0  # pieces, by which a pause is known
        self.fed_ms = 0.0  # when the last came
        self.is_watched = False  # whether it pauses
        self.has_ended = False  # nothing more comes on it
        self.is_told = False  # and the other side knows
        self.backlog = 0  # bytes that wait for their moment
        self.swapped: _Held | None = None  # waits for the next message


class _Held(msgspec.Struct, eq=False):
    """A message that does not leave yet."""

    departure: Departure
    until: Decision
    is_done: bool = False

    @property
    def seen(self) -> SeenMessage:
        """The message."""
        return self.departure.seen


class Exchange:
    """All connections of one relay."""

    def __init__(
        self, tongue: Tongue, decide: Decide = NOTHING, *, seed: int = 1,
        drops_unknown: bool = False,
    ) -> None:
        """``decide`` is asked once about each message, before anything of it leaves."""
        self._tongue = tongue
        self.lines: dict[Way, LineState] = dict.fromkeys(Way, GOOD_LINE)
        self.outbox: deque[Effect] = deque()
        self.on_seen: Callable[[SeenMessage], None] = lambda _: None  # decided about
        self._decide = decide
        self._seed = seed
        self._drops_unknown = drops_unknown
        self._links: dict[int, dict[Way, _Side]] = {}
        self._standing: set[int] = set()  # links that nobody can hang up
        self._newest: dict[str, int] = {}  # link of a TID
        self._held: list[_Held] = []
        self._agenda: list[tuple[float, int, Callable[[float], None]]] = []
        self._order = count()
        self._chance = chance_of(seed, 0, Way.UP)

    # ---- what happens at the ports -------------------------------------------------------------

    def opened(self, link: int, *, stands: bool = False) -> None:
        """A connection was made; one that ``stands`` is a line that nobody can hang up."""
        if stands:
            self._standing.add(link)
        self._links[link] = {way: self._new_side(link, way) for way in Way}

    def _new_side(self, link: int, way: Way) -> _Side:
        return _Side(self._tongue.reader(link, way), Shaper(chance_of(self._seed, link, way)))

    def renewed(self, link: int, way: Way, now_ms: float) -> None:
        """The side from which this way comes went away, and may come back: its bytes begin anew."""
        side = self._side(link, way)
        if side is not None:
            self._take(link, way, side.reader.end(), now_ms)
            self._release_swapped(link, way, now_ms)
            self._links[link][way] = self._new_side(link, way)

    def has_ended(self, link: int, way: Way) -> bool:
        """Whether the side from which this way comes has stopped to speak."""
        side = self._side(link, way)
        return side is None or side.has_ended

    def holds(self, link: int) -> bool:
        """Whether a message of a connection has not left yet."""
        return any(each.seen.link == link for each in self._held)

    def receive(self, link: int, way: Way, data: bytes, now_ms: float) -> None:
        """Bytes came."""
        side = self._side(link, way)
        if side is None or side.has_ended:
            return
        side.fed += 1
        side.fed_ms = now_ms
        self._take(link, way, side.reader.feed(data), now_ms)
        self._watch_for_a_pause(link, way, now_ms)

    def ended(self, link: int, way: Way, now_ms: float) -> None:
        """The side from which this way comes has stopped to speak."""
        side = self._side(link, way)
        if side is None or side.has_ended:
            return
        self._take(link, way, side.reader.end(), now_ms)
        self._release_swapped(link, way, now_ms)
        side.has_ended = True
        self._end_sending_if_done(link, way, now_ms)

    def gone(self, link: int) -> None:
        """A connection is no more; what still waits for it is dropped, but for what is held."""
        self._links.pop(link, None)
        self._standing.discard(link)
        for tid in [tid for tid, newest in self._newest.items() if newest == link]:
            del self._newest[tid]

    def release(self, number: int, now_ms: float) -> None:
        """A message that is held goes on."""
        for held in [each for each in self._held if each.seen.number == number]:
            self._let_go(held, now_ms)

    def line_is(self, way: Way, line: LineState, now_ms: float) -> None:
        """How the line is from now on; an end that a black hole kept back is told behind it."""
        self.lines[way] = line
        for link in list(self._links):
            self._end_sending_if_done(link, way, now_ms)

    # ---- time --------------------------------------------------------------------------------

    @property
    def deadline_ms(self) -> float | None:
        """When something is due."""
        return self._agenda[0][0] if self._agenda else None

    def tick(self, now_ms: float) -> None:
        """Do what is due by now."""
        while self._agenda and self._agenda[0][0] <= now_ms:
            at_ms, _, act = heapq.heappop(self._agenda)
            act(at_ms)

    def backlog(self, link: int, way: Way) -> int:
        """Bytes of one way that wait for their moment."""
        side = self._side(link, way)
        return side.backlog if side else 0

    def _at(self, at_ms: float, act: Callable[[float], None]) -> None:
        heapq.heappush(self._agenda, (at_ms, next(self._order), act))

    # ---- a message is decided about -------------------------------------------------------------

    def _take(self, link: int, way: Way, pieces: list[Passage], now_ms: float) -> None:
        side = self._side(link, way)
        for piece in pieces:
            if self._side(link, way) is not side or (side and side.has_ended):
                return  # hung up on by what was decided before
            if not piece.frame:
                if piece.why is not None:
                    self.outbox.append(Tell(link, way, piece.why, piece.detail, piece.unknown))
                if piece.why is None or not self._drops_unknown:  # a keep-alive is known
                    self._emit(link, way, piece.unknown, now_ms)
                continue
            seen = self._tongue.read(piece, way, link, now_ms)
            if seen.tid:
                self._newest[seen.tid] = max(link, self._newest.get(seen.tid, 0))
            self._emit(link, way, piece.before, now_ms)
            self._message(seen, now_ms)

    def _message(self, seen: SeenMessage, now_ms: float) -> None:
        decision, rule = self._decide(seen) or (PASS, "")
        sent = seen.frame
        if decision.deed in _SPOILS:
            try:
                sent = self._tongue.spoilt(seen, decision, self._chance)
                if sent == seen.frame:
                    raise SpoilError(_NO_EFFECT.say())  # noqa: TRY301 - told as all others are
            except SpoilError as error:
                self.outbox.append(Tell(
                    seen.link, seen.way, PortWarning.NOT_SPOILT, f"{rule}: {error}"))
                decision, rule = PASS, ""
        done = msgspec.structs.replace(
            seen, fate=decision.fate, rule=rule, sent=b"" if sent == seen.frame else sent)
        self.on_seen(done)
        self._carry_out(decision, done, sent, now_ms)
        self._set_free(done, now_ms)
        if decision.deed is not Deed.SWAP:
            self._release_swapped(seen.link, seen.way, now_ms)

    def _carry_out(
        self, decision: Decision, seen: SeenMessage, sent: bytes, now_ms: float,
    ) -> None:
        departure = Departure(seen, sent, genuine=sent == seen.frame)
        match decision.deed:
            case Deed.LOSE:
                return
            case Deed.HOLD:
                self._hold(departure, decision, now_ms)
            case Deed.SWAP:
                self._swap(departure, decision, now_ms)
            case Deed.HANG_UP | Deed.RESET:
                self._hang_up(seen.link, decision.deed)
            case Deed.FORGE:
                self._emit(seen.link, seen.way, seen.frame, now_ms, Departure(seen, seen.frame))
                self._later(now_ms + decision.ms, Departure(seen, sent, genuine=False))
            case Deed.SPLIT:
                half = len(sent) // 2
                self._emit(seen.link, seen.way, sent[:half], now_ms)
                self._wait(seen.link, seen.way, now_ms + decision.ms)
                self._emit(seen.link, seen.way, sent[half:], now_ms, departure)
            case Deed.HALF_CLOSE:
                self._emit(seen.link, seen.way, sent, now_ms, departure)
                self._half_close(seen.link, seen.way, now_ms)
            case _:
                self._emit(seen.link, seen.way, sent, now_ms, departure)
                for copy in range(1, 1 + decision.times * (decision.deed is Deed.REPEAT)):
                    self._later(now_ms + copy * decision.ms, Departure(seen, sent, copy))
                self._hang_up(seen.link, decision.then)

    def _hang_up(self, link: int, deed: Deed) -> None:
        if deed in {Deed.HANG_UP, Deed.RESET}:
            self.outbox.append(HangUp(link, by_reset=deed is Deed.RESET))
            if link in self._standing:
                self.opened(link)
            else:
                self.gone(link)

    def _wait(self, link: int, way: Way, until_ms: float) -> None:
        """Nothing more leaves on a way until then."""
        side = self._side(link, way)
        if side is not None:
            side.shaper.wait(until_ms)

    def _half_close(self, link: int, way: Way, now_ms: float) -> None:
        """Nothing more passes on this way."""
        side = self._side(link, way)
        if side is not None and link not in self._standing:
            side.has_ended = True
            self._end_sending_if_done(link, way, now_ms)

    # ---- what is held --------------------------------------------------------------------------

    def _hold(self, departure: Departure, until: Decision, now_ms: float) -> None:
        held = _Held(departure, until)
        self._held.append(held)
        if until.ms:
            self._at(now_ms + until.ms, lambda at_ms: self._let_go(held, at_ms))
        if len(self._held) > MOST_HELD:
            self._let_go(self._held[0], now_ms)

    def _set_free(self, seen: SeenMessage, now_ms: float) -> None:
        """What was held until such a message is seen goes on behind it."""
        for held in [each for each in self._held if each.until.until is not None]:
            until = held.until.until
            if until is not None and held.seen is not seen and until.meets(seen):
                self._let_go(held, now_ms)

    def _let_go(self, held: _Held, now_ms: float) -> None:
        if held.is_done:
            return
        held.is_done = True
        self._held.remove(held)
        self._deliver(held.departure, now_ms)
        self._end_sending_if_done(held.seen.link, held.seen.way, now_ms)

    def _swap(self, departure: Departure, until: Decision, now_ms: float) -> None:
        seen = departure.seen
        side = self._side(seen.link, seen.way)
        if side is None:
            return
        self._release_swapped(seen.link, seen.way, now_ms)
        side.swapped = held = _Held(departure, until)

        def too_long(at_ms: float) -> None:
            if side.swapped is held:
                self._release_swapped(seen.link, seen.way, at_ms)

        self._at(now_ms + until.ms, too_long)

    def _release_swapped(self, link: int, way: Way, now_ms: float) -> None:
        side = self._side(link, way)
        if side is not None and side.swapped is not None:
            held, side.swapped = side.swapped, None
            self._emit(link, way, held.departure.frame, now_ms, held.departure)

    def _later(self, at_ms: float, departure: Departure) -> None:
        self._at(at_ms, lambda now_ms: self._deliver(departure, now_ms))

    def _deliver(self, departure: Departure, now_ms: float) -> None:
        """A late message goes where its terminal is now: it may have connected anew."""
        seen = departure.seen
        link = seen.link
        newest = self._newest.get(seen.tid, link)
        here = self._side(link, seen.way.other)
        if here is None or here.has_ended:
            link = newest
        self._emit(link, seen.way, departure.frame, now_ms, departure)

    # ---- what leaves ---------------------------------------------------------------------------

    def _emit(
        self, link: int, way: Way, data: bytes, now_ms: float,
        departure: Departure | None = None,
    ) -> None:
        side = self._side(link, way)
        if not data:
            return
        if side is None:
            if departure is not None:
                self.outbox.append(
                    Tell(link, way, PortWarning.NOBODY_TO_ANSWER, departure.seen.mti))
            return
        slices = side.shaper.slices(data, self.lines[way], now_ms)
        for number, (at_ms, piece) in enumerate(slices, 1):
            leave = Leave(link, way, piece, departure if number == len(slices) else None)
            if at_ms <= now_ms:
                self.outbox.append(leave)
            else:
                side.backlog += len(piece)
                self._at(at_ms, self._leaving(leave))

    def _leaving(self, leave: Leave) -> Callable[[float], None]:
        def leaves(_: float) -> None:
            side = self._side(leave.link, leave.way)
            if side is not None:
                side.backlog -= len(leave.data)
                self.outbox.append(leave)

        return leaves

    def _end_sending_if_done(self, link: int, way: Way, now_ms: float) -> None:
        """The end is told behind all that still waits on this way."""
        side = self._side(link, way)
        if side is None or not side.has_ended or self.lines[way].black_hole:
            return
        if any(each.seen.link == link and each.seen.way is way for each in self._held):
            return

        def end(_: float) -> None:
            if self._side(link, way) is not side or side.is_told:
                return
            side.is_told = True
            self.outbox.append(EndSending(link, way))
            other = self._side(link, way.other)
            if other is not None and other.is_told:
                self._hang_up(link, Deed.HANG_UP)

        at_ms = side.shaper.end(now_ms)
        if at_ms <= now_ms:
            end(now_ms)
        else:
            self._at(at_ms, end)

    # ---- a pause -------------------------------------------------------------------------------

    def _watch_for_a_pause(self, link: int, way: Way, now_ms: float) -> None:
        side = self._side(link, way)
        if side is None or side.is_watched or not side.reader.pending:
            return
        side.is_watched = True
        fed = side.fed

        def is_over(at_ms: float) -> None:
            side.is_watched = False
            if self._side(link, way) is not side or side.has_ended:
                return
            if side.fed == fed:
                self._take(link, way, side.reader.pause(), at_ms)
            else:
                self._watch_for_a_pause(link, way, side.fed_ms)

        self._at(now_ms + self._tongue.pause_ms, is_over)

    def _side(self, link: int, way: Way) -> _Side | None:
        found = self._links.get(link)
        return found[way] if found else None


_NO_EFFECT = Message("relay_no_effect", "it is so already", "本来就是如此")
_SPOILS = {Deed.NAK, Deed.SPOIL_CHECK, Deed.NOISE, Deed.FORGE, Deed.CHANGE, Deed.CUT_SHORT, Deed.GARBAGE, Deed.WRONG_LENGTH}
