"""Payout: each merchant is paid once for each settlement date, or the money stands in suspense.

A pure state machine: it says what to send and is told what the bank answered; it knows no clock
and no bank hours.  An instruction without a definite answer is never sent again.
"""

from __future__ import annotations

from enum import Enum
from heapq import heappop, heappush

from simulator.catalogue.money_reasons import PayoutReason, PostingReason
from simulator.local_time import date_at, time_of_day_ms
from simulator.money import accounts
from simulator.money.clearing import MerchantSettlement
from simulator.money.ledger import Ledger, Posting
from simulator.money.payout_steps import (
    BoundAccount,
    CarriedForward,
    PayInstruction,
    PayoutStep,
    ReleaseFromSuspense,
    Suspension,
)
from simulator.money.payout_terms import (
    INSTANT,
    Charge,
    Deductions,
    PayoutFee,
    PayoutTerms,
    deducted,
)
from simulator.money.statement import COMPENSATION

__all__ = [
    "BoundAccount", "CarriedForward", "PayInstruction", "Payout", "PayoutDesk", "PayoutError",
    "PayoutStep", "ReleaseFromSuspense", "State", "Suspension",
]

# Reasons that a corrected account cures.
ACCOUNT_REASONS = frozenset({
    PayoutReason.NAME_MISMATCH, PayoutReason.CLOSED, PayoutReason.DORMANT, PayoutReason.ABNORMAL,
    PayoutReason.NO_SUCH_ACCOUNT,
})


class PayoutError(Exception):
    """An answer to something that was never sent: a mistake of the program, raised at once."""


class State(str, Enum):
    """Where a payout stands."""

    PLANNED = "planned"  # waits for its due time
    SENT = "sent"  # at the bank, no answer
    QUEUED = "queued"  # refused for now, to be sent again
    SUSPENDED = "suspended"
    POSTED = "posted"  # in the merchant's account
    NOTHING_DUE = "nothing_due"  # a settlement of zero, or carried forward


RESTING = frozenset({State.SUSPENDED, State.POSTED, State.NOTHING_DUE})
# What each answer or act may be applied to; elsewhere it is a PayoutError.
ALLOWED: dict[str, frozenset[State]] = {
    "posted": frozenset({State.SENT}),
    "returned": frozenset({State.SENT}),
    "send": frozenset({State.PLANNED, State.QUEUED}),
    "suspend": frozenset({State.PLANNED, State.QUEUED}),
    "release": frozenset({State.SUSPENDED}),
}


class Payout:
    """One payout under way."""

    __slots__ = (
        "account", "attempt", "disputes", "due_ms", "fee_fen", "gross_fen", "mid", "net_fen", "payout", "reason",
        "state",
    )

    def __init__(self, settlement: MerchantSettlement, net_fen: int) -> None:
        self.payout = settlement.payout
        self.mid = settlement.mid
        self.gross_fen = settlement.gross_fen
        self.fee_fen = settlement.fee_fen
        self.disputes = settlement.disputes
        self.net_fen = net_fen  # what is paid: gross less fee and what else is taken off
        self.due_ms = settlement.due_ms
        self.state = State.PLANNED
        self.attempt = 0
        self.reason: PayoutReason | None = None
        self.account = ""  # ledger account that the last instruction names


