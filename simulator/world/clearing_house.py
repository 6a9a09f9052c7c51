"""Clearing and payout as an actor: books captures, cuts over each day, pays, tells the merchant.

The rules are those of ``simulator.money``; this gives them their time, their banks and a trace.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any, Protocol

import msgspec
import simpy

from simulator.chance import purpose_number, uniform
from simulator.faults.points import Action, Anchor, Point, Verb
from simulator.judge.trace import (
    BatchCounted,
    ItemCleared,
    MerchantSettled,
    PayoutPosted,
    PayoutReturned,
    PayoutSent,
    Posted,
    Released,
    Suspended,
    key_of,
)
from simulator.local_time import DAY_MS, MINUTE_MS, date_at, midnight_ms, time_of_day_ms
from simulator.machines.acquirer_events import AcquirerEvent, Capture, CutOverReached, SettleBatch
from simulator.money.clearing import ClearedItem, Clearing, MerchantSettlement
from simulator.money.issuer import IssuerBooks
from simulator.money.ledger import Posting
from simulator.money.merchant_bank import AccountStatus, MerchantBank
from simulator.money.notice import arrived, queued, suspended
from simulator.money.payout import PayoutDesk
from simulator.money.payout_steps import (
    BoundAccount,
    CarriedForward,
    PayInstruction,
    PayoutStep,
    ReleaseFromSuspense,
    Suspension,
)
from simulator.world.kernel import Call, call_at, call_in, now_ms
from simulator.world.link import HOST, Faults
from simulator.world.notices import Notices
from simulator.world.recorder import Recorder
from simulator.world.scenario_parts import Bank
from simulator.world.spread import STEPS, log_normal

ACTOR = "clearing"


class Host(Protocol):
    """The acquirer, which must know the settlement date."""

    def give(self, event: AcquirerEvent) -> None:
        """Take an event."""


class PayeeBank(msgspec.Struct):
    """A merchant's bank as clearing sees it."""

    bank: Bank
    delays: tuple[int, ...]
    books: MerchantBank


