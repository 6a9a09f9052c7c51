"""Books that were rebuilt from the log of their steps are the books that there were."""

from __future__ import annotations

from typing import get_type_hints

import pytest

from hil.files.one_owner import StateError
from hil.host.step_log import STEPS, Steps
from hil.host.store import HostStore
from simulator.money import accounts
from simulator.money.calendar import WorkingDays
from simulator.money.clearing import Clearing, MerchantTerms
from simulator.money.issuer import CardStatus, IssuerBooks
from simulator.money.ledger import Ledger
from simulator.money.merchant_bank import AccountStatus, MerchantBank
from simulator.money.payout import BoundAccount, PayInstruction, PayoutDesk
from simulator.money.payout_terms import InstantTerms, PayoutFee, PayoutTerms
from simulator.money.shown import Proof, Shown

MID = "898310000000001"
REF = "622000******0120"
ACCOUNT = BoundAccount(MID, "bank.a", "某某商店", "某某商店")


class Books:
    """One acquirer's books, each behind the log."""

    def __init__(self, path, terms=None, pool_fen=0) -> None:
        self.store = HostStore(path, dict)
        self.ledger = Ledger()
        steps = Steps(self.store.add_fact, lambda: 5)
        self.steps = steps
        self.issuer = steps.logged("issuer.bank.a", IssuerBooks("bank.a", self.ledger))
        self.clearing = steps.logged("clearing", Clearing(self.ledger, WorkingDays()))
        self.payouts = steps.logged("payouts", PayoutDesk(self.ledger))
        self.bank = steps.logged("merchant bank.a", MerchantBank("bank.a"))
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
        IssuerBooks: {"open_card", "open_pool", "state_of", "remembered", "auth_code"},
        Clearing: {"open_merchant", "open_items", "ready", "due_ms", "pending_fen"},
        PayoutDesk: {"open_account", "deadline_ms", "state_of", "pending", "suspended", "owed_fen",
                     "deductions", "open_pool", "pays_at_once", "bound_account"},
        MerchantBank: {"open_account", "statement", "status_of"},
    }[kind]
    public = {name for name in vars(kind) if not name.startswith("_")} - set(kind.__slots__)
    assert public - set(STEPS[kind]) == known


