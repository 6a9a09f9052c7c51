"""What the host holds back at a settlement is neither cleared nor forgotten."""

from simulator.money.calendar import WorkingDays
from simulator.money.clearing import Clearing, MerchantTerms
from simulator.money.ledger import Ledger

MID = "898310000000001"


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
