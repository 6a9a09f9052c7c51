"""Books that were rebuilt from the log of their steps are the books that there were."""

from __future__ import annotations

from typing import get_type_hints

import pytest

from hil.files.one_owner import StateError
from hil.host.step_log import STEPS, Steps
from hil.host.store import HostStore
from simulator.catalogue.dispute_reasons import DisputeReason
from simulator.catalogue.disputes import DisputeAct, DisputeStage
from simulator.money import accounts
from simulator.money.calendar import WorkingDays
from simulator.money.clearing import Clearing, MerchantTerms
from simulator.money.disputes import DisputeDesk, Opening, Terms
from simulator.money.issuer import CardStatus, IssuerBooks
from simulator.money.ledger import Ledger
from simulator.money.limits import NO_LIMIT, Limit
from simulator.money.merchant_bank import AccountStatus, MerchantBank
from simulator.money.payout import BoundAccount, PayInstruction, PayoutDesk
from simulator.money.payout_terms import InstantTerms, PayoutFee, PayoutTerms
from simulator.money.shown import Proof, Shown

MID = "898310000000001"
REF = "622000******0120"
WAITS = Terms((("answer_within", 100), ("chargeback_within", 200), ("representment_within", 300),
               ("second_chargeback_within", 400)))
ACCOUNT = BoundAccount(MID, "bank.a", "某某商店", "某某商店")


class Books:
    """One acquirer's books, each behind the log."""

    def __init__(self, path, terms=None, pool_fen=0, limit=NO_LIMIT) -> None:
        self.store = HostStore(path, dict)
        self.ledger = Ledger()
        steps = Steps(self.store.add_fact, lambda: 5)
        self.steps = steps
        self.issuer = steps.logged("issuer.bank.a", IssuerBooks("bank.a", self.ledger, limit=limit))
        self.clearing = steps.logged("clearing", Clearing(self.ledger, WorkingDays()))
        self.payouts = steps.logged("payouts", PayoutDesk(self.ledger))
        self.bank = steps.logged("merchant bank.a", MerchantBank("bank.a"))
        self.disputes = steps.logged("disputes", DisputeDesk(WAITS))
        self.issuer.open_card(REF, 100_000)
        self.clearing.open_merchant(MerchantTerms(MID))
        self.payouts.open_account(ACCOUNT, terms)
        if pool_fen:
            self.payouts.open_pool(pool_fen)
        self.bank.open_account(MID, "某某商店")
        self.replayed = steps.take_again(list(self.store.facts()))

    def sell(self, stan, amount_fen=10_000):
        key = f"10000001/000001/{stan:06}"
        assert self.issuer.debit(key, "622000******0120", amount_fen).response_code == "00"
        self.clearing.capture(f"{key} sale", MID, key, "sale", amount_fen,
                              settlement_date="2026-01-29", channel="bank.a")

    def settle(self):
        self.clearing.settle_batch("10000001", 1, "2026-01-29")
        cut = self.clearing.cut_over("2026-01-29")
        for item in cut.items:
            self.issuer.settle(item.key)
        self.issuer.end_day()
        for settlement in cut.settlements:
            self.payouts.plan(settlement)

    def pay(self):
        (sent,) = [step for step in self.payouts.due(self.payouts.deadline_ms)
                   if isinstance(step, PayInstruction)]
        return sent

    def close(self):
        self.store.commit()
        self.store.close()


def reopened(books, path):
    books.close()
    return Books(path)


def test_a_host_may_be_restarted_after_every_step_of_the_way_of_the_money(tmp_path):
    straight = Books(tmp_path / "straight.sqlite")
    broken = Books(tmp_path / "broken.sqlite")
    acts = [
        lambda books: books.sell(1),
        lambda books: books.sell(2, 2_500),
        lambda books: books.issuer.reverse("10000001/000001/000002"),
        lambda books: books.issuer.set_status("622000******0120", CardStatus.FROZEN),
        lambda books: books.settle(),
        lambda books: books.bank.set_status(MID, AccountStatus.FROZEN),
        lambda books: books.payouts.returned(books.pay().payout, "frozen"),
        lambda books: books.payouts.release(MID, 9),
        lambda books: books.payouts.correct_account(ACCOUNT, 9),
        lambda books: books.bank.set_status(MID, AccountStatus.NORMAL),
        lambda books: books.bank.take(books.pay(), 77),
        lambda books: books.payouts.posted(books.steps.on_their_way()[0].payout),
    ]
    for number, act in enumerate(acts):
        act(straight)
        act(broken)
        broken = reopened(broken, tmp_path / "broken.sqlite")
        assert broken.replayed > number
        assert broken.ledger.balances() == straight.ledger.balances()
        assert broken.steps.on_their_way() == straight.steps.on_their_way()
        assert broken.payouts.deadline_ms == straight.payouts.deadline_ms
    assert straight.bank.statement(MID)
    assert broken.bank.statement(MID) == straight.bank.statement(MID)
    straight.close()
    broken.close()


