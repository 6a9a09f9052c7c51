"""The machine of a relay: bytes of many connections in, decisions, bytes out; time is an argument.

It opens no port and reads no clock.  ``outbox`` is what is to be done now, ``deadline_ms`` when it
wants to be asked again.  A message is held whole until it is decided about; bytes that are none
pass as they came.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hil.framing.passage import Passage
from hil.relay.decisions import PASS, Decision, Deed
from hil.relay.effects import Departure, Tell
from hil.relay.seen import SeenMessage, Way
from hil.relay.spoiling import SpoilError
from hil.relay.stream_faults import LineState, chance_of
from hil.relay.tongue import Tongue
from hil.relay.way_out import WayOut
from simulator.catalogue.language import Message
from simulator.catalogue.line_reasons import PortWarning

MOST_TIDS = 10_000  # of which it is known where they are
LEAST_MS = 0.001  # a copy goes behind what it is a copy of
MOST_HELD = 1_000  # messages; the oldest goes on when there is one more
Decide = Callable[[SeenMessage], tuple[Decision, str] | None]
NOTHING: Decide = lambda _: None  # noqa: E731 - a default as short as it is


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
        self.on_seen: Callable[[SeenMessage], None] = lambda _: None  # decided about
        self._decide = decide
        self._drops_unknown = drops_unknown
        self._newest: dict[str, int] = {}  # link of a TID
        self._held: list[_Held] = []
        self._chance = chance_of(seed, 0, Way.UP)
        self._out = WayOut(tongue.reader, seed, self._is_held)
        self.outbox = self._out.outbox
        self.lines = self._out.lines

    # ---- what happens at the ports -------------------------------------------------------------

    def opened(self, link: int, *, stands: bool = False) -> None:
        """A connection was made; one that ``stands`` is a line that nobody can hang up."""
        self._out.open(link, stands=stands)

    def renewed(self, link: int, way: Way, now_ms: float) -> None:
        """The side from which this way comes went away, and may come back: its bytes begin anew."""
        side = self._out.side(link, way)
        if side is not None:
            self._take(link, way, side.reader.end(), now_ms)
            self._release_swapped(link, way, now_ms)
            self._out.renew(link, way)

    def has_ended(self, link: int, way: Way) -> bool:
        """Whether the side from which this way comes has stopped to speak."""
        side = self._out.side(link, way)
        return side is None or side.has_ended

    def holds(self, link: int) -> bool:
        """Whether a message of a connection has not left yet."""
        return any(each.seen.link == link for each in self._held)

    def _is_held(self, link: int, way: Way) -> bool:
        return any(each.seen.link == link and each.seen.way is way for each in self._held)

    def receive(self, link: int, way: Way, data: bytes, now_ms: float) -> None:
        """Bytes came."""
        side = self._out.side(link, way)
        if side is None or side.has_ended:
            return
        side.fed += 1
        side.fed_ms = now_ms
        self._take(link, way, side.reader.feed(data), now_ms)
        self._watch_for_a_pause(link, way, now_ms)

    def ended(self, link: int, way: Way, now_ms: float) -> None:
        """The side from which this way comes has stopped to speak."""
        side = self._out.side(link, way)
        if side is None or side.has_ended:
            return
        self._take(link, way, side.reader.end(), now_ms)
        self._release_swapped(link, way, now_ms)
        side.has_ended = True
        self._out.end_if_done(link, way, now_ms)

    def gone(self, link: int) -> None:
        """A connection is no more; what still waits for it is dropped, but for what is held."""
        self._out.forget(link)
        for tid in [tid for tid, newest in self._newest.items() if newest == link]:
            del self._newest[tid]

    def release(self, number: int, now_ms: float) -> None:
        """A message that is held goes on."""
        for held in [each for each in self._held if each.seen.number == number]:
            self._let_go(held, now_ms)

    def line_is(self, way: Way, line: LineState, now_ms: float) -> None:
        """How the line is from now on; an end that a black hole kept back is told behind it."""
        self._out.line_is(way, line, now_ms)

    # ---- time --------------------------------------------------------------------------------

    @property
    def deadline_ms(self) -> float | None:
        """When something is due."""
        return self._out.deadline_ms

    @property
    def due(self) -> int:
        """How much is still to come."""
        return self._out.due

    def tick(self, now_ms: float) -> None:
        """Do what is due by now."""
        self._out.tick(now_ms)

    def backlog(self, link: int, way: Way) -> int:
        """Bytes of one way that wait for their moment."""
        side = self._out.side(link, way)
        return side.backlog if side else 0

    # ---- a message is decided about -------------------------------------------------------------

    def _take(self, link: int, way: Way, pieces: list[Passage], now_ms: float) -> None:
        side = self._out.side(link, way)
        for piece in pieces:
            if self._out.side(link, way) is not side or (side and side.has_ended):
                return  # hung up on by what was decided before
            if not piece.frame:
                if piece.why is not None:
                    self.outbox.append(Tell(link, way, piece.why, piece.detail, piece.unknown))
                if piece.why is None or not self._drops_unknown:  # a keep-alive is known
                    self._out.emit(link, way, piece.unknown, now_ms)
                continue
            seen = self._tongue.read(piece, way, link, now_ms)
            self._note_where(seen)
            self._out.emit(link, way, piece.before, now_ms)
            self._message(seen, now_ms)

    def _note_where(self, seen: SeenMessage) -> None:
        if seen.tid:
            self._newest[seen.tid] = max(seen.link, self._newest.get(seen.tid, 0))
            if len(self._newest) > MOST_TIDS:
                del self._newest[next(iter(self._newest))]

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
                self._out.hang_up(seen.link, by_reset=decision.deed is Deed.RESET)
            case Deed.FORGE:
                self._out.emit(seen.link, seen.way, seen.frame, now_ms, Departure(seen, seen.frame))
                self._later(decision.ms, Departure(seen, sent, genuine=False), now_ms)
            case Deed.SPLIT:
                half = len(sent) // 2
                self._out.emit(seen.link, seen.way, sent[:half], now_ms)
                self._out.wait(seen.link, seen.way, now_ms + decision.ms)
                self._out.emit(seen.link, seen.way, sent[half:], now_ms, departure)
            case Deed.HALF_CLOSE:
                self._out.emit(seen.link, seen.way, sent, now_ms, departure)
                self._out.half_close(seen.link, seen.way, now_ms)
            case _:
                self._out.emit(seen.link, seen.way, sent, now_ms, departure)
                for copy in range(1, 1 + decision.times * (decision.deed is Deed.REPEAT)):
                    self._later(copy * decision.ms, Departure(seen, sent, copy), now_ms)
                if decision.then is not Deed.PASS:
                    self._out.hang_up(seen.link, by_reset=decision.then is Deed.RESET)

    # ---- what is held --------------------------------------------------------------------------

    def _hold(self, departure: Departure, until: Decision, now_ms: float) -> None:
        held = _Held(departure, until)
        self._held.append(held)
        if until.ms:
            self._out.at(now_ms + until.ms, lambda at_ms: self._let_go(held, at_ms))
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
        self._out.end_if_done(held.seen.link, held.seen.way, now_ms)

    def _swap(self, departure: Departure, until: Decision, now_ms: float) -> None:
        seen = departure.seen
        side = self._out.side(seen.link, seen.way)
        if side is None:
            return
        self._release_swapped(seen.link, seen.way, now_ms)
        side.swapped = departure

        def too_long(at_ms: float) -> None:
            if side.swapped is departure:
                self._release_swapped(seen.link, seen.way, at_ms)

        self._out.at(now_ms + until.ms, too_long)

    def _release_swapped(self, link: int, way: Way, now_ms: float) -> None:
        side = self._out.side(link, way)
        if side is not None and side.swapped is not None:
            departure, side.swapped = side.swapped, None
            self._out.emit(link, way, departure.frame, now_ms, departure)

    def _later(self, for_ms: float, departure: Departure, now_ms: float) -> None:
        """A copy: until it has left the line does not end."""
        self._hold(departure, Decision(deed=Deed.HOLD, ms=max(for_ms, LEAST_MS)), now_ms)

    def _deliver(self, departure: Departure, now_ms: float) -> None:
        """A late message goes where its terminal is now: it may have connected anew."""
        seen = departure.seen
        link = seen.link
        newest = self._newest.get(seen.tid, link)
        here = self._out.side(link, seen.way.other)
        if here is None or here.has_ended:
            link = newest
        self._out.emit(link, seen.way, departure.frame, now_ms, departure)

    # ---- a pause -------------------------------------------------------------------------------

    def _watch_for_a_pause(self, link: int, way: Way, now_ms: float) -> None:
        side = self._out.side(link, way)
        if side is None or side.is_watched or not side.reader.pending:
            return
        side.is_watched = True
        fed = side.fed

        def is_over(at_ms: float) -> None:
            side.is_watched = False
            if self._out.side(link, way) is not side or side.has_ended:
                return
            if side.fed == fed:
                self._take(link, way, side.reader.pause(), at_ms)
            else:
                self._watch_for_a_pause(link, way, side.fed_ms)

        self._out.at(now_ms + self._tongue.pause_ms, is_over)


_NO_EFFECT = Message("relay_no_effect", "it is so already", "本来就是如此")
_SPOILS = {Deed.NAK, Deed.SPOIL_CHECK, Deed.NOISE, Deed.FORGE, Deed.CHANGE, Deed.CUT_SHORT, Deed.GARBAGE, Deed.WRONG_LENGTH}
