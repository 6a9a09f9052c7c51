"""Whatever happens in whatever order, no fen is made or lost, and all of it comes to rest.

Sales are debited, captured, repeated, reversed late or early; batches are settled late; the bank
queues, returns, freezes.  Afterwards faults end, everything is asked once more, and each captured
sale stands in the merchant's account, less a fee computed here with decimals.
"""

from datetime import date
from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from simulator.defect import wrong_class
from simulator.local_time import midnight_ms
from simulator.money import accounts
from simulator.money.calendar import WorkingDays
from simulator.money.clearing import Clearing, MerchantTerms
from simulator.money.defects import DEFECTS
from simulator.money.fees import FeeRule
from simulator.money.issuer import APPROVED, IssuerBooks
from simulator.money.ledger import Ledger
from simulator.money.merchant_bank import AccountStatus, MerchantBank
from simulator.money.payout import PayoutDesk
from simulator.money.payout_steps import BoundAccount, PayInstruction

MID, TID, CARD, BANK = "898310000000001", "10000001", "622000******0120", "bank.a"
ACCOUNT = BoundAccount(MID, BANK, "店", "店")
RATE = Decimal("0.0038")
DAY_MS = 86_400_000
OPENING = 1_000_000


def exact_fee(fen):
    """Of what remains of a sale."""
    return int((Decimal(max(fen, 0)) * RATE).quantize(Decimal(1), rounding=ROUND_HALF_UP))


