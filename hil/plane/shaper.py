"""Delay, jitter, loss, duplicates and reordering of packets, sans-IO and by a seed.

Packets go in with the moment and come out when they are due; the caller asks ``deadline_ms``.  Within
one way packets keep their order unless one is reordered, whatever the jitter.
"""

from __future__ import annotations

import heapq
import random
from collections.abc import Mapping

import msgspec

from hil.plane.plane_words import BAD_RULE
from hil.plane.programs import PlaneError
from hil.plane.rules import LEAST_RATE, Way
from simulator.catalogue.language import Told

_MOST_MS = 60_000.0
_MOST_WAITING = 10_000


class Shape(msgspec.Struct, frozen=True, kw_only=True):
    """How one way is; chances are from 0 to 1."""

    delay_ms: float = 0.0
    jitter_ms: float = 0.0  # more or less than the delay by so much at most
    loss: float = 0.0
    duplicate: float = 0.0  # arrives twice
    reorder: float = 0.0  # overtakes those that wait: leaves at once
    bytes_per_s: int = 0  # 0: as fast as it goes

    def check(self) -> None:
        """``PlaneError`` for what has no meaning or no effect."""
        problems = (
            (not 0 <= self.delay_ms <= _MOST_MS, _DELAY),
            (not 0 <= self.jitter_ms <= _MOST_MS, _DELAY),
            (not all(0 <= each <= 1 for each in (self.loss, self.duplicate, self.reorder)), _CHANCES),
            (bool(self.reorder) and not (self.delay_ms or self.jitter_ms), _NOTHING_WAITS),
            (self.bytes_per_s < 0 or 0 < self.bytes_per_s < LEAST_RATE, _SLOWEST),
        )
        for is_wrong, why in problems:
            if is_wrong:
                raise PlaneError(BAD_RULE.say(name="shape", why=why))


_DELAY = Told("delays and jitter are 0 to 60 s", "延迟与抖动须为 0 至 60 秒")
_SLOWEST = Told(f"a rate is at least {LEAST_RATE} bytes a second", f"速率至少每秒 {LEAST_RATE} 字节")
_CHANCES = Told("chances are 0 to 1", "概率须为 0 至 1")
_NOTHING_WAITS = Told(
    "reordering needs a delay: a packet can only overtake one that waits", "乱序需要延迟：只能超过正在等待的包")


class Counts(msgspec.Struct):
    """What happened to the packets of one way."""

    came: int = 0
    waited: int = 0  # of them, by delay or rate
    lost: int = 0
    duplicated: int = 0
    reordered: int = 0
    left: int = 0
    overflowed: int = 0  # too many waited


class Shaper:
    """Both ways of a line."""

    def __init__(self, shapes: Mapping[Way, Shape], seed: int = 1) -> None:
        """``shapes`` by UP and DOWN; a way without one is a good line."""
        self._shapes = dict.fromkeys((Way.UP, Way.DOWN), Shape()) | dict(shapes)
        for shape in self._shapes.values():
            shape.check()
        self._chance = {
            way: random.Random(f"{seed}/{way}") for way in (Way.UP, Way.DOWN)}  # noqa: S311 - no secret
        self._last_ms = dict.fromkeys((Way.UP, Way.DOWN), 0.0)
        self._free_ms = dict.fromkeys((Way.UP, Way.DOWN), 0.0)  # when the line is free again
        self._waiting: list[tuple[float, int, Way, bytes]] = []
        self._number = 0
        self.counts = {way: Counts() for way in (Way.UP, Way.DOWN)}

    @property
    def deadline_ms(self) -> float | None:
        """When the next packet is due; None while none waits."""
        return self._waiting[0][0] if self._waiting else None

    def offer(self, way: Way, packet: bytes, now_ms: float) -> None:
        """A packet came.  Each draws the same numbers, whatever becomes of it."""
        shape, chance, counts = self._shapes[way], self._chance[way], self.counts[way]
        lost, twice, ahead, offset = (chance.random() for _ in range(4))
        counts.came += 1
        if lost < shape.loss:
            counts.lost += 1
            return
        if len(self._waiting) >= _MOST_WAITING:
            counts.overflowed += 1
            return
        sent_ms = self._sent(way, packet, now_ms)
        due_ms = sent_ms + max(0.0, shape.delay_ms + (2 * offset - 1) * shape.jitter_ms)
        if ahead < shape.reorder and self._last_ms[way] > now_ms:
            counts.reordered += 1
            due_ms = now_ms
        else:
            due_ms = max(due_ms, self._last_ms[way])
            self._last_ms[way] = due_ms
        counts.waited += due_ms > now_ms
        self._wait(due_ms, way, packet)
        if twice < shape.duplicate:
            counts.duplicated += 1
            self._wait(due_ms, way, packet)

    def due(self, now_ms: float) -> list[tuple[Way, bytes]]:
        """The packets that are due, in their order."""
        leaving = []
        while self._waiting and self._waiting[0][0] <= now_ms:
            _, _, way, packet = heapq.heappop(self._waiting)
            self.counts[way].left += 1
            leaving.append((way, packet))
        return leaving

    def _sent(self, way: Way, packet: bytes, now_ms: float) -> float:
        """When the last bit of a packet has left, on a line of a rate: one packet behind the other."""
        rate = self._shapes[way].bytes_per_s
        if not rate:
            return now_ms
        begins_ms = max(now_ms, self._free_ms[way])
        self._free_ms[way] = begins_ms + 1_000 * len(packet) / rate
        return self._free_ms[way]

    def _wait(self, due_ms: float, way: Way, packet: bytes) -> None:
        self._number += 1
        heapq.heappush(self._waiting, (due_ms, self._number, way, packet))
