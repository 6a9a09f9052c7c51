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
ANSWER_MS = 60_000  # what is not answered then will not be: who waits is told, and undoes it
_SALES = frozenset({"sale", "qr_sale", "offline_sale", "completion", "completion_advice"})
Kind = TypeVar("Kind", bound=Record)


class Evidence:
    """Records by their kind, each list in the order of time, and who is who."""

    def __init__(self, trace: Iterable[Record]) -> None:
        self.count = 0
        self.first_ms = self.last_ms = 0
        self._by_kind: dict[type[Record], list[Record]] = defaultdict(list)
        self._writers: set[str] = set()
        self.terminals: dict[str, records.TerminalOpened] = {}
        self.merchants: dict[str, records.MerchantOpened] = {}
        self.moments_of: dict[str, list[int]] = defaultdict(list)  # moments at which an actor did something
        for record in trace:
            self._take(record)

    def _take(self, record: Record) -> None:
        has = seen(record)
        if has is None or self._is_guessed(has):
            return
        if not self.count:
            self.first_ms = has.at_ms
        self.count += 1
        self.last_ms = max(self.last_ms, has.at_ms)
        self._by_kind[type(has)].append(has)
        if isinstance(has, records.Sent | records.Arrived):
            self._writers.add(has.actor)
        if isinstance(has, records.TerminalOpened):
            self.terminals[has.tid] = has
        elif isinstance(has, records.MerchantOpened):
            self.merchants[has.mid] = has
        elif not isinstance(has, records.StillPending):
            self.moments_of[has.actor].append(has.at_ms)

    def _is_guessed(self, record: Record) -> bool:
        """Whether a host says of a terminal at a port that it heard a reply: it only knows that it left."""
        if not isinstance(record, records.Arrived) or record.actor == HOST:
            return False
        opened = self.terminals.get(record.tid)
        return opened is not None and not opened.observable

    def has_log(self, actor: str) -> bool:
        """Whether what this terminal or the host wrote down is there, to be compared with the others'."""
        opened = self.terminals.get(actor.partition(".")[2])
        return actor in self._writers and (opened is None or opened.observable)

    def meant(self) -> list[records.SaleMeant]:
        """Every sale: as people meant it, or as a terminal sent it where nobody said what was meant.

        So it is of terminals at ports: their sales bear the name of the order, or that of the transaction.
        """
        found = list(self.of(records.SaleMeant))
        known = {each.sale for each in found}
        for sent in self.of(records.Sent):
            name = self.sale_of(sent)
            if sent.what not in _SALES or not name or name in known or self._is_inside(sent.tid):
                continue
            known.add(name)
            opened = self.terminals.get(sent.tid)
            found.append(records.SaleMeant(
                sent.at_ms, f"merchant.{opened.merchant if opened else ''}", sale=name,
                amount_fen=sent.amount_fen or 0, card=sent.card, what=sent.what))
        return found

    def may_come(self, at_ms: int) -> bool:
        """Whether this evidence ends before an answer to something at a moment had to come."""
        return self.last_ms - at_ms < ANSWER_MS

    def sales(self) -> int:
        """How many sales there are: a pre-authorisation is one with its completion, a tip a part of one."""
        return sum(not each.of and not each.what.startswith("completion") for each in self.meant())

    def sale_of(self, sent: records.Sent) -> str:
        """The name of the sale that a message of a terminal is for; "": of none."""
        if sent.sale or sent.what not in _SALES or sent.actor == HOST:
            return sent.sale
        return records.key_of(sent.tid, sent.batch, sent.stan)

    def _is_inside(self, tid: str) -> bool:
        opened = self.terminals.get(tid)
        return opened is not None and opened.end == records.IN_THE_WORLD

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