class PayoutDesk:
    """The acquirer's payouts.  Every method returns what was booked and what is to be done.

    Money goes payable → in transit → account, back to payable where the bank refuses for now, and
    to suspense where it returns the payout or the name check, a hold or the law stops it.
    """

    __slots__ = (
        "_accounts", "_at_once", "_dates", "_done", "_has_pool", "_holds", "_ledger", "_open", "_owed", "_terms",
        "_uncharged", "_waiting",
    )

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._accounts: dict[str, BoundAccount] = {}
        self._open: dict[str, Payout] = {}
        self._done: dict[str, State] = {}  # posted or nothing due: never again
        self._waiting: list[tuple[int, str]] = []  # heap of (due_ms, payout)
        self._owed: dict[str, int] = {}  # what merchants owe, fen
        self._holds: dict[str, tuple[PayoutReason, ...]] = {}  # by MID: each not lifted, the latest last
        self._terms: dict[str, PayoutTerms] = {}
        self._at_once: dict[str, tuple[str, int]] = {}  # by MID: a day, and the sales paid at once on it
        self._dates: dict[str, str] = {}  # settlement date by name, where the name does not say it
        self._has_pool = False
        self._uncharged: dict[str, tuple[Charge, ...]] = {}  # what a merchant has not paid yet

    # ---- accounts and holds ------------------------------------------------------------------

    def open_account(self, account: BoundAccount, terms: PayoutTerms | None = None) -> None:
        """Bind a merchant's account, and take up its terms."""
        self._accounts[account.mid] = account
        self._terms[account.mid] = terms or PayoutTerms(account.mid)
        self._uncharged[account.mid] = self._terms[account.mid].charges

    def bound_account(self, mid: str) -> BoundAccount:
        """The account that a merchant has bound."""
        return self._accounts[mid]

    def open_pool(self, fen: int) -> Posting:
        """The money that the acquirer advances for what is paid at once; without a pool it has enough."""
        self._has_pool = True
        return self._ledger.post(
            PostingReason.OPENING, accounts.POOL, ((accounts.OUTSIDE, -fen), (accounts.POOL, fen)))

    def refill_pool(self, settlement_date: str) -> list[PayoutStep]:
        """The interbank settlement of a date brings back what was advanced from the pool."""
        lent = self._ledger.balance(accounts.POOL_LENT)
        if not lent:
            return []
        return [self._ledger.post(PostingReason.POOL_BACK, settlement_date, (
            (accounts.POOL_LENT, -lent), (accounts.POOL, lent)))]

    def pays_at_once(self, mid: str, key: str, fen: int, now_ms: int) -> bool:
        """Whether a sale of this sum is paid by itself now: window, limits, pool; changes nothing."""
        terms = self._terms[mid]
        instant = terms.instant
        name, today = INSTANT + key, date_at(now_ms).isoformat()
        if (
            instant is None or mid in self._holds or name in self._open or name in self._done
            or today < terms.first_date or not instant.is_open(time_of_day_ms(now_ms))
        ):
            return False
        day, before_fen = self._at_once.get(mid, ("", 0))
        if self._has_pool and fen > self._ledger.balance(accounts.POOL):
            return False
        return instant.admits(fen, before_fen if day == today else 0)

    def correct_account(self, account: BoundAccount, now_ms: int) -> list[PayoutStep]:
        """Bind another account and release what stood in suspense because of the old one."""
        self._accounts[account.mid] = account
        return self._release_where(account.mid, now_ms, ACCOUNT_REASONS)

    def hold(self, mid: str, reason: PayoutReason) -> list[PayoutStep]:
        """Stop a merchant's payouts (legal_hold, risk …): what is not sent goes to suspense.

        Any number of holds may stop one merchant; each is lifted by itself.
        """
        self._holds[mid] = (*self._holds.get(mid, ()), reason)
        steps: list[PayoutStep] = []
        for payout in self._of(mid, ALLOWED["suspend"]):
            steps += self._suspend(payout, reason)
        return steps

    def is_held(self, mid: str, reason: PayoutReason) -> bool:
        """Whether a hold of this reason stops a merchant's payouts."""
        return reason in self._holds.get(mid, ())

    def release(self, mid: str, now_ms: int) -> list[PayoutStep]:
        """Lift all holds of a merchant and release all it has in suspense; nothing the second time."""
        self._holds.pop(mid, None)
        return self._release_where(mid, now_ms, None)

    def lift(self, mid: str, reason: PayoutReason, now_ms: int) -> list[PayoutStep]:
        """Lift one hold of this reason and, with the last of them, release what it stopped.

        Where a hold for another reason goes on, what is released is stopped by that one when it is due.
        """
        left = list(self._holds.pop(mid, ()))
        if reason in left:
            left.remove(reason)
        if left:
            self._holds[mid] = tuple(left)
        if reason in left:
            return []
        return self._release_where(mid, now_ms, frozenset({reason}))

    def ask_again(self, mid: str, now_ms: int) -> int:
        """Try again now what the bank put off; says how many payouts."""
        queued = self._of(mid, frozenset({State.QUEUED}))
        for payout in queued:
            self._wait(payout, now_ms)
        return len(queued)

    def defer(self, mid: str, until_ms: int) -> int:
        """Put off what a merchant is due and was not sent; says how many payouts."""
        payouts = self._of(mid, ALLOWED["send"])
        for payout in payouts:
            self._wait(payout, max(until_ms, payout.due_ms))
        return len(payouts)

    # ---- the way of a payout -----------------------------------------------------------------

    def plan(self, settlement: MerchantSettlement) -> list[PayoutStep]:
        """Take up a settlement; once for each date and merchant.

        What the merchant owes from before is taken off, and what else its terms say; less than
        nothing is carried on.
        """
        name = settlement.payout
        if name in self._open or name in self._done:
            return []
        mid = settlement.mid
        deductions = self.deductions(settlement)
        steps: list[PayoutStep] = [*self._take_off(name, mid, deductions)]
        if name.startswith(INSTANT):
            steps += self._count_at_once(settlement, deductions.paid_fen)
        if deductions.paid_fen <= 0:
            self._done[name] = State.NOTHING_DUE
            if deductions.owed_fen:
                steps.append(CarriedForward(name, mid, deductions.owed_fen, self._advances(mid)))
            return steps
        payout = Payout(settlement, deductions.paid_fen)
        self._open[name] = payout
        if mid in self._holds:
            return [*steps, *self._suspend(payout, self._holds[mid][-1])]
        self._wait(payout, settlement.due_ms)
        return steps

    def deductions(self, settlement: MerchantSettlement) -> Deductions:
        """What :meth:`plan` would take off now; changes nothing."""
        mid = settlement.mid
        return deducted(
            settlement.net_fen, self._owed.get(mid, 0), self._uncharged.get(mid, ()),
            self._fee_of(settlement),
        )

    @property
    def deadline_ms(self) -> int | None:
        """When :meth:`due` next has something to send."""
        while self._waiting:
            due_ms, name = self._waiting[0]
            payout = self._open.get(name)
            if payout is not None and payout.due_ms == due_ms and payout.state in ALLOWED["send"]:
                return due_ms
            heappop(self._waiting)
        return None

    def due(self, now_ms: int) -> list[PayoutStep]:
        """What is to be sent now; the name check comes first."""
        steps: list[PayoutStep] = []
        while (deadline := self.deadline_ms) is not None and deadline <= now_ms:
            steps += self._send(self._open[heappop(self._waiting)[1]])
        return steps

    def posted(self, name: str) -> list[PayoutStep]:
        """The bank booked it; the same news again changes nothing."""
        if self._done.get(name) is State.POSTED:
            return []
        payout = self._at(name, "posted")
        self._finish(payout)
        return [self._move(PostingReason.PAYOUT_POSTED, payout, accounts.IN_TRANSIT, payout.account)]

    def diverted(self, name: str) -> list[PayoutStep]:
        """An intermediary has it: here it is paid, and what becomes of it is not in these books."""
        if self._done.get(name) is State.POSTED:
            return []
        payout = self._at(name, "posted")
        self._finish(payout)
        return [self._move(PostingReason.DIVERTED, payout, accounts.IN_TRANSIT,
                           accounts.intermediary(payout.mid))]

    def passed_on(self, instruction: PayInstruction) -> Posting:
        """An intermediary pays what it had, or a part of it, into the merchant's own account."""
        entries = (
            (accounts.intermediary(instruction.mid), -instruction.net_fen),
            (accounts.bank_account(instruction.bank, instruction.mid), instruction.net_fen),
        )
        return self._ledger.post(PostingReason.PAYOUT_POSTED, instruction.payout, entries)

    def compensated(self, mid: str, payout: str, fen: int) -> tuple[PayInstruction, Posting]:
        """The acquirer's own money for a payout that came late, into the account that took it."""
        bound = self._accounts[mid]
        posting = self._ledger.post(PostingReason.COMPENSATION, payout, (
            (accounts.COMPENSATION, -fen),
            (accounts.bank_account(bound.bank, bound.number or mid), fen)))
        return PayInstruction(
            f"{COMPENSATION}{payout}", mid, bound.bank, bound.number or mid, bound.holder, fen, 1), posting

    def returned(
        self, name: str, reason: PayoutReason, *, retry_at_ms: int | None = None,
    ) -> list[PayoutStep]:
        """The bank did not book it: to be sent again at a time, or never as it is (suspense)."""
        payout = self._at(name, "returned")
        payable = accounts.payable(payout.mid)
        back = self._move(PostingReason.PAYOUT_RETURNED, payout, accounts.IN_TRANSIT, payable)
        payout.state = State.QUEUED
        payout.reason = reason
        if retry_at_ms is None:
            return [back, *self._suspend(payout, reason)]
        if payout.mid in self._holds:
            return [back, *self._suspend(payout, self._holds[payout.mid][-1])]
        self._wait(payout, retry_at_ms)
        return [back]

    # ---- what is open ------------------------------------------------------------------------

    def state_of(self, name: str) -> State | None:
        """Where a payout stands; ``None`` if it was never planned."""
        payout = self._open.get(name)
        return payout.state if payout is not None else self._done.get(name)

    def pending(self) -> list[Payout]:
        """What is neither posted nor in suspense."""
        return [payout for payout in self._open.values() if payout.state not in RESTING]

    def suspended(self) -> list[Suspension]:
        """What stands in suspense, and why."""
        return [
            Suspension(payout.payout, payout.mid, payout.net_fen, payout.reason)
            for payout in self._open.values()
            if payout.state is State.SUSPENDED and payout.reason is not None
        ]

    def forget_before(self, settlement_date: str) -> None:
        """Drop what is posted or had nothing due of earlier settlement dates."""
        for name in [
            name for name in self._done if self._dates.get(name, name) < settlement_date
        ]:
            del self._done[name]
            self._dates.pop(name, None)

    def owed_fen(self, mid: str) -> int:
        """What a merchant owes, to be taken off its next payout."""
        return self._owed.get(mid, 0)

    # ---- parts -------------------------------------------------------------------------------

    def _fee_of(self, settlement: MerchantSettlement) -> PayoutFee:
        """Terms that pay at once have their fee for that; what comes later costs nothing more."""
        terms = self._terms[settlement.mid]
        if terms.instant is not None and not settlement.payout.startswith(INSTANT):
            return PayoutFee()
        return terms.fee

    def _count_at_once(self, settlement: MerchantSettlement, paid_fen: int) -> list[Posting]:
        """A sale that is paid at once counts for its day, and what is paid comes from the pool."""
        mid, today = settlement.mid, date_at(settlement.due_ms).isoformat()
        day, before_fen = self._at_once.get(mid, ("", 0))
        self._at_once[mid] = today, (before_fen if day == today else 0) + settlement.gross_fen
        self._dates[settlement.payout] = settlement.settlement_date
        if not self._has_pool or paid_fen <= 0:
            return []
        return [self._ledger.post(PostingReason.POOL_LENT, settlement.payout, (
            (accounts.POOL, -paid_fen), (accounts.POOL_LENT, paid_fen)))]

    def _advances(self, mid: str) -> bool:
        return self._terms[mid].advances_refunds

    def _take_off(self, name: str, mid: str, deductions: Deductions) -> list[Posting]:
        """Book what is taken off, and remember what is owed from now on."""
        before, after = self._owed.pop(mid, 0), deductions.owed_fen
        if after:
            self._owed[mid] = after
        payable = accounts.payable(mid)
        postings = []
        if self._advances(mid) and before != after:
            why = PostingReason.ADVANCE if after > before else PostingReason.RECOVER
            postings.append(self._ledger.post(
                why, name, ((accounts.advanced(mid), before - after), (payable, after - before))))
        for charge in deductions.withheld:
            self._uncharged[mid] = _less(self._uncharged[mid], charge)
            postings.append(self._ledger.post(PostingReason.WITHHOLD, name, (
                (payable, -charge.fen), (accounts.charge(charge.name, mid), charge.fen))))
        if deductions.fee_fen:
            postings.append(self._ledger.post(PostingReason.PAYOUT_FEE, name, (
                (payable, -deductions.fee_fen), (accounts.FEE_PAYOUT, deductions.fee_fen))))
        return postings

    def _send(self, payout: Payout) -> list[PayoutStep]:
        mid = payout.mid
        account = self._accounts[mid]
        if mid in self._holds:
            return self._suspend(payout, self._holds[mid][-1])
        if not self._names_agree(account):
            return self._suspend(payout, PayoutReason.NAME_MISMATCH)
        number = account.number or mid
        payout.state = State.SENT
        payout.attempt += 1
        payout.account = accounts.bank_account(account.bank, number)
        return [
            self._move(PostingReason.PAYOUT, payout, accounts.payable(mid), accounts.IN_TRANSIT),
            PayInstruction(
                payout=payout.payout, mid=mid, bank=account.bank, number=number,
                holder=account.holder, net_fen=payout.net_fen, attempt=payout.attempt,
                gross_fen=payout.gross_fen, fee_fen=payout.fee_fen,
                disputes=payout.disputes,
            ),
        ]

    def _names_agree(self, account: BoundAccount) -> bool:
        return account.holder == account.legal_name

    def _finish(self, payout: Payout) -> None:
        del self._open[payout.payout]
        self._done[payout.payout] = State.POSTED

    def _suspend(self, payout: Payout, reason: PayoutReason) -> list[PayoutStep]:
        payable, suspense = accounts.payable(payout.mid), accounts.suspense(payout.mid)
        payout.state = State.SUSPENDED
        payout.reason = reason
        return [
            self._move(PostingReason.SUSPEND, payout, payable, suspense),
            Suspension(payout.payout, payout.mid, payout.net_fen, reason),
        ]

    def _release_where(
        self, mid: str, now_ms: int, reasons: frozenset[PayoutReason] | None,
    ) -> list[PayoutStep]:
        steps: list[PayoutStep] = []
        payable, suspense = accounts.payable(mid), accounts.suspense(mid)
        for payout in self._of(mid, ALLOWED["release"]):
            if reasons is not None and payout.reason not in reasons:
                continue
            reason, payout.reason = payout.reason, None
            payout.state = State.PLANNED
            self._wait(payout, max(now_ms, payout.due_ms))
            steps.append(self._move(PostingReason.RELEASE, payout, suspense, payable))
            steps.append(ReleaseFromSuspense(payout.payout, mid, payout.net_fen, reason))
        return steps

    def _of(self, mid: str, states: frozenset[State]) -> list[Payout]:
        return [
            payout for payout in self._open.values()
            if payout.mid == mid and payout.state in states
        ]

    def _at(self, name: str, act: str) -> Payout:
        payout = self._open.get(name)
        if payout is None or payout.state not in ALLOWED[act]:
            state = "unknown" if payout is None else payout.state.value
            raise PayoutError(f"payout {name} is {state}: it cannot be {act}")
        return payout

    def _wait(self, payout: Payout, due_ms: int) -> None:
        payout.due_ms = due_ms
        heappush(self._waiting, (due_ms, payout.payout))

    def _move(self, why: PostingReason, payout: Payout, source: str, target: str) -> Posting:
        entries = ((source, -payout.net_fen), (target, payout.net_fen))
        return self._ledger.post(why, payout.payout, entries)


def _less(charges: tuple[Charge, ...], paid: Charge) -> tuple[Charge, ...]:
    """What of some charges is left when a part of one is paid."""
    left = (
        Charge(each.name, each.fen - paid.fen) if each.name == paid.name else each
        for each in charges
    )
    return tuple(each for each in left if each.fen)
