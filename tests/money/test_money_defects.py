"""Each of the books built wrong does what its row says, where the right one does not."""

import pytest
from test_clearing import A, run_flow
from test_payout import DUE, P1, WRONG, Desk, PayInstruction

from simulator.defect import wrong_class
from simulator.money import accounts
from simulator.money.calendar import WorkingDays
from simulator.money.clearing import Clearing, MerchantTerms
from simulator.money.defects import DEFECTS
from simulator.money.issuer import IssuerBooks
from simulator.money.ledger import Ledger
from simulator.money.payout import PayoutDesk, State


def cleared(built=Clearing, ledger_built=Ledger, flow="c 1/1 6800 0, c 1/2 6800 0, s 1 0, x 0"):
    ledger = ledger_built()
    clearing = built(ledger, WorkingDays())
    clearing.open_merchant(MerchantTerms(A))
    return ledger, run_flow(clearing, flow)[-1]


def money_is_created(built):
    ledger, _ = cleared(ledger_built=built)
    return ledger.total() != 0


def issuer(built):
    ledger = Ledger()
    books = built("bank.a", ledger)
    books.open_card("r", 1000)
    return ledger, books


def repeated_debit_is_booked_twice(built):
    ledger, books = issuer(built)
    books.debit("k", "r", 100)
    assert books.debit("k", "r", 100).response_code == "00"
    return ledger.balance(accounts.due("bank.a")) != 100


def debit_after_its_reversal_is_booked(built):
    ledger, books = issuer(built)
    books.reverse("k")
    books.debit("k", "r", 100)
    return ledger.balance(accounts.due("bank.a")) != 0


def reversed_debit_stays(built):
    ledger, books = issuer(built)
    books.debit("k", "r", 100)
    books.reverse("k")
    return ledger.balance(accounts.due("bank.a")) != 0


def item_from_before_cut_over_is_lost(built):
    _, result = cleared(built, flow="c 1/1 100 0, c 1/2 70 1, s 1 1, x 1")
    return [item.amount_fen for item in result.items] != [100, 70]


def batch_fee_is_not_the_sum(built):
    _, result = cleared(built)
    return result.settlements[0].fee_fen != sum(item.fee_fen for item in result.items)


def paid_twice_after_a_window(built):
    desk = Desk(built=built)
    desk.settle(P1, 500)
    desk.desk.due(DUE)
    desk.desk.returned(P1, "maintenance", retry_at_ms=2000)
    for step in desk.desk.due(2000):
        if isinstance(step, PayInstruction):
            desk.desk.posted(step.payout)
    return desk.sums()[3] != 500


def mismatch_is_sent(built):
    desk = Desk(WRONG, built)
    desk.settle(P1, 500)
    desk.desk.due(DUE)
    return desk.desk.state_of(P1) is State.SENT


def returned_money_is_not_in_suspense(built):
    desk = Desk(built=built)
    desk.settle(P1, 500)
    desk.desk.due(DUE)
    desk.desk.returned(P1, "frozen")
    return desk.sums()[2] != 500


SYMPTOMS = {
    "ledger.one_legged": (Ledger, money_is_created),
    "issuer.no_duplicate_check": (IssuerBooks, repeated_debit_is_booked_twice),
    "issuer.forgets_early_reversal": (IssuerBooks, debit_after_its_reversal_is_booked),
    "issuer.reverses_on_paper": (IssuerBooks, reversed_debit_stays),
    "clearing.loses_late_items": (Clearing, item_from_before_cut_over_is_lost),
    "fee.rounds_each_batch": (Clearing, batch_fee_is_not_the_sum),
    "payout.twice_after_window": (PayoutDesk, paid_twice_after_a_window),
    "payout.no_name_check": (PayoutDesk, mismatch_is_sent),
    "payout.drops_returns": (PayoutDesk, returned_money_is_not_in_suspense),
}


def test_every_symptom_is_of_a_defect_and_each_has_a_name_of_its_own():
    """All others are shown by a whole world, see tests/world/test_every_defect_is_caught.py."""
    assert set(SYMPTOMS) <= set(DEFECTS)
    assert all(name == defect.name for name, defect in DEFECTS.items())


@pytest.mark.parametrize("name", SYMPTOMS)
def test_the_defect_shows_and_the_right_one_does_not(name):
    right, symptom = SYMPTOMS[name]
    defect = DEFECTS[name]
    built = wrong_class(right, defect.replacements())
    assert defect.is_of(right)
    assert symptom(built)
    assert not symptom(right)
    assert defect.caught_by