def test_a_payout_at_once_is_made_once_though_the_host_is_restarted_after_every_step(tmp_path):
    """99.40 - 0.50 are sent, returned by a bank that is closed, sent again and booked; the pool is full again."""
    terms = PayoutTerms(
        MID, PayoutFee(plus_fen=50), instant=InstantTerms(day_limit_fen=15_000))

    def opened(path):
        return Books(path, terms, pool_fen=20_000)

    def at_once(books, stan, amount_fen):
        books.sell(stan, amount_fen)
        key = f"10000001/000001/{stan:06}"
        if not books.payouts.pays_at_once(MID, key, amount_fen, 9):
            return
        for settlement in books.clearing.clear_at_once(f"{key} sale", key, 9).settlements:
            books.payouts.plan(settlement)

    def answered(books, posted):
        [sent] = books.steps.on_their_way()
        if posted:
            books.bank.take(sent, 77)
            books.payouts.posted(sent.payout)
        else:
            books.payouts.returned(sent.payout, "outside_hours", retry_at_ms=20)

    straight = opened(tmp_path / "straight.sqlite")
    broken = opened(tmp_path / "broken.sqlite")
    acts = [
        lambda books: at_once(books, 1, 10_000),
        lambda books: books.pay(),
        lambda books: answered(books, posted=False),
        lambda books: books.pay(),
        lambda books: answered(books, posted=True),
        lambda books: at_once(books, 2, 6_000),  # over the limit of the day
        lambda books: at_once(books, 3, 5_000),
        lambda books: books.settle(),
        lambda books: books.payouts.refill_pool("2026-01-29"),
        lambda books: books.pay(),
        lambda books: answered(books, posted=True),
    ]
    for act in acts:
        act(straight)
        act(broken)
        broken.close()
        broken = opened(tmp_path / "broken.sqlite")
        assert broken.ledger.balances() == straight.ledger.balances()
        assert broken.steps.on_their_way() == straight.steps.on_their_way()
        assert broken.payouts.deadline_ms == straight.payouts.deadline_ms
        assert not broken.payouts.pays_at_once(MID, "10000001/000001/000001", 10_000, 9)
    assert [line.amount_fen for line in broken.bank.statement(MID)] == [9_890, 4_920]
    assert straight.ledger.balance(accounts.POOL) == 20_000
    assert straight.ledger.balance(accounts.POOL_LENT) == 0
    straight.close()
    broken.close()


def test_a_case_goes_on_where_it_was_though_the_host_is_restarted_after_every_act(tmp_path):
    """Asked for at 0, answered at 50, charged back at 60: its term of 300 is over after 360."""
    path, key = tmp_path / "host.sqlite", "10000001/000001/000001"
    opening = Opening("D1", MID, key, "bank.a", REF, 9_000, DisputeReason.FRAUD)
    second = Opening("D2", MID, key, "bank.a", REF, 9_000, DisputeReason.FRAUD)
    stages = []
    acts = [
        lambda desk: desk.captured(key, 10_000) or [],
        lambda desk: desk.open(opening, DisputeAct.REQUEST, 0),
        lambda desk: desk.act("D1", DisputeAct.EVIDENCE, 50),
        lambda desk: desk.act("D1", DisputeAct.CHARGEBACK, 60),
        lambda desk: desk.due(360),
        lambda desk: desk.due(361),
        lambda desk: desk.act("D1", DisputeAct.REPRESENTMENT, 370),
        lambda desk: desk.open(second, DisputeAct.CHARGEBACK, 380),
    ]
    books = Books(path)
    for act in acts:
        stages += [getattr(step, "stage", step.amount_fen) for step in act(books.disputes)]
        books = reopened(books, path)
    assert stages == [
        DisputeStage.REQUESTED, DisputeStage.ANSWERED, DisputeStage.CHARGED_BACK, 9_000,
        DisputeStage.LOST, 9_000, DisputeStage.LATE,
        DisputeStage.CHARGED_BACK, 1_000,  # all that the first case left of the sale
    ]
    assert (books.disputes.acts_done("D1"), books.disputes.acts_done("D2")) == (4, 1)
    assert books.disputes.deadline_ms == 681
    books.close()


