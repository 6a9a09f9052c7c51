"""What the host holds back at a settlement is neither cleared nor forgotten."""

from simulator.money.calendar import WorkingDays
from simulator.money.clearing import Clearing, MerchantTerms
from simulator.money.ledger import Ledger

MID = "898310000000001"


def test_what_is_captured_under_a_held_key_waits_with_it_and_goes_with_it():
    clearing = Clearing(Ledger(), WorkingDays())
    clearing.open_merchant(MerchantTerms(MID))
    key = "10000001/000001/000001"
    clearing.capture(f"{key} sale", MID, key, "sale", 6_800, settlement_date="2026-01-29",
                     channel="bank.a")
    assert clearing.settle_batch("10000001", 1, "2026-01-29", [key]) == 0
    clearing.capture(f"{key} reversal", MID, key, "reversal", -6_800,
                     settlement_date="2026-01-30", channel="bank.a")
    assert clearing.cut_over("2026-01-29").items == ()
    assert clearing.cut_over("2026-01-30").items == ()
    assert clearing.release_held(key, "2026-01-31") == 2
    assert clearing.release_held(key, "2026-01-31") == 0
    (settlement,) = clearing.cut_over("2026-01-31").settlements
    assert (settlement.gross_fen, settlement.items) == (0, 2)
    assert clearing.open_items() == []


def test_a_held_item_is_not_paid_and_stays_open():
    clearing = Clearing(Ledger(), WorkingDays())
    clearing.open_merchant(MerchantTerms(MID))
    for stan in (1, 2):
        key = f"10000001/000001/{stan:06}"
        clearing.capture(f"{key} sale", MID, key, "sale", 6_800, settlement_date="2026-01-29",
                         channel="bank.a")
    settled = clearing.settle_batch("10000001", 1, "2026-01-29", ["10000001/000001/000002"])
    cut_over = clearing.cut_over("2026-01-29")
    assert settled == 1
    assert [item.key for item in cut_over.items] == ["10000001/000001/000001"]
    assert [item.key for item in clearing.open_items()] == ["10000001/000001/000002"]
