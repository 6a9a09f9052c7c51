"""What leaves a relay, and when: the ways of all connections, how their line is, and what is to be done.

It decides about no message.  ``outbox`` is what is to be done now, ``deadline_ms`` when something is
due.  Bytes of one way never overtake each other, and its end is told behind them.
"""

from __future__ import annotations

import heapq
from collections import deque
from collections.abc import Callable
from itertools import count

from hil.relay.effects import Departure, Effect, EndSending, HangUp, Leave, Tell
from hil.relay.seen import Way
from hil.relay.stream_faults import GOOD_LINE, LineState, Shaper, chance_of
from hil.relay.tongue import WayReader
from simulator.catalogue.line_reasons import PortWarning

Act = Callable[[float], None]  # with the time


class Side:
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
        self.swapped: Departure | None = None  # waits for the next message


class WayOut:
    """All connections of one relay, as far as bytes leave by them."""

    def __init__(
        self, reader: Callable[[int, Way], WayReader], seed: int,
        is_held: Callable[[int, Way], bool],
    ) -> None:
        """``is_held``: whether something of a way has not left yet, so that its end is not told."""
        self.lines: dict[Way, LineState] = dict.fromkeys(Way, GOOD_LINE)
        self.outbox: deque[Effect] = deque()
        self._reader = reader
        self._seed = seed
        self._is_held = is_held
        self._links: dict[int, dict[Way, Side]] = {}
        self._standing: set[int] = set()  # links that nobody can hang up
        self._agenda: list[tuple[float, int, Act]] = []
        self._order = count()

    # ---- connections -----------------------------------------------------------------------------

    def side(self, link: int, way: Way) -> Side | None:
        """One way of a connection that there is."""
        found = self._links.get(link)
        return found[way] if found else None

    def open(self, link: int, *, stands: bool = False) -> None:
        """A connection was made; one that ``stands`` is a line that nobody can hang up."""
        if stands:
            self._standing.add(link)
        self._links[link] = {way: self._new(link, way) for way in Way}

    def renew(self, link: int, way: Way) -> None:
        """One way of it begins anew."""
        self._links[link][way] = self._new(link, way)

    def _new(self, link: int, way: Way) -> Side:
        return Side(self._reader(link, way), Shaper(chance_of(self._seed, link, way)))

    def forget(self, link: int) -> None:
        """A connection is no more."""
        self._links.pop(link, None)
        self._standing.discard(link)

    def hang_up(self, link: int, *, by_reset: bool = False) -> None:
        """Both sides are hung up on; a line that stands begins anew."""
        self.outbox.append(HangUp(link, by_reset=by_reset))
        if link in self._standing:
            self.open(link)
        else:
            self.forget(link)

    # ---- time ------------------------------------------------------------------------------------

    @property
    def deadline_ms(self) -> float | None:
        """When something is due."""
        return self._agenda[0][0] if self._agenda else None

    @property
    def due(self) -> int:
        """How much is still to come."""
        return len(self._agenda)

    def tick(self, now_ms: float) -> None:
        """Do what is due by now."""
        while self._agenda and self._agenda[0][0] <= now_ms:
            at_ms, _, act = heapq.heappop(self._agenda)
            act(at_ms)

    def at(self, at_ms: float, act: Act) -> None:
        """Have something done at a moment."""
        heapq.heappush(self._agenda, (at_ms, next(self._order), act))

    # ---- what leaves -----------------------------------------------------------------------------

    def emit(
        self, link: int, way: Way, data: bytes, now_ms: float,
        departure: Departure | None = None,
    ) -> None:
        """Have bytes leave as the line lets them; with the last of them stands which message it is."""
        side = self.side(link, way)
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
                self.at(at_ms, self._leaving(leave))

    def _leaving(self, leave: Leave) -> Act:
        def leaves(_: float) -> None:
            side = self.side(leave.link, leave.way)
            if side is not None:
                side.backlog -= len(leave.data)
                self.outbox.append(leave)

        return leaves

    def wait(self, link: int, way: Way, until_ms: float) -> None:
        """Nothing more leaves on a way until then."""
        side = self.side(link, way)
        if side is not None:
            side.shaper.wait(until_ms)

    def line_is(self, way: Way, line: LineState, now_ms: float) -> None:
        """How the line is from now on; an end that a black hole kept back is told behind it."""
        self.lines[way] = line
        for link in list(self._links):
            self.end_if_done(link, way, now_ms)

    # ---- an end ----------------------------------------------------------------------------------

    def half_close(self, link: int, way: Way, now_ms: float) -> None:
        """Nothing more passes on this way."""
        side = self.side(link, way)
        if side is not None and link not in self._standing:
            side.has_ended = True
            self.end_if_done(link, way, now_ms)

    def end_if_done(self, link: int, way: Way, now_ms: float) -> None:
        """The end is told behind all that still waits on this way."""
        side = self.side(link, way)
        if side is None or not side.has_ended or self.lines[way].black_hole:
            return
        if self._is_held(link, way):
            return

        def end(_: float) -> None:
            if self.side(link, way) is not side or side.is_told:
                return
            side.is_told = True
            self.outbox.append(EndSending(link, way))
            other = self.side(link, way.other)
            if other is not None and other.is_told:
                self.hang_up(link)

        at_ms = side.shaper.end(now_ms)
        if at_ms <= now_ms:
            end(now_ms)
        else:
            self.at(at_ms, end)
