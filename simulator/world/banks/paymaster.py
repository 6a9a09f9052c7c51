"""Payouts as an actor: sends what is due, hears the bank, holds in suspense, tells the merchant.

When something is due and what a return means is the payout desk's business
(``simulator.money.payout``); this gives it banks, their hours, and a trace.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import msgspec
import simpy

from simulator.catalogue.money_reasons import PayoutReason
from simulator.chance import purpose_number, uniform
from simulator.defect import Build, as_it_is
from simulator.faults.points import Anchor, Point, Verb
from simulator.faults.schedule import Strike
from simulator.local_time import DAY_MS, MINUTE_MS, time_of_day_ms
from simulator.money import accounts
from simulator.money.clearing import MerchantSettlement
from simulator.money.ledger import Posting
from simulator.money.merchant_bank import AccountStatus, MerchantBank
from simulator.money.notice import MadeOf, arrived, compensated, queued, suspended
from simulator.money.payout import PayoutDesk
from simulator.money.payout_steps import (
    BoundAccount,
    CarriedForward,
    PayInstruction,
    PayoutStep,
    ReleaseFromSuspense,
    Suspension,
)
from simulator.money.payout_terms import INSTANT, PayoutTerms
from simulator.money.statement import StatementLine
from simulator.scenario.parts.banks import Bank
from simulator.trace import records
from simulator.trace.recorder import Recorder
from simulator.trace.records import (
    PayoutDiverted,
    PayoutPosted,
    PayoutReturned,
    PayoutSent,
    Posted,
    Released,
    Suspended,
)
from simulator.world.network.link import Faults
from simulator.world.people.notices import Notices
from simulator.world.time.kernel import Call, call_at, call_in, now_ms
from simulator.world.time.spread import STEPS, log_normal

ACTOR = "clearing"
KEPT_PERCENT = 10  # of what passes through its hands, by an intermediary that keeps some
PASSED_ON_TRIES = 7


class PayeeBank(msgspec.Struct):
    """A merchant's bank as clearing sees it."""

    bank: Bank
    delays: tuple[int, ...]
    books: MerchantBank


