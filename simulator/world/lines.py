"""Links between terminals and the host: latency, capacity, and the routers they share.

A link carries whole messages.  What may happen to one on the way is not decided here: the fault
injector is asked, and its answer carried out.
"""

from __future__ import annotations

import msgspec
import simpy

from simulator.chance import exponential_ms, purpose_number, uniform


class LinkType(msgspec.Struct, frozen=True, gc=False):
    """What a kind of access line does to a message."""

    name: str
    base_ms: int  # one way
    jitter_ms: int  # mean of an exponential on top
    bytes_per_second: int
    connect_ms: int = 0  # dialling, before the first message after an idle time
    idle_ms: int = 0  # hangs up after this


LINK_TYPES: dict[str, LinkType] = {
    row.name: row
    for row in (
        LinkType("dial_up", 150, 40, 300, connect_ms=12_000, idle_ms=60_000),
        LinkType("ethernet", 12, 4, 1_250_000),
        LinkType("wifi", 18, 10, 625_000),
        LinkType("mobile", 45, 30, 125_000),
    )
}

NOMINAL_BYTES = {"0800": 90, "0810": 125, "0500": 110, "0510": 110, "0320": 180, "0330": 180}
USUAL_BYTES = 150  # of any other message: its bytes are not made where objects are carried


class Router:
    """One router (or ISP) that several links share: a single queue of limited capacity."""

    __slots__ = ("_bytes_per_second", "_free_ms", "name")

    def __init__(self, name: str, bytes_per_second: int) -> None:
        self.name = name
        self._bytes_per_second = bytes_per_second
        self._free_ms = 0.0

    def queue_ms(self, now_ms: int, size: int) -> int:
        """How long a message of ``size`` bytes takes through the router from now."""
        starts = max(self._free_ms, now_ms)
        self._free_ms = starts + size * 1000 / self._bytes_per_second
        return round(self._free_ms - now_ms)


class Line:
    """The timing of one terminal's access line; stateless but for a dialled connection."""

    __slots__ = ("_connected_until_ms", "_delay_key", "isp", "kind", "router", "seed")

    def __init__(
        self, seed: int, tid: str, kind: LinkType, router: Router | None, isp: Router | None,
    ) -> None:
        self.seed = seed
        self.kind = kind
        self.router = router
        self.isp = isp
        self._delay_key = purpose_number("line.delay", tid)
        self._connected_until_ms = 0

    def delay_ms(self, env: simpy.Environment, mti: str, stan: int, attempt: int) -> int:
        """One way through line, router and ISP for this message; the same key, the same draw."""
        kind = self.kind
        draw = uniform(self.seed, self._delay_key, stan, int(mti) * 64 + attempt)
        size = NOMINAL_BYTES.get(mti, USUAL_BYTES)
        delay = kind.base_ms + exponential_ms(draw, kind.jitter_ms)
        delay += size * 1000 // kind.bytes_per_second
        if kind.connect_ms or self.router is not None or self.isp is not None:
            delay += self._shared_ms(int(env.now), size)
        return delay

    def _shared_ms(self, now_ms: int, size: int) -> int:
        delay = 0
        if self.kind.connect_ms:
            if now_ms > self._connected_until_ms:
                delay += self.kind.connect_ms
            self._connected_until_ms = now_ms + delay + self.kind.idle_ms
        for shared in (self.router, self.isp):
            if shared is not None:
                delay += shared.queue_ms(now_ms, size)
        return delay
