"""Clearing as an actor: books captures, and cuts over each day.

The rules are those of ``simulator.money``; this gives them their time, their banks and a trace.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any, Protocol

import simpy

from simulator.local_time import DAY_MS, date_at, midnight_ms, time_of_day_ms
from simulator.machines.acquirer.events import (
    AcquirerEvent,
    Capture,
    CutOverReached,
    ReleaseHeld,
    SaleContested,
    SettleBatch,
    TotalsChanged,
    TransactionKey,
)
from simulator.money.clearing import ClearedItem, Clearing, CutOver, MerchantSettlement
from simulator.money.issuer import IssuerBooks
from simulator.money.ledger import Posting
from simulator.money.payout_terms import INSTANT
from simulator.trace.recorder import Recorder
from simulator.trace.records import (
    BatchCounted,
    ClearingDelayed,
    ClearingResumed,
    ItemCleared,
    MerchantSettled,
    key_of,
)
from simulator.wire.kinds import Kind
from simulator.world.banks.paymaster import ACTOR, Paymaster, posted
from simulator.world.network.link import HOST
from simulator.world.time.kernel import Call, call_at, now_ms

PAID_AT_ONCE = frozenset({Kind.SALE, Kind.COMPLETION, Kind.QR_SALE})  # where the terms say so
LATE = "late"  # the result of a count after the batch was settled
REMEMBERED = timedelta(days=14)  # a payout that was made is not asked about for longer


class Host(Protocol):
    """The acquirer, which must know the settlement date."""

    def give(self, event: AcquirerEvent) -> None:
        """Take an event."""


class ClearingHouse:
    """Books of one acquirer over the days; what is settled its paymaster pays."""

    __slots__ = (
        "_backlog", "_cut_over_ms", "_env", "_host", "_issuers", "_recorder", "clearing", "on_backlog", "on_capture",
        "on_day_over",
        "paymaster", "refuses_beyond",
    )

    def __init__(
        self, env: simpy.Environment, recorder: Recorder, clearing: Clearing, paymaster: Paymaster,
        cut_over_ms: int,
    ) -> None:
        self._env = env
        self._recorder = recorder
        self._cut_over_ms = cut_over_ms
        self._issuers: dict[str, IssuerBooks] = {}
        self._host: Host
        self._backlog: list[str] | None = None  # settlement dates that wait; None: nothing is held back
        self.on_backlog: Callable[[], None] | None = None  # is told when a cut-over waits
        self.refuses_beyond: set[str] = set()  # MIDs whose refunds go no further than what is pending
        self.on_capture: Callable[[Capture], None] | None = None  # who else wants to hear of it
        self.on_day_over: Callable[[], None] | None = None
        self.clearing = clearing
        self.paymaster = paymaster

    def connect(self, host: Host, issuers: dict[str, IssuerBooks]) -> None:
        """Say who is told of the cut-over, and whose operations are done with it: of banks and wallets."""
        self._host = host
        self._issuers = issuers

    def replace_books(self, replaced: Callable[[str, Any], Any]) -> None:
        """Use what ``replaced(name, books)`` gives in the place of each of the books.

        The issuers' books are replaced where they are kept; see ``connect``.
        """
        self.clearing = replaced("clearing", self.clearing)
        self.paymaster.replace_books(replaced)

    def expected_ms(self, terms: str, first_date: str = "") -> int:
        """When what is settled now should be in an account on these terms (T+1, D+0)."""
        return self.clearing.due_ms(self.business_date(), terms, first_date)

    def business_date(self) -> date:
        """The settlement date of what is booked now."""
        now = now_ms(self._env)
        day = date_at(now)
        return day + timedelta(days=1) if time_of_day_ms(now) >= self._cut_over_ms else day

    def contest(self, key: str, amount_fen: int) -> None:
        """So much of a sale is disputed, or by a negative sum no more: its host gives no more back."""
        tid, batch, stan = key.split("/")
        self._host.give(SaleContested(TransactionKey(tid, int(batch), int(stan)), amount_fen))

    def start(self) -> None:
        """Schedule the first cut-over."""
        self._schedule_cut_over()

    # ---- what the acquirer books -------------------------------------------------------------

    def capture(self, effect: Capture) -> None:
        """Book an item, once for each posting."""
        key = effect.key
        posting = self.clearing.capture(
            effect.posting, effect.mid, key_of(key.tid, key.batch, key.stan), effect.kind.value,
            effect.amount_fen, settlement_date=effect.settlement_date, channel=effect.channel,
            of="" if effect.of is None else key_of(effect.of.tid, effect.of.batch, effect.of.stan),
            undoes=effect.undoes, card_kind=effect.card_kind,
        )
        if posting is not None:
            if self.on_capture is not None:
                self.on_capture(effect)
            self._post(HOST, posting)
            if effect.kind in PAID_AT_ONCE and effect.amount_fen > 0:
                self._pay_at_once(effect)

    def _pay_at_once(self, effect: Capture) -> None:
        """A sale that the merchant's terms let is cleared by itself and paid now."""
        now, name = now_ms(self._env), key_of(effect.key.tid, effect.key.batch, effect.key.stan)
        if not self.paymaster.payouts.pays_at_once(effect.mid, name, effect.amount_fen, now):
            return
        result = self.clearing.clear_at_once(effect.posting, name, now)
        for item in result.items:
            self._item(item, INSTANT + name)
        self._settle(result)
        self.paymaster.arm()

    def refundable_fen(self, mid: str) -> int | None:
        """What may still be refunded of a merchant's money; None: as much as its sales allow."""
        return self.clearing.pending_fen(mid) if mid in self.refuses_beyond else None

    def settle_batch(self, effect: SettleBatch) -> None:
        """A batch may be cleared."""
        held = [key_of(key.tid, key.batch, key.stan) for key in effect.held]
        self.clearing.settle_batch(effect.tid, effect.batch, effect.settlement_date, held)
        self._count(effect, effect.result)

    def totals_changed(self, effect: TotalsChanged) -> None:
        """What a settled batch holds is another sum now."""
        self._count(effect, LATE)

    def release_held(self, effect: ReleaseHeld) -> None:
        """What was kept out of a settled batch may be cleared."""
        key = effect.key
        self.clearing.release_held(
            key_of(key.tid, key.batch, key.stan), effect.settlement_date)

    def _count(self, effect: SettleBatch | TotalsChanged, result: str) -> None:
        self._recorder.emit(
            BatchCounted(
                now_ms(self._env), HOST, tid=effect.tid, batch=effect.batch,
                debit_fen=effect.debit_fen, debit_count=effect.debit_count,
                credit_fen=effect.credit_fen, credit_count=effect.credit_count,
                result=result, closed=True,
            ),
        )

    # ---- cut-over ----------------------------------------------------------------------------

    def _schedule_cut_over(self) -> None:
        now = now_ms(self._env)
        today_ms = midnight_ms(date_at(now)) + self._cut_over_ms
        call_at(self._env, today_ms if today_ms > now else today_ms + DAY_MS, self._cuts_over)

    def _cuts_over(self, _call: Call) -> None:
        day = date_at(now_ms(self._env) - self._cut_over_ms)
        self._host.give(CutOverReached((day + timedelta(days=1)).isoformat()))
        if self._backlog is None:
            self._clear(day.isoformat())
        else:
            self._backlog.append(day.isoformat())
            self._recorder.emit(ClearingDelayed(
                now_ms(self._env), ACTOR, settlement_date=day.isoformat()))
            if self.on_backlog is not None:
                self.on_backlog()
        self.paymaster.payouts.forget_before((day - REMEMBERED).isoformat())
        for books in self._issuers.values():
            books.end_day()
        if self.on_day_over is not None:
            self.on_day_over()
        self.paymaster.arm()
        self._schedule_cut_over()

    def hold_clearing(self) -> None:
        """From now on what a cut-over would clear waits."""
        if self._backlog is None:
            self._backlog = []

    def catch_up(self) -> None:
        """What waits is cleared, each date for itself, and nothing waits any more."""
        waiting, self._backlog = self._backlog or [], None
        for settlement_date in waiting:
            self._recorder.emit(ClearingResumed(
                now_ms(self._env), ACTOR, settlement_date=settlement_date))
            self._clear(settlement_date)
        self.paymaster.arm()

    def drop_backlog(self) -> None:
        """Forget which dates wait; for a house that is built wrong."""
        self._backlog = None

    def waits(self) -> bool:
        """Whether a cut-over was not cleared yet."""
        return bool(self._backlog)

    def _clear(self, settlement_date: str) -> None:
        """Clear what is due on a settlement date, and pay it."""
        result = self.clearing.cut_over(settlement_date)
        for item in result.items:
            self._item(item)
        for item in (*result.items, *result.at_once):
            books = self._issuers.get(item.channel)
            if books is not None:
                books.settle(item.key)
        self._settle(result)
        self.paymaster.refill_pool(settlement_date)

    def _post(self, actor: str, posting: Posting) -> None:
        self._recorder.emit(posted(now_ms(self._env), actor, posting))

    def _settle(self, result: CutOver) -> None:
        """What merchants are owed is booked and planned."""
        for settlement in result.settlements:
            self._settlement(settlement)
        for posting in result.postings:
            self._post(ACTOR, posting)
        self.paymaster.plan(result.settlements)

    def _item(self, item: ClearedItem, payout: str = "") -> None:
        self._recorder.emit(
            ItemCleared(
                now_ms(self._env), ACTOR, key=item.key, what=item.what, mid=item.mid,
                amount_fen=item.amount_fen, fee_fen=item.fee_fen,
                settlement_date=item.settlement_date, card_kind=item.card_kind, of=item.of,
                issuer_fen=item.shares.issuer_fen, scheme_fen=item.shares.scheme_fen, payout=payout,
            ),
        )

    def _settlement(self, settlement: MerchantSettlement) -> None:
        deductions = self.paymaster.payouts.deductions(settlement)
        self._recorder.emit(
            MerchantSettled(
                now_ms(self._env), ACTOR, mid=settlement.mid,
                settlement_date=settlement.settlement_date, gross_fen=settlement.gross_fen,
                fee_fen=settlement.fee_fen, net_fen=settlement.net_fen, items=settlement.items,
                payout=settlement.payout, due_ms=settlement.due_ms,
                netted_fen=deductions.netted_fen, withheld_fen=deductions.withheld_fen,
                payout_fee_fen=deductions.fee_fen,
            ),
        )