class Paymaster:
    """Pays merchants through their banks."""

    __slots__ = (
        "_banks", "_books_of", "_delay_key", "_env", "_faults", "_recorder", "_seed", "notices", "on_release", "papers",
        "passing", "payouts",
    )

    def __init__(
        self, env: simpy.Environment, recorder: Recorder, faults: Faults, seed: int,
        payouts: PayoutDesk, build: Build = as_it_is,
    ) -> None:
        self._env = env
        self._recorder = recorder
        self._faults = faults
        self._seed = seed
        self._delay_key = purpose_number("payout.delay")
        self._banks: dict[str, PayeeBank] = {}
        self.notices = build(Notices)(env, recorder, faults)
        self._books_of = build(MerchantBank)
        self.payouts = payouts
        self.papers: dict[str, str] = {}  # by MID: the document without which nothing is released
        self.on_release: Callable[[str], None] | None = None  # told the MID, before what it has is let go
        self.passing = 0  # payouts that an intermediary has and will pass on

    def add_bank(self, bank: Bank) -> None:
        """Take up a bank that merchants are paid through."""
        delays = log_normal(bank.latency.median_ms, bank.latency.p95_ms)
        self._banks[bank.name] = PayeeBank(bank, delays, self._books_of(bank.name))

    def open_account(
        self, account: BoundAccount, status: AccountStatus, terms: PayoutTerms | None = None,
    ) -> None:
        """Open a merchant's account at its bank, and bind it or somebody else's."""
        books = self._banks[account.bank].books
        books.open_account(account.mid, account.legal_name, status)
        if account.number:
            books.open_account(account.number, account.holder)
        self.payouts.open_account(account, terms)

    def replace_books(self, replaced: Callable[[str, Any], Any]) -> None:
        """Use what ``replaced(name, books)`` gives in the place of desk and banks' books."""
        self.payouts = replaced("payouts", self.payouts)
        for name, bank in self._banks.items():
            bank.books = replaced(f"merchant bank {name}", bank.books)

    def plan(self, settlements: Iterable[MerchantSettlement]) -> None:
        """Take up what merchants are owed for a day."""
        for settlement in settlements:
            self._carry(self.payouts.plan(settlement))

    def open_pool(self, fen: int) -> None:
        """The acquirer's money for payouts at once."""
        self._post(ACTOR, self.payouts.open_pool(fen))

    def refill_pool(self, settlement_date: str) -> None:
        """What was advanced from the pool is back."""
        self._carry(self.payouts.refill_pool(settlement_date))

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
                    records.CarriedForward(
                        now, ACTOR, mid=step.mid, payout=step.payout, owed_fen=step.owed_fen,
                        advanced=step.advanced),
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
            strike = self._faults.decide(
                _anchor(step), now)
            if strike is not None:
                self._faults.struck(strike)
                PAYOUT_VERBS[strike.verb](self, step, strike)
                return
        opens_ms = _opens_ms(bank, now)
        if opens_ms > now:
            self._returned(step, PayoutReason.OUTSIDE_HOURS, opens_ms)
        else:
            self._bank_decides(call)

    def _returns(self, step: PayInstruction, strike: Strike) -> None:
        self._returned(step, PayoutReason.of(strike.code), None)

    def _queues(self, step: PayInstruction, strike: Strike) -> None:
        again_ms = now_ms(self._env) + max(strike.ms, MINUTE_MS)
        self._returned(step, PayoutReason.MAINTENANCE, again_ms)

    def _diverts(self, step: PayInstruction, strike: Strike) -> None:
        """The acquirer pays, and not the merchant (二清)."""
        for posting in self.payouts.diverted(step.payout):
            assert isinstance(posting, Posting)
            self._post(ACTOR, posting)
        self._recorder.emit(PayoutDiverted(
            now_ms(self._env), ACTOR, payout=step.payout, mid=step.mid, net_fen=step.net_fen,
            account=accounts.intermediary(step.mid)))
        if strike.code == "never":
            return
        self.passing += 1
        kept_fen = step.net_fen * KEPT_PERCENT // 100 if strike.code == "short" else 0
        passed = msgspec.structs.replace(step, net_fen=step.net_fen - kept_fen)
        call_in(self._env, max(strike.ms, MINUTE_MS), self._passes_on, (passed, PASSED_ON_TRIES))

    def _passes_on(self, call: Call) -> None:
        """An intermediary pays; where the account does not take it, it tries again for some days."""
        step, tries = call.arg
        answer = self._banks[step.bank].books.take(
            msgspec.structs.replace(step, attempt=step.attempt + PASSED_ON_TRIES - tries + 1),
            now_ms(self._env))
        if answer.reason is not None:
            if tries > 1:
                call_in(self._env, DAY_MS, self._passes_on, (step, tries - 1))
            else:
                self.passing -= 1
            return
        self.passing -= 1
        self._post(step.bank, self.payouts.passed_on(step))
        self._booked(step, answer.line)

    def _bank_decides(self, call: Call) -> None:
        step: PayInstruction = call.arg
        now = now_ms(self._env)
        answer = self._banks[step.bank].books.take(step, now)
        if answer.reason is not None:
            self._returned(step, answer.reason, None)
            return
        for posting in self.payouts.posted(step.payout):
            assert isinstance(posting, Posting)
            self._post(step.bank, posting)
        self._booked(step, answer.line)

    def _booked(self, step: PayInstruction, entered: StatementLine | None) -> None:
        now = now_ms(self._env)
        self._recorder.emit(
            PayoutPosted(now, step.bank, payout=step.payout, mid=step.mid, net_fen=step.net_fen),
        )
        balance_fen = entered.balance_fen if entered else step.net_fen
        self.notices.tell(
            step.bank, step.mid, arrived(
                step.number, step.net_fen, balance_fen, now, _made_of(step),
                at_once=step.payout.startswith(INSTANT)))

    def compensate(self, mid: str, payout: str, fen: int) -> None:
        """Pay the acquirer's own money for a payout that came late, where that has just come."""
        step, posting = self.payouts.compensated(mid, payout, fen)
        self._post(ACTOR, posting)
        answer = self._banks[step.bank].books.take(step, now_ms(self._env))
        balance_fen = answer.line.balance_fen if answer.line else fen
        self.notices.tell(
            ACTOR, mid, compensated(step.number, fen, balance_fen, now_ms(self._env)))

    def _returned(self, step: PayInstruction, reason: PayoutReason, retry_at_ms: int | None) -> None:
        self._recorder.emit(
            PayoutReturned(now_ms(self._env), step.bank, payout=step.payout, mid=step.mid,
                           reason=reason, retry=retry_at_ms is not None),
        )
        self._carry(self.payouts.returned(step.payout, reason, retry_at_ms=retry_at_ms))
        told = _made_of(step)
        text = queued(step.net_fen, reason, told) if retry_at_ms is not None else suspended(
            step.number, step.net_fen, reason, told)
        self.notices.tell(step.bank, step.mid, text)
        self.arm()

    # ---- remedies ----------------------------------------------------------------------------

    def statement(self, bank: str, number: str) -> tuple[StatementLine, ...]:
        """The lines of a merchant's account."""
        return self._banks[bank].books.statement(number)

    def account_status(self, bank: str, number: str) -> AccountStatus:
        """What state a merchant's account is in."""
        return self._banks[bank].books.status_of(number)

    def set_account_status(self, bank: str, number: str, status: AccountStatus) -> None:
        """Freeze, close or reopen a merchant's account."""
        self._banks[bank].books.set_status(number, status)

    def hold(self, mid: str, reason: PayoutReason) -> None:
        """Stop what a merchant is due until it is released."""
        self._carry(self.payouts.hold(mid, reason))

    def lift(self, mid: str, reason: PayoutReason) -> None:
        """Pay what was held for this reason, and hold no more."""
        self._carry(self.payouts.lift(mid, reason, now_ms(self._env)))
        self.arm()

    def release(self, mid: str) -> None:
        """Pay what stands in suspense for a merchant; not before its papers are complete."""
        if mid in self.papers:
            return
        if self.on_release is not None:
            self.on_release(mid)
        self._carry(self.payouts.release(mid, now_ms(self._env)))
        self.arm()

    def ask_again(self, mid: str) -> None:
        """The bank is asked to take what it put off."""
        self.payouts.ask_again(mid, now_ms(self._env))
        self.arm()

    def correct_account(self, account: BoundAccount) -> None:
        """Bind another account, and pay what the old one stopped."""
        self._carry(self.payouts.correct_account(account, now_ms(self._env)))
        self.arm()

    def _post(self, actor: str, posting: Posting) -> None:
        self._recorder.emit(posted(now_ms(self._env), actor, posting))