class Books(RuleBasedStateMachine):
    wrong = Ledger  # the class that a defect replaces
    built = Ledger

    def make(self, right, *args):
        return (self.built if self.wrong is right else right)(*args)

    def __init__(self):
        super().__init__()
        self.ledger = self.make(Ledger)
        self.issuer = self.make(IssuerBooks, BANK, self.ledger)
        self.issuer.open_card(CARD, OPENING)
        self.clearing = self.make(Clearing, self.ledger, WorkingDays())
        self.clearing.open_merchant(MerchantTerms(MID, FeeRule(38)))
        self.desk = self.make(PayoutDesk, self.ledger)
        self.desk.open_account(ACCOUNT)
        self.bank = MerchantBank(BANK)
        self.bank.open_account(MID, "店")
        self.day, self.stan, self.batch = 0, 0, 1
        self.now_ms = midnight_ms(date(2026, 1, 1))
        self.at_bank = []
        self.approved = {}  # key -> fen: debited, outcome not known to the terminal
        self.captured = []  # signed fen, once for each item
        self.remains = {}  # key of a sale -> fen: cleared, less what went back
        self.fees = 0
        self.sold = {}  # key -> fen: captured, may be reversed or refunded
        self.gone = []  # keys that were reversed

    @property
    def today(self):
        return f"2026-{1 + self.day // 28:02}-{1 + self.day % 28:02}"

    def capture(self, key, what, fen, of=""):
        name = f"{key} {what}"
        posting = self.clearing.capture(
            name, MID, key, what, fen, settlement_date=self.today, channel=BANK, of=of,
            card_kind="debit")
        assert posting is not None
        self.captured.append(fen)
        assert self.clearing.capture(
            name, MID, key, what, fen, settlement_date=self.today, channel=BANK, of=of,
            card_kind="debit") is None

    def new_key(self):
        self.stan += 1
        return f"{TID}/{self.batch:06}/{self.stan:06}"

    def carry(self, steps):
        self.at_bank += [step for step in steps if isinstance(step, PayInstruction)]

    # ---- at the counter

    @rule(fen=st.integers(1, 400_000), again=st.booleans())
    def debit(self, fen, again):
        key = self.new_key()
        before = self.ledger.balance(accounts.cardholder(BANK, CARD))
        answer = self.issuer.debit(key, CARD, fen)
        assert (answer.response_code == APPROVED) == (fen <= before)
        if again:
            assert self.issuer.debit(key, CARD, fen).response_code == answer.response_code
        if answer.response_code == APPROVED:
            self.approved[key] = fen
        taken = before - self.ledger.balance(accounts.cardholder(BANK, CARD))
        assert taken == self.approved.get(key, 0)

    @rule(fen=st.integers(1, 5000))
    def reversal_overtakes(self, fen):
        key = self.new_key()
        self.issuer.reverse(key)
        assert self.issuer.debit(key, CARD, fen).response_code != APPROVED

    @precondition(lambda self: self.approved)
    @rule()
    def reply_arrives(self):
        key, fen = self.approved.popitem()
        self.capture(key, "sale", fen)
        self.sold[key] = fen

    @precondition(lambda self: self.approved)
    @rule()
    def reply_is_lost(self):
        key, _ = self.approved.popitem()
        self.issuer.reverse(key)
        self.gone.append(key)

    @precondition(lambda self: self.sold)
    @rule(how=st.sampled_from(["refund", "reversal"]))
    def undo(self, how):
        key, fen = self.sold.popitem()
        if how == "reversal":
            self.issuer.reverse(key)
            self.gone.append(key)
            self.capture(key, "reversal", -fen)
        else:
            other = self.new_key()
            assert self.issuer.credit(other, CARD, fen, key).response_code == APPROVED
            self.capture(other, "refund", -fen, key)

    @precondition(lambda self: self.gone)
    @rule()
    def late_copies_of_what_was_reversed(self):
        key = self.gone[-1]
        assert not self.issuer.reverse(key).postings
        assert not self.issuer.debit(key, CARD, 1).postings

    @rule()
    def settle(self):
        self.clearing.settle_batch(TID, self.batch, self.today)
        self.batch += 1

    @rule(fen=st.integers(1, 50_000))
    def quiet_day(self, fen):
        self.debit(fen, again=False)
        if self.approved:
            self.reply_arrives()
        self.settle()
        self.cut_over()
        self.time_passes(4)

    # ---- overnight

    @rule()
    def cut_over(self):
        result = self.clearing.cut_over(self.today)
        assert self.clearing.cut_over(self.today).settlements == ()
        before = sum(map(exact_fee, self.remains.values()))
        for item in result.items:
            sale = item.of or item.key
            self.remains[sale] = self.remains.get(sale, 0) + item.amount_fen
        for settlement in result.settlements:
            self.fees += settlement.fee_fen
            assert settlement.fee_fen == sum(map(exact_fee, self.remains.values())) - before
            assert settlement.gross_fen == settlement.net_fen + settlement.fee_fen
            self.carry(self.desk.plan(settlement))
            assert self.desk.plan(settlement) == []
        self.day += 1

    @rule(days=st.integers(1, 4))
    def time_passes(self, days):
        self.now_ms += days * DAY_MS
        self.carry(self.desk.due(self.now_ms))

    @precondition(lambda self: self.at_bank)
    @rule(window=st.booleans())
    def bank_decides(self, window):
        instruction = self.at_bank.pop(0)
        if window:
            self.carry(self.desk.returned(
                instruction.payout, "maintenance", retry_at_ms=self.now_ms + 1))
            return
        answer = self.bank.take(instruction, self.now_ms)
        if answer.posted:
            self.carry(self.desk.posted(instruction.payout))
            assert self.desk.posted(instruction.payout) == []
        else:
            self.carry(self.desk.returned(instruction.payout, answer.reason))

    @rule(status=st.sampled_from(AccountStatus))
    def account_changes(self, status):
        self.bank.set_status(MID, status)

    @rule()
    def held_by_law(self):
        self.carry(self.desk.hold(MID, "legal_hold"))

    @rule()
    def released(self):
        self.carry(self.desk.release(MID, self.now_ms))

    # ---- what holds

    @invariant()
    def no_fen_is_made_or_lost(self):
        assert self.ledger.total() == 0

    @invariant()
    def suspense_is_what_stands_there_with_a_reason(self):
        standing = self.desk.suspended()
        assert all(step.reason for step in standing)
        total = sum(step.net_fen for step in standing)
        assert self.ledger.balance(accounts.suspense(MID)) == total

    @invariant()
    def the_bank_booked_each_payout_once(self):
        payouts = [line.payout for line in self.bank.statement(MID)]
        assert len(payouts) == len(set(payouts))
        booked = sum(line.amount_fen for line in self.bank.statement(MID))
        assert self.ledger.balance(accounts.bank_account(BANK, MID)) == booked

    def teardown(self):
        while self.approved:
            self.issuer.reverse(self.approved.popitem()[0])
        for batch in range(1, self.batch + 1):
            self.clearing.settle_batch(TID, batch, self.today)
        self.cut_over()
        self.bank.set_status(MID, AccountStatus.NORMAL)
        self.released()
        self.now_ms = 1_900_000_000_000
        for _ in range(3):  # refused for now, returned, released
            self.carry(self.desk.due(self.now_ms))
            while self.at_bank:
                self.bank_decides(window=False)
            self.released()
            self.now_ms += 1
        self.no_fen_is_made_or_lost()
        self.the_bank_booked_each_payout_once()
        assert self.desk.pending() == []
        assert self.desk.suspended() == []
        owed = self.desk.owed_fen(MID)
        left = accounts.unsettled(self.ledger.balances())
        assert left == ([(accounts.payable(MID), -owed)] if owed else [])
        assert self.fees == sum(map(exact_fee, self.remains.values()))
        net = sum(self.captured) - self.fees
        assert self.ledger.balance(accounts.bank_account(BANK, MID)) == net + owed
        gross = sum(self.captured)
        assert self.ledger.balance(accounts.cardholder(BANK, CARD)) == OPENING - gross


TestBooks = Books.TestCase
TestBooks.settings = settings(max_examples=120, stateful_step_count=40)


# Whole worlds show all others, in tests/world/test_every_defect_is_caught.py: here nobody is disputed,
# all cards are alike, and the name check has nothing to stop.
FOUND = [DEFECTS[name] for name in (
    "ledger.one_legged", "ledger.books_no_fee", "issuer.no_duplicate_check", "issuer.forgets_early_reversal",
    "issuer.reverses_on_paper", "issuer.overdraws", "clearing.loses_late_items", "clearing.loses_refunds",
    "fee.rounds_each_batch", "fee.kept_of_voids", "payout.twice_after_window", "payout.drops_returns",
)]


PARTS = (Ledger, IssuerBooks, Clearing, PayoutDesk)


@pytest.mark.parametrize("defect", FOUND, ids=[defect.name for defect in FOUND])
def test_the_same_search_finds_books_built_wrong(defect):
    class Wrong(Books):
        wrong = next(part for part in PARTS if defect.is_of(part))
        built = wrong_class(wrong, defect.replacements())

    search = settings(
        max_examples=300, stateful_step_count=40, database=None,
        phases=[Phase.generate], derandomize=True, report_multiple_bugs=False,
    )
    with pytest.raises(AssertionError):
        run_state_machine_as_test(Wrong, settings=search)