def test_what_a_card_spent_counts_against_its_limits_over_a_restart(tmp_path):
    """100.00 a day and four times: 60.00 pass, 50.00 more do not, until 30.00 of them are taken back."""
    path, limit = tmp_path / "host.sqlite", Limit(day_fen=10_000, times_a_day=4)
    codes = []
    for key, fen in (("a", 3_000), ("b", 3_000), ("c", 5_000), ("back", 0), ("d", 5_000), ("e", 1_500),
                     ("f", 300), ("g", 100)):
        books = Books(path, limit=limit)
        if key == "back":
            books.issuer.reverse("a")
        else:
            codes.append(books.issuer.debit(key, REF, fen).response_code)
        books.close()
    assert codes == ["00", "00", "61", "00", "00", "00", "65"]


@pytest.mark.parametrize("ask", ["debit", "balance"])
def test_wrong_pins_are_counted_over_a_restart_and_none_of_them_is_written_down(tmp_path, ask):
    path = tmp_path / "host.sqlite"
    books = Books(path)
    codes = []
    for number in range(4):
        wrong = Shown(pin=Proof.WRONG)
        answer = (
            books.issuer.balance(REF, wrong) if ask == "balance"
            else books.issuer.debit(f"k{number}", REF, 100, "", wrong))
        codes.append(answer.response_code)
        books = reopened(books, path)
    assert codes == ["55", "55", "55", "75"]
    books.issuer.end_day()
    books = reopened(books, path)
    assert books.issuer.debit("right", REF, 100, "", Shown(pin=Proof.RIGHT)).response_code == "00"
    books.close()


def test_an_instruction_that_no_bank_answered_is_known_after_a_restart(tmp_path):
    books = Books(tmp_path / "host.sqlite")
    books.sell(1)
    books.settle()
    sent = books.pay()
    books = reopened(books, tmp_path / "host.sqlite")
    assert books.steps.on_their_way() == [sent]
    books.close()


def test_a_state_of_another_scenario_is_refused(tmp_path):
    books = Books(tmp_path / "host.sqlite")
    books.sell(1)
    books.close()
    store = HostStore(tmp_path / "host.sqlite", dict)
    with pytest.raises(StateError, match=r"issuer\.bank\.a.*give the scenario"):
        Steps(store.add_fact, lambda: 0).take_again(list(store.facts()))
    store.close()


@pytest.mark.parametrize(("kind", "method"), [
    (kind, method) for kind, methods in STEPS.items() for method in methods
])
def test_every_step_exists_and_says_what_it_takes(kind, method):
    """So that a step that is renamed cannot silently drop out of the log."""
    assert get_type_hints(getattr(kind, method))


@pytest.mark.parametrize("kind", STEPS)
def test_what_is_no_step_only_opens_or_only_tells(kind):
    """A new public method must be put into the table, or named here as one that changes nothing
    after the world was built."""
    known = {
        IssuerBooks: {"open_card", "open_pool", "state_of", "remembered", "auth_code",
                      "spendable_fen"},
        Clearing: {"open_merchant", "open_items", "ready", "due_ms", "pending_fen"},
        DisputeDesk: {"acts_done", "can_answer", "is_closed", "knows", "deadline_ms", "key_of", "open_cases"},
        PayoutDesk: {"open_account", "deadline_ms", "state_of", "pending", "suspended", "owed_fen",
                     "deductions", "open_pool", "pays_at_once", "bound_account", "is_held"},
        MerchantBank: {"open_account", "statement", "status_of"},
    }[kind]
    public = {name for name in vars(kind) if not name.startswith("_")} - set(kind.__slots__)
    assert public - set(STEPS[kind]) == known


