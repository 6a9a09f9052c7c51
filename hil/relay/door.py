"""The terminals' side of a relay: open, or closed so that the system refuses whoever comes."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from hil.clock.live_clock import LiveEnvironment
from hil.ports.limits import PortLimits
from hil.ports.ports import Address, PortError
from hil.ports.pty_server import PtyServer
from hil.ports.tcp_port import TcpServerPort
from hil.relay.ends import OnConnected, RelayEnd, Server, TcpEnd
from simulator.world.time.kernel import call_in

TRY_AGAIN_MS = 200  # another program has the port meanwhile


class Door:
    """One listener, or one serial line, which cannot be closed."""

    def __init__(
        self, clock: LiveEnvironment, end: RelayEnd, on_connected: OnConnected, limits: PortLimits,
        on_trouble: Callable[[PortError], None],
    ) -> None:
        """``PortError`` where it cannot be opened."""
        self._clock = clock
        self._end = end
        self._on_connected = on_connected
        self._limits = limits
        self._on_trouble = on_trouble
        self._wants_open = True
        self._is_closed = False
        self._server = self._listen()
        self._is_open = True
        if isinstance(end, TcpEnd):  # the same port when it is opened again
            self._end = msgspec.structs.replace(end, address=self.address)

    @property
    def is_line(self) -> bool:
        """Whether it is a serial line."""
        return self._end.is_line

    @property
    def address(self) -> Address:
        """Where it is, with the real port; a serial line has none."""
        if not isinstance(self._server, TcpServerPort):
            raise TypeError("a serial line has no address")
        return self._server.address

    def __str__(self) -> str:
        return self._server.where if isinstance(self._server, PtyServer) else str(self._server)

    def set_open(self, *, is_open: bool) -> None:
        """Open or close it; connections stand either way."""
        self._wants_open = is_open
        if is_open == self._is_open or self._is_closed or self.is_line:
            return
        if is_open:
            self._open()
        elif isinstance(self._server, TcpServerPort):
            self._is_open = False
            self._server.stop_listening()

    def close(self) -> None:
        """For good."""
        self._is_closed = True
        self._server.close()

    def _listen(self) -> Server:
        return self._end.listen(self._clock, self._on_connected, self._limits, self._on_trouble)

    def _open(self) -> None:
        if self._is_open or self._is_closed or not self._wants_open:
            return
        try:
            self._server = self._listen()
        except PortError as failure:
            self._on_trouble(failure)
            call_in(self._clock, TRY_AGAIN_MS, lambda _: self._open())
        else:
            self._is_open = True