def _anchor(step: PayInstruction) -> Anchor:
    """A payout is named by its settlement date, one of a single sale by the sale's numbers."""
    what, _, key = step.payout.partition("/")
    batch, stan = map(int, key.split("/")[-2:]) if what + "/" == INSTANT else (0, 0)
    return Anchor(Point.PAYOUT, step.mid, batch, stan, what, step.attempt - 1, bank=step.bank)


def posted(at_ms: int, actor: str, posting: Posting) -> Posted:
    """A posting as the trace holds it."""
    return Posted(at_ms, actor, why=posting.why, key=posting.key, entries=posting.entries)


PAYOUT_VERBS: dict[Verb, Callable[[Paymaster, PayInstruction, Strike], None]] = {
    Verb.RETURN: Paymaster._returns,  # noqa: SLF001
    Verb.QUEUE: Paymaster._queues,  # noqa: SLF001
    Verb.DIVERT: Paymaster._diverts,  # noqa: SLF001
}


def _made_of(step: PayInstruction) -> MadeOf | None:
    """None of what was sent by a process of an older version."""
    return MadeOf(step.gross_fen, step.fee_fen, step.disputes) if step.gross_fen else None


def _opens_ms(bank: Bank, now: int) -> int:
    """When a bank next takes payouts: now, or the next opening."""
    time_of_day = time_of_day_ms(now)
    if bank.payout_from_ms <= time_of_day < bank.payout_until_ms:
        return now
    opening = now - time_of_day + bank.payout_from_ms
    return opening if time_of_day < bank.payout_from_ms else opening + DAY_MS