class ClearingHouse:
    """Books of one acquirer over the days."""

    __slots__ = (
        "_banks", "_cut_over_ms", "_delay_key", "_env", "_faults", "_host", "_issuers",
        "_notices", "_recorder", "_seed", "clearing", "payouts",
    )

    def __init__(
        self, env: simpy.Environment, recorder: Recorder, faults: Faults, seed: int,
        clearing: Clearing, payouts: PayoutDesk, cut_over_ms: int,
    ) -> None:
        self._env = env
        self._recorder = recorder
        self._faults = faults
        self._seed = seed
        self._cut_over_ms = cut_over_ms
        self._delay_key = purpose_number("payout.delay")
        self._banks: dict[str, PayeeBank] = {}
        self._issuers: dict[str, IssuerBooks] = {}
        self._notices = Notices(env, recorder, faults)
        self._host: Host
        self.clearing = clearing
        self.payouts = payouts

    def connect(self, host: Host, issuers: dict[str, IssuerBooks]) -> None:
        """Say who is told of the cut-over, and whose operations are done with it."""
        self._host = host
        self._issuers = issuers

    def add_bank(self, bank: Bank) -> None:
        """Take up a bank that merchants are paid through."""
        delays = log_normal(bank.latency.median_ms, bank.latency.p95_ms)
        self._banks[bank.name] = PayeeBank(bank, delays, MerchantBank(bank.name))

    def replace_books(self, replaced: Callable[[str, Any], Any]) -> None:
        """Use what ``replaced(name, books)`` gives in the place of each of the books.

        The issuers' books are replaced where they are kept; see ``connect``.
        """
        self.clearing = replaced("clearing", self.clearing)
        self.payouts = replaced("payouts", self.payouts)
        for name, bank in self._banks.items():
            bank.books = replaced(f"merchant bank {name}", bank.books)

    def open_account(self, account: BoundAccount, status: AccountStatus) -> None:
        """Open a merchant's account at its bank, and bind it or somebody else's."""
        books = self._banks[account.bank].books
        books.open_account(account.mid, account.legal_name, status)
        if account.number:
            books.open_account(account.number, account.holder)
        self.payouts.open_account(account)

    def start(self) -> None:
        """Schedule the first cut-over."""
        self._schedule_cut_over()

    def business_day(self) -> str:
        """The settlement date of what happens now, as an ISO date."""
        now = now_ms(self._env)
        day = date_at(now)
        if time_of_day_ms(now) >= self._cut_over_ms:
            day += timedelta(days=1)
        return day.isoformat()

    # ---- what the acquirer books -------------------------------------------------------------

    def capture(self, effect: Capture) -> None:
        """Book an item, once for each posting."""
        key = effect.key
        posting = self.clearing.capture(
            effect.posting, effect.mid, key_of(key.tid, key.batch, key.stan), effect.kind.value,
            effect.amount_fen, settlement_date=effect.settlement_date, channel=effect.channel,
        )
        if posting is not None:
            self._post(HOST, posting)

    def settle_batch(self, effect: SettleBatch) -> None:
        """A batch may be cleared."""
        held = [key_of(key.tid, key.batch, key.stan) for key in effect.held]
        self.clearing.settle_batch(effect.tid, effect.batch, effect.settlement_date, held)
        self._recorder.emit(
            BatchCounted(
                now_ms(self._env), HOST, tid=effect.tid, batch=effect.batch,
                debit_fen=effect.debit_fen, debit_count=effect.debit_count,
                credit_fen=effect.credit_fen, credit_count=effect.credit_count,
                result=effect.result, closed=True,
            ),
        )

    # ---- cut-over ----------------------------------------------------------------------------

    def _schedule_cut_over(self) -> None:
        now = now_ms(self._env)
        today_ms = midnight_ms(date_at(now)) + self._cut_over_ms
        call_at(self._env, today_ms if today_ms > now else today_ms + DAY_MS, self._cuts_over)

    def _cuts_over(self, _call: Call) -> None:
        day = date_at(now_ms(self._env))
        self._host.give(CutOverReached((day + timedelta(days=1)).isoformat()))
        result = self.clearing.cut_over(day.isoformat())
        for item in result.items:
            self._item(item)
        for settlement in result.settlements:
            self._settlement(settlement)
        for posting in result.postings:
            self._post(ACTOR, posting)
        for settlement in result.settlements:
            self._carry(self.payouts.plan(settlement))
        for books in self._issuers.values():
            books.end_day()
        self.arm()
        self._schedule_cut_over()

    def _item(self, item: ClearedItem) -> None:
        self._recorder.emit(
            ItemCleared(
                now_ms(self._env), ACTOR, key=item.key, what=item.what, mid=item.mid,
                amount_fen=item.amount_fen, fee_fen=item.fee_fen,
                settlement_date=item.settlement_date,
            ),
        )
        books = self._issuers.get(item.channel)
        if books is not None:
            books.settle(item.key)

    def _settlement(self, settlement: MerchantSettlement) -> None:
        self._recorder.emit(
            MerchantSettled(
                now_ms(self._env), ACTOR, mid=settlement.mid,
                settlement_date=settlement.settlement_date, gross_fen=settlement.gross_fen,
                fee_fen=settlement.fee_fen, net_fen=settlement.net_fen, items=settlement.items,
                payout=settlement.payout, due_ms=settlement.due_ms,
            ),
        )

    # ---- payout ------------------------------------------------------------------------------

    def arm(self) -> None:
        """Come back when the next payout is due."""
        deadline = self.payouts.deadline_ms
        if deadline is not None:
            call_at(self._env, deadline, self._payouts_due)

    def _payouts_due(self, _call: Call) -> None:
        deadline = self.payouts.deadline_ms
        if deadline is not None and deadline <= now_ms(self._env):
            self._carry(self.payouts.due(now_ms(self._env)))
            self.arm()

    def _carry(self, steps: list[PayoutStep]) -> None:
        now = now_ms(self._env)
        for step in steps:
            if isinstance(step, Posting):
                self._post(ACTOR, step)
            elif isinstance(step, PayInstruction):
                self._instruct(step)
            elif isinstance(step, Suspension):
                self._recorder.emit(
                    Suspended(now, ACTOR, mid=step.mid, payout=step.payout, net_fen=step.net_fen,
                              reason=step.reason),
                )
            elif isinstance(step, ReleaseFromSuspense):
                self._recorder.emit(
                    Released(now, ACTOR, mid=step.mid, payout=step.payout, net_fen=step.net_fen),
                )
            elif isinstance(step, CarriedForward):
                self._recorder.emit(
                    Suspended(now, ACTOR, mid=step.mid, payout=step.payout,
                              net_fen=-step.owed_fen, reason="carried_forward"),
                )

    def _instruct(self, step: PayInstruction) -> None:
        self._recorder.emit(
            PayoutSent(now_ms(self._env), ACTOR, payout=step.payout, mid=step.mid, bank=step.bank,
                       net_fen=step.net_fen, attempt=step.attempt),
        )
        draw = uniform(self._seed, self._delay_key, purpose_number(step.payout), step.attempt)
        delays = self._banks[step.bank].delays
        call_in(self._env, delays[int(draw * STEPS)], self._bank_takes, step)

    def instruct_again(self, step: PayInstruction) -> None:
        """An instruction was on its way when a former process died: the bank has it now."""
        call_in(self._env, 0, self._bank_takes, step)

    def _bank_takes(self, call: Call) -> None:
        step: PayInstruction = call.arg
        bank = self._banks[step.bank].bank
        now = now_ms(self._env)
        if self._faults.busy[Point.PAYOUT]:
            action = self._faults.decide(
                Anchor(Point.PAYOUT, step.mid, what=step.payout.partition("/")[0],
                       attempt=step.attempt, bank=step.bank), now)
            if action is not None:
                self._takes_faulty(step, action)
                return
        opens_ms = _opens_ms(bank, now)
        if opens_ms > now:
            self._returned(step, "outside_hours", opens_ms)
        else:
            self._bank_decides(call)

    def _takes_faulty(self, step: PayInstruction, action: Action) -> None:
        if action.verb is Verb.RETURN:
            self._returned(step, action.code, None)
        elif action.verb is Verb.QUEUE:
            again_ms = now_ms(self._env) + max(action.ms, MINUTE_MS)
            self._returned(step, action.code or "maintenance", again_ms)
        else:
            call_in(self._env, action.ms, self._bank_decides, step)

    def _bank_decides(self, call: Call) -> None:
        step: PayInstruction = call.arg
        now = now_ms(self._env)
        answer = self._banks[step.bank].books.take(step, now)
        if not answer.posted:
            self._returned(step, answer.reason, None)
            return
        for posting in self.payouts.posted(step.payout):
            assert isinstance(posting, Posting)
            self._post(step.bank, posting)
        self._recorder.emit(
            PayoutPosted(now, step.bank, payout=step.payout, mid=step.mid, net_fen=step.net_fen),
        )
        balance_fen = answer.line.balance_fen if answer.line else step.net_fen
        self._notices.tell(
            step.bank, step.mid, arrived(step.number, step.net_fen, balance_fen, now))

    def _returned(self, step: PayInstruction, reason: str, retry_at_ms: int | None) -> None:
        self._recorder.emit(
            PayoutReturned(now_ms(self._env), step.bank, payout=step.payout, mid=step.mid,
                           reason=reason, retry=retry_at_ms is not None),
        )
        self._carry(self.payouts.returned(step.payout, reason, retry_at_ms=retry_at_ms))
        text = queued(step.net_fen, reason) if retry_at_ms is not None else suspended(
            step.number, step.net_fen, reason)
        self._notices.tell(step.bank, step.mid, text)
        self.arm()

    # ---- remedies ----------------------------------------------------------------------------

    def set_account_status(self, bank: str, number: str, status: AccountStatus) -> None:
        """Freeze, close or reopen a merchant's account."""
        self._banks[bank].books.set_status(number, status)

    def release(self, mid: str) -> None:
        """Pay what stands in suspense for a merchant."""
        self._carry(self.payouts.release(mid, now_ms(self._env)))
        self.arm()

    def hold(self, mid: str, reason: str) -> None:
        """Stop a merchant's payouts."""
        self._carry(self.payouts.hold(mid, reason))

    def correct_account(self, account: BoundAccount) -> None:
        """Bind another account, and pay what the old one stopped."""
        self._carry(self.payouts.correct_account(account, now_ms(self._env)))
        self.arm()

    def _post(self, actor: str, posting: Posting) -> None:
        self._recorder.emit(
            Posted(now_ms(self._env), actor, why=posting.why, key=posting.key,
                   entries=posting.entries),
        )


def _opens_ms(bank: Bank, now: int) -> int:
    """When a bank next takes payouts: now, or the next opening."""
    time_of_day = time_of_day_ms(now)
    if bank.payout_from_ms <= time_of_day < bank.payout_until_ms:
        return now
    opening = now - time_of_day + bank.payout_from_ms
    return opening if time_of_day < bank.payout_from_ms else opening + DAY_MS
