"""However a sale is taken apart, its fees come to the fee of what remains, and no fen more comes back."""

from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from simulator.money.calendar import WorkingDays
from simulator.money.clearing import Clearing, MerchantTerms
from simulator.money.fees import FeeRule
from simulator.money.ledger import Ledger
from simulator.money.remains import Remains

MID, KEY = "898310000000001", "10000001/000001/000001"
CAPPED = FeeRule(60, cap_fen=2000)


def cleared(parts, *, terms, day_of=lambda _number: 0, sale_fen=500_000):
    """Clear a sale and parts of it that go back, each with a number of a day; the fee of each item."""
    clearing = Clearing(Ledger(), WorkingDays())
    clearing.open_merchant(terms)
    clearing.capture("sale", MID, KEY, "sale", sale_fen, settlement_date=day(0), channel="bank.a")
    clearing.settle_batch("10000001", 1, day(0))
    fees, batch = [], 1
    for number, (what, fen) in enumerate(parts):
        batch += 1
        key = KEY if what == "reversal" else f"10000001/{batch:06}/{number:06}"
        clearing.capture(
            f"{number}", MID, key, what, fen, settlement_date=day(day_of(number)), channel="bank.a",
            of="" if what == "reversal" else KEY, undoes="sale" if what == "reversal" else "")
        clearing.settle_batch("10000001", batch, day(day_of(number)))
    for date in range(max((day_of(number) for number in range(len(parts))), default=0) + 1):
        fees += [item.fee_fen for item in clearing.cut_over(day(date)).items]
    return fees


def day(number):
    return f"2026-{1 + number // 28:02}-{1 + number % 28:02}"


def test_two_half_refunds_of_a_capped_sale_give_its_fee_back_once():
    refunds = [("refund", -250_000)] * 2
    assert cleared(refunds, terms=MerchantTerms(MID, CAPPED)) == [2000, -500, -1500]
    assert cleared(refunds, terms=MerchantTerms(MID, CAPPED, fee_on_refund="kept")) == [2000, 0, 0]


def test_a_refund_on_a_later_date_counts_with_those_before_it():
    refunds = [("refund", -250_000)] * 2
    fees = cleared(refunds, terms=MerchantTerms(MID, CAPPED), day_of=lambda number: 5 + 20 * number)
    assert fees == [2000, -500, -1500]


def test_a_void_or_a_reversal_gives_the_fee_back_also_where_refunds_do_not():
    for fee_on_refund in ("given_back", "kept"):
        terms = MerchantTerms(MID, CAPPED, fee_on_refund=fee_on_refund)
        for what in ("void", "reversal"):
            assert cleared([(what, -500_000)], terms=terms) == [2000, -2000]


def test_a_void_that_is_itself_reversed_costs_the_fee_again():
    clearing = Clearing(Ledger(), WorkingDays())
    clearing.open_merchant(MerchantTerms(MID, CAPPED))
    void = "10000001/000001/000002"
    for name, key, what, fen, of, undoes in (
        ("a", KEY, "sale", 500_000, "", ""), ("b", void, "void", -500_000, KEY, ""),
        ("c", void, "reversal", 500_000, KEY, "void"),
    ):
        clearing.capture(name, MID, key, what, fen, settlement_date=day(0), channel="bank.a",
                         of=of, undoes=undoes)
    clearing.settle_batch("10000001", 1, day(0))
    assert [item.fee_fen for item in clearing.cut_over(day(0)).items] == [2000, -2000, 2000]


def test_a_refund_that_is_undone_moves_no_fee_where_refunds_do_not():
    for fee_on_refund, fees in (("given_back", [2000, -500, 500]), ("kept", [2000, 0, 0])):
        clearing = Clearing(Ledger(), WorkingDays())
        clearing.open_merchant(MerchantTerms(MID, CAPPED, fee_on_refund=fee_on_refund))
        refund = "10000001/000001/000002"
        for name, key, what, fen, of, undoes in (
            ("a", KEY, "sale", 500_000, "", ""), ("b", refund, "refund", -250_000, KEY, ""),
            ("c", refund, "reversal", 250_000, KEY, "refund"),
        ):
            clearing.capture(name, MID, key, what, fen, settlement_date=day(0), channel="bank.a",
                             of=of, undoes=undoes)
        clearing.settle_batch("10000001", 1, day(0))
        assert [item.fee_fen for item in clearing.cut_over(day(0)).items] == fees


def test_a_refund_that_is_cleared_before_its_sale_counts_when_the_sale_is():
    clearing = Clearing(Ledger(), WorkingDays())
    clearing.open_merchant(MerchantTerms(MID, CAPPED))
    clearing.capture("a", MID, KEY, "sale", 500_000, settlement_date=day(0), channel="bank.a")
    clearing.capture("b", MID, "10000002/000001/000001", "refund", -250_000, settlement_date=day(0),
                     channel="bank.a", of=KEY)
    clearing.settle_batch("10000002", 1, day(0))
    assert [item.fee_fen for item in clearing.cut_over(day(0)).items] == [0]
    clearing.settle_batch("10000001", 1, day(1))
    assert [item.fee_fen for item in clearing.cut_over(day(1)).items] == [1500]  # of 2,500.00


rules = st.builds(
    FeeRule, st.integers(0, 1000), st.sampled_from([0, 1, 20, 2000]), st.sampled_from([0, 1, 30]),
    st.sampled_from([0, 1, 100]))


@given(rules, st.lists(st.integers(1, 3000), min_size=1, max_size=30), st.integers(0, 5000))
def test_fees_come_to_that_of_what_remains_however_it_is_split(rule, slices, rest):
    sale_fen = sum(slices) + rest
    fees = cleared(
        [("refund", -fen) for fen in slices], terms=MerchantTerms(MID, rule), sale_fen=sale_fen)
    assert sum(fees) == rule.fee_fen(rest)
    assert all(fee <= 0 for fee in fees[1:])
    assert all(0 <= so_far <= fees[0] for so_far in accumulate(fees))


def test_a_thousand_slices_of_a_fen_leave_nothing_and_are_never_below_nothing():
    fees = cleared([("refund", -1)] * 1000, terms=MerchantTerms(MID, FeeRule(60, minimum_fen=4)), sale_fen=1000)
    assert fees[0] == 6
    assert sum(fees) == 0
    assert min(accumulate(fees)) == 0


def test_what_is_long_quiet_is_forgotten_by_whole_batches():
    remains = Remains(remember_days=3)
    remains.take(KEY, 100)
    remains.end_day()
    remains.end_day()
    assert remains.move(KEY, -10) == (100, 90)  # and remembered for three days more
    remains.end_day()
    remains.end_day()
    assert len(remains) == 1
    remains.end_day()
    assert len(remains) == 0
    assert remains.move(KEY, -10) == (0, 0)  # of what is forgotten no fee comes back


def test_what_went_back_before_its_sale_came_is_not_forgotten():
    remains = Remains(remember_days=3)
    remains.move(KEY, -40)
    for _ in range(10):
        remains.end_day()
    assert remains.take(KEY, 100) == (0, 60)


def test_a_number_that_is_used_again_begins_anew():
    remains = Remains()
    remains.take(KEY, 100)
    assert remains.take(KEY, 70) == (0, 70)
