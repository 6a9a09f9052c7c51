"""Terminals built wrong on purpose, each in one way; the right one knows nothing of them.

``caught_by`` names the invariants that such a terminal violates in the run that ``shown_by`` names,
beside a right host.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec.structs import replace

from simulator.defect import Defect
from simulator.local_time import mmdd
from simulator.machines.terminal import batch as batches
from simulator.machines.terminal.events import (
    NvmRecord,
    Send,
    Store,
    TerminalEffect,
    TerminalEvent,
)
from simulator.machines.terminal.machine import Terminal
from simulator.machines.terminal.records import Armed, Booked, Disarmed, Receipted, StanTaken
from simulator.machines.terminal.work import Effects, Exchange
from simulator.wire.kinds import Kind, ReversalReason
from simulator.wire.message import Message
from simulator.wire.subfields import BALANCED

_TIMES = 3


class NoReversal(Terminal):
    """Gives up on an unknown outcome without a word to the host."""

    __slots__ = ()

    def _store(self, record: NvmRecord, out: Effects) -> None:
        super()._store(StanTaken(record.stan) if isinstance(record, Armed) else record, out)


class SaleBeforeReversal(Terminal):
    """Sends what a clerk wants first, and the pending reversal when there is time."""

    __slots__ = ("_late",)

    def _start_reversible(self, now_ms: int, out: Effects) -> None:
        self._late: Armed | None = self.memory.armed
        super()._start_reversible(now_ms, out)

    def _is_reversal_due(self) -> bool:
        return super()._is_reversal_due() and (self._job is None or self._begun)

    def _is_job_due(self) -> bool:
        return self._job is not None and not self._begun and self.memory.signed_on

    def _reversible_unanswered(
        self, exchange: Exchange, why: str, now_ms: int, out: Effects,
    ) -> None:
        super()._reversible_unanswered(exchange, why, now_ms, out)
        self._paused = True
        self.deadline_ms = now_ms + self.profile.reversal_idle_ms

    def _reversible_replied(
        self, exchange: Exchange, reply: Message, proven: bool, now_ms: int, out: Effects,
    ) -> None:
        super()._reversible_replied(exchange, reply, proven, now_ms, out)
        if self._late is not None and self.memory.armed is None:
            stan = self.memory.stan
            self._store(self._late, out)
            self.memory.stan = stan
            self._late = None


class ReusesStan(Terminal):
    """Takes the same trace number twice."""

    __slots__ = ()

    def _start_reversible(self, now_ms: int, out: Effects) -> None:
        stan = self.memory.stan
        super()._start_reversible(now_ms, out)
        if stan % 2:
            self.memory.stan = stan


class IgnoresMac(Terminal):
    """Believes every reply."""

    __slots__ = ()

    def _is_proven(self, exchange: Exchange, reply: Message) -> bool:
        del exchange, reply
        return True


class RetriesAsNewSale(Terminal):
    """After an unknown outcome sends the same order again under a new number, reverses nothing."""

    __slots__ = ()

    def _reversible_unanswered(
        self, exchange: Exchange, why: str, now_ms: int, out: Effects,
    ) -> None:
        if exchange.kind is not Kind.SALE or self._tries >= _TIMES or self._job is None:
            self._tries = 0
            super()._reversible_unanswered(exchange, why, now_ms, out)
            return
        self._tries += 1
        request = exchange.request
        self._store(Disarmed(request.batch, request.stan or 0, "dropped"), out)
        self._start_reversible(now_ms, out)


class TotalsForgetVoids(Terminal):
    """Counts sales and refunds in its totals, and no void."""

    __slots__ = ()

    def _counted(self) -> Iterable[Booked]:
        return (item for item in self.memory.items if item.kind not in batches.VOIDABLE)


class EndsUnbalancedWith207(Terminal):
    """Ends an unbalanced upload as if it had been balanced."""

    __slots__ = ()

    def _end_result(self, result: str) -> str:
        del result
        return BALANCED


class ReversalDatedToday(Terminal):
    """Puts the date of the reversal into F13, which after midnight is not the original's."""

    __slots__ = ()

    def _start_reversal(self, now_ms: int, out: Effects) -> None:
        armed = self.memory.armed
        assert armed is not None
        dated = replace(armed.reversal, local_date=mmdd(now_ms))
        self.memory.armed = replace(armed, reversal=dated)
        super()._start_reversal(now_ms, out)


