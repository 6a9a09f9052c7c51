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


class RelayLink:
    """The two ports of one connection."""

    def __init__(
        self, clock: Clock, number: int, terminal: PumpedPort, upstream: RelayEnd,
        limits: PortLimits, events: Callable[[RelayLink, Way], PortEvents],
        on_no_host: Callable[[RelayLink, PortError], None],
    ) -> None:
        self._clock = clock
        self._upstream = upstream
        self._limits = limits
        self._events = events
        self._on_no_host = on_no_host
        self._dialling: Dialling | None = None
        self._waiting: list[tuple[bytes, Callable[[], None] | None]] = []  # for a host
        self._ends_with_it = False  # the terminal has stopped to speak, the host is not there yet
        self._is_paused = dict.fromkeys(Way, False)
        self._in_flight = dict.fromkeys(Way, 0)  # bytes given to the port of the other side
        self.number = number
        self.terminal = terminal
        self.host: PumpedPort | None = None

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
            self._in_flight[Way.UP] -= len(data)
            self.write(Way.UP, data, on_left)
        if self._ends_with_it:
            port.end_sending()

    def _not_opened(self, failure: PortError) -> None:
        self._dialling = None
        for data, _ in self._waiting:
            self._in_flight[Way.UP] -= len(data)
        self._waiting.clear()
        self._on_no_host(self, failure)

    def host_has_gone(self) -> None:
        """It ended; whatever comes next dials anew."""
        self.host = None

    # ---- bytes ---------------------------------------------------------------------------------

    def write(self, way: Way, data: bytes, on_left: Callable[[], None] | None) -> None:
        """Have bytes leave to the side to which a way leads."""
        self._in_flight[way] += len(data)
        port = self.host if way is Way.UP else self.terminal
        if port is None:
            self._waiting.append((data, on_left))
            self.dial()
            return
        port.write(data)

        def left() -> None:
            self._clock.inject(lambda: self._left(way, len(data), on_left))

        port.in_turn(left)

    def _left(self, way: Way, size: int, on_left: Callable[[], None] | None) -> None:
        self._in_flight[way] -= size
        self.pace(way, 0)
        if on_left is not None:
            on_left()

    def pace(self, way: Way, backlog: int) -> None:
        """Read the speaker of a way no more where too much waits, and read on where it has left."""
        speaker = self.terminal if way is Way.UP else self.host
        is_much = self._in_flight[way] + backlog > MOST_WAITING
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

    def close(self, *, by_reset: bool) -> None:
        """Hang up on both sides."""
        if self._dialling is not None:
            self._dialling.drop()
        for port in (self.terminal, self.host):
            if port is not None:
                (port.reset if by_reset else port.close)()
