"""One connection through a relay: a port at the terminal's side, one at the host's, and their pace.

It knows no message.  A side that speaks faster than the other hears is read no more for a while.
"""

from __future__ import annotations

from collections.abc import Callable

from hil.ports.limits import PortLimits
from hil.ports.ports import Clock, PortError, PortEvents
from hil.ports.pumped_port import PumpedPort
from hil.relay.ends import Dialling, RelayEnd
from hil.relay.seen import Way

MOST_WAITING = 1 << 16  # bytes that may wait in a relay before the speaker is read no more
MOST_PIECES = 200  # the same in pieces
OnLeft = Callable[[], None]


class RelayLink:
    """The two ports of one connection."""

    def __init__(
        self, clock: Clock, number: int, terminal: PumpedPort, upstream: RelayEnd,
        limits: PortLimits, events: Callable[[RelayLink, Way], PortEvents],
        on_no_host: Callable[[RelayLink, PortError], None],
        backlog: Callable[[int, Way], int],
    ) -> None:
        """``backlog``: bytes of a way that still wait for their moment."""
        self._backlog = backlog
        self._clock = clock
        self._upstream = upstream
        self._limits = limits
        self._events = events
        self._on_no_host = on_no_host
        self._dialling: Dialling | None = None
        self._waiting: list[tuple[bytes, OnLeft | None]] = []  # for a host
        self._ends_with_it = False  # the terminal has stopped to speak, the host is not there yet
        self._is_paused = dict.fromkeys(Way, False)
        self._in_flight = dict.fromkeys(Way, 0)  # bytes that the other side has not taken yet
        self._pieces = dict.fromkeys(Way, 0)
        self.number = number
        self.terminal = terminal
        self.host: PumpedPort | None = None
        self.has_failed = False  # the terminal's side: what was written last was not heard

    # ---- the host's side -----------------------------------------------------------------------

    def dial(self) -> None:
        """Reach for the host, where no connection stands or is on its way."""
        if self.host is None and self._dialling is None:
            self._dialling = Dialling(
                self._clock, self._upstream, self._limits, self._opened, self._not_opened)

    def _opened(self, port: PumpedPort) -> None:
        self._dialling = None
        self.host = port
        try:
            port.start(self._events(self, Way.DOWN))
        except PortError as failure:
            self.host = None
            self._not_opened(failure)
            return
        waiting, self._waiting = self._waiting, []
        for data, on_left in waiting:
            self._give(port, Way.UP, data, on_left)
        if self._ends_with_it:
            port.end_sending()

    def _not_opened(self, failure: PortError) -> None:
        self._dialling = None
        self._forget_waiting()
        self._on_no_host(self, failure)

    def _forget_waiting(self) -> None:
        self._waiting.clear()
        self._in_flight[Way.UP] = self._pieces[Way.UP] = 0
        self.pace(Way.UP)

    def hang_up_host(self, *, by_reset: bool = False) -> None:
        """Only the host: the terminal's line stands, and whatever comes next dials anew."""
        if self._dialling is not None:
            self._dialling.drop()
            self._dialling = None
        if self.host is not None:
            (self.host.reset if by_reset else self.host.close)()
        self.host = None
        self._forget_waiting()
        self._is_paused[Way.DOWN] = False

    # ---- bytes ---------------------------------------------------------------------------------

    def write(self, way: Way, data: bytes, on_left: OnLeft | None) -> None:
        """Have bytes leave to the side to which a way leads."""
        self._in_flight[way] += len(data)
        self._pieces[way] += 1
        port = self.host if way is Way.UP else self.terminal
        if port is not None:
            self._give(port, way, data, on_left)
        else:
            self._waiting.append((data, on_left))
            self.dial()

    def _give(self, port: PumpedPort, way: Way, data: bytes, on_left: OnLeft | None) -> None:
        def left() -> None:
            self._clock.inject(lambda: self._left(port, way, len(data), on_left))

        port.write(data)
        port.in_turn(left)

    def _left(self, port: PumpedPort, way: Way, size: int, on_left: OnLeft | None) -> None:
        if port is (self.host if way is Way.UP else self.terminal):
            self._in_flight[way] = max(0, self._in_flight[way] - size)
            self._pieces[way] = max(0, self._pieces[way] - 1)
            self.pace(way)
        if on_left is not None:
            on_left()

    def pace(self, way: Way) -> None:
        """Read the speaker of a way no more where too much waits, and read on where it has left."""
        speaker = self.terminal if way is Way.UP else self.host
        is_much = (
            self._in_flight[way] + self._backlog(self.number, way) > MOST_WAITING
            or self._pieces[way] > MOST_PIECES)
        if speaker is not None and is_much != self._is_paused[way]:
            self._is_paused[way] = is_much
            (speaker.pause if is_much else speaker.resume)()

    # ---- its end -------------------------------------------------------------------------------

    def end_sending(self, way: Way) -> None:
        """Tell the side to which a way leads that no more comes."""
        if way is Way.DOWN:
            self.terminal.end_sending()
        elif self.host is not None:
            self.host.end_sending()
        else:
            self._ends_with_it = True

    def close(self, *, by_reset: bool = False) -> None:
        """Hang up on both sides."""
        self.hang_up_host(by_reset=by_reset)
        (self.terminal.reset if by_reset else self.terminal.close)()