class ReversalReasonNotUpdated(Terminal):
    """Sends every reversal with reason 98."""

    __slots__ = ()

    def _give_reason(self, reason: ReversalReason, out: Effects) -> None:
        """Whatever is known by now."""


class GoesOnAfterFailedReversals(Terminal):
    """After the last failed try goes on as if nothing had been."""

    __slots__ = ()

    def _last_reversal_try_failed(self, now_ms: int, out: Effects) -> None:
        del now_ms
        self._end_reversal("dropped", out)


class ReversalStoredAfterSend(Terminal):
    """Writes the reversal when the request is on its way already."""

    __slots__ = ()

    def handle(self, event: TerminalEvent, now_ms: int) -> list[TerminalEffect]:
        """The right effects in the wrong order."""
        out = super().handle(event, now_ms)
        for at, effect in enumerate(out[:-1]):
            if (
                isinstance(effect, Store) and isinstance(effect.record, Armed)
                and isinstance(out[at + 1], Send)
            ):
                out[at], out[at + 1] = out[at + 1], effect
        return out


class DropsReceiptedSale(Terminal):
    """Loses an approved sale from its batch once the receipt is out."""

    __slots__ = ()

    def _store(self, record: NvmRecord, out: Effects) -> None:
        super()._store(record, out)
        if isinstance(record, Receipted):
            self.memory.items = [
                item for item in self.memory.items if item.stan != record.stan
            ]


_ROWS = (
    Defect("terminal.no_reversal", "an unknown outcome is given up without a reversal",
           (4, 7), NoReversal, shown_by="defects/given-up-sale"),
    Defect("terminal.sale_before_reversal", "the next sale goes out before a pending reversal",
           (7,), SaleBeforeReversal, shown_by="lost-reply"),
    Defect("terminal.reuses_stan", "one trace number serves two transactions",
           (8,), ReusesStan, shown_by="defects/two-coffees"),
    Defect("terminal.ignores_mac", "a reply with a wrong MAC is believed",
           (9,), IgnoresMac, shown_by="defects/mac-failure"),
    Defect("terminal.retries_as_new_sale",
           "a sale without answer is sent again under a new number and not reversed",
           (2,), RetriesAsNewSale, shown_by="lost-reply"),
    Defect("terminal.totals_forget_voids", "voids are missing from the totals",
           (5,), TotalsForgetVoids, shown_by="defects/voided-sale"),
    Defect("terminal.ends_unbalanced_with_207",
           "an unbalanced settlement is ended with 207 instead of 202",
           (5,), EndsUnbalancedWith207, "real terminals", shown_by="defects/unbalanced-batch"),
    Defect("terminal.reversal_wrong_date_after_midnight",
           "a reversal across midnight carries the wrong date",
           (7,), ReversalDatedToday, "real terminals", shown_by="defects/reversal-across-midnight"),
    Defect("terminal.reversal_reason_not_updated", "every reversal says 98",
           (7,), ReversalReasonNotUpdated, "real terminals", shown_by="defects/mac-failure"),
    Defect("terminal.goes_on_after_failed_reversals",
           "after three failed reversals the terminal goes on as if nothing had been",
           (4, 7), GoesOnAfterFailedReversals, "real terminals",
           shown_by="defects/reversals-fail-three-times"),
    Defect("terminal.reversal_stored_after_send",
           "the reversal is written after the request was sent, and lost in a power cut",
           (4,), ReversalStoredAfterSend, "real terminals", shown_by="defects/crash-before-store"),
    Defect("terminal.drops_receipted_sale", "an approved sale leaves the batch with its receipt",
           (3,), DropsReceiptedSale, shown_by="defects/two-coffees"),
)
DEFECTS: dict[str, Defect] = {defect.name: defect for defect in _ROWS}
