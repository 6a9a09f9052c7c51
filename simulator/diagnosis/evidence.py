"""All that somebody has of a run, put in order for whoever looks for a cause; concludes nothing."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterable
from typing import TypeVar

from simulator.diagnosis.holders import seen, tag_of
from simulator.trace import records
from simulator.trace.records import Record

HOST = "acquirer"
Kind = TypeVar("Kind", bound=Record)


class Evidence:
    """Records by their kind, each list in the order of time, and who is who."""

    def __init__(self, trace: Iterable[Record]) -> None:
        self.count = 0
        self.first_ms = self.last_ms = 0
        self._by_kind: dict[type[Record], list[Record]] = defaultdict(list)
        self.terminals: dict[str, records.TerminalOpened] = {}
        self.merchants: dict[str, records.MerchantOpened] = {}
        self.moments_of: dict[str, list[int]] = defaultdict(list)  # moments at which an actor did something
        for record in trace:
            self._take(record)

    def _take(self, record: Record) -> None:
        has = seen(record)
        if has is None:
            return
        if not self.count:
            self.first_ms = has.at_ms
        self.count += 1
        self.last_ms = max(self.last_ms, has.at_ms)
        self._by_kind[type(has)].append(has)
        if isinstance(has, records.TerminalOpened):
            self.terminals[has.tid] = has
        elif isinstance(has, records.MerchantOpened):
            self.merchants[has.mid] = has
        elif not isinstance(has, records.StillPending):
            self.moments_of[has.actor].append(has.at_ms)


    def of(self, kind: type[Kind]) -> list[Kind]:
        """All records of a kind."""
        return self._by_kind.get(kind, [])  # type: ignore[return-value]

    def tagged(self, tag: str) -> list[Record]:
        """All records of a kind, by its name in a trace."""
        return next((some for kind, some in self._by_kind.items() if tag_of(kind) == tag), [])

    def before(self, actor: str, at_ms: int) -> int:
        """When an actor last did anything before a moment; the moment itself where it never did."""
        moments = self.moments_of.get(actor, [])
        place = bisect_left(moments, at_ms)
        return moments[place - 1] if place else at_ms

    def after(self, actor: str, at_ms: int) -> int | None:
        """When an actor next does anything after a moment."""
        moments = self.moments_of.get(actor, [])
        place = bisect_right(moments, at_ms)
        return moments[place] if place < len(moments) else None
