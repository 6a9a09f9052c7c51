"""The timing of access lines, and the routers and ISPs that they share; carries no message."""

from __future__ import annotations

import simpy

from simulator.chance import purpose_number, uniform
from simulator.scenario.parts.network import LinkQuality
from simulator.world.time.kernel import now_ms
from simulator.world.time.spread import STEPS, log_normal

NOMINAL_BYTES = {"0800": 90, "0810": 125, "0500": 110, "0510": 110, "0320": 180, "0330": 180}
USUAL_BYTES = 150  # of any other message: where objects are carried no bytes are made to count
_MTI_NUMBER = {f"{number:04}": number * 64 for number in range(0, 1000, 10)}
AT_A_PORT = LinkQuality.model_validate({"latency": "0s"})  # the line is real, none is simulated
IDLE_MS = 60_000  # a dialled line hangs up after this


class Shared:
    """One router or ISP: a single queue of limited capacity."""

    __slots__ = ("_bytes_per_second", "_free_ms", "name")

    def __init__(self, name: str, bytes_per_second: int) -> None:
        self.name = name
        self._bytes_per_second = bytes_per_second
        self._free_ms = 0.0

    def queue_ms(self, at_ms: int, size: int) -> int:
        """How long a message of ``size`` bytes takes through it from now, waiting included."""
        starts = max(self._free_ms, at_ms)
        self._free_ms = starts + size * 1000 / self._bytes_per_second
        return round(self._free_ms - at_ms)


class Line:
    """The timing of one terminal's line; without state but for a dialled connection."""

    __slots__ = (
        "_bytes_per_second", "_connect_ms", "_connected_until_ms", "_delays", "_key",
        "_loss", "_loss_key", "_seed", "_shared", "_simple",
    )

    def __init__(
        self, seed: int, tid: str, quality: LinkQuality, shared: tuple[Shared, ...],
    ) -> None:
        self._seed = seed
        self._delays = log_normal(quality.latency.median_ms, quality.latency.p95_ms)
        self._bytes_per_second = quality.bytes_per_second
        self._connect_ms = quality.connect_ms
        self._loss = quality.loss
        self._shared = shared
        self._simple = not (quality.connect_ms or shared or quality.bytes_per_second)
        self._key = purpose_number("line.delay", tid)
        self._loss_key = purpose_number("line.loss", tid)
        self._connected_until_ms = -1

    def delay_ms(self, env: simpy.Environment, mti: str, stan: int, attempt: int) -> int:
        """One way for this message, or -1 where the line loses it; same key, same answer."""
        number = _MTI_NUMBER[mti] + attempt
        delay = self._delays[int(uniform(self._seed, self._key, stan, number) * STEPS)]
        if self._loss and uniform(self._seed, self._loss_key, stan, number) < self._loss:
            return -1
        if self._simple:
            return delay
        return delay + self._shared_ms(now_ms(env), NOMINAL_BYTES.get(mti, USUAL_BYTES))

    def _shared_ms(self, at_ms: int, size: int) -> int:
        delay = 0
        if self._connect_ms:
            if at_ms > self._connected_until_ms:
                delay += self._connect_ms
            self._connected_until_ms = at_ms + delay + IDLE_MS
        if self._bytes_per_second:
            delay += size * 1000 // self._bytes_per_second
        for shared in self._shared:
            delay += shared.queue_ms(at_ms, size)
        return delay


class Outside:
    """No line: a terminal that stands outside has one of its own, which nothing here imitates."""

    __slots__ = ()

    def delay_ms(self, _env: simpy.Environment, _mti: str, _stan: int, _attempt: int) -> int:
        """At once."""
        return 0
