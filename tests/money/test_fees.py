"""Fees against exact decimal arithmetic."""

from decimal import ROUND_HALF_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.money.fees import CATEGORY, FeeRule, FeeShares

# (basis points, cap, minimum, amount, fee), worked out by hand.
VECTORS = [
    (60, 0, 0, 0, 0),
    (60, 0, 0, 1, 0),
    (60, 0, 0, 83, 0),  # 0.498
    (60, 0, 0, 84, 1),  # 0.504
    (60, 0, 0, 250, 2),  # 1.5 is rounded up
    (60, 0, 0, -250, -2),  # and as much comes back
    (60, 0, 0, 249, 1),  # 1.494
    (60, 0, 0, 6800, 41),  # 40.8
    (60, 0, 0, 100_000, 600),
    (60, 2000, 0, 100_000_000, 2000),
    (60, 2000, 0, -100_000_000, -2000),
    (60, 2000, 0, 333_333, 2000),  # 1999.998
    (60, 2000, 0, 333_200, 1999),  # 1999.2
    (60, 0, 10, 100, 10),
    (60, 0, 10, 3, 3),  # never more than the item
    (60, 5, 10, 100, 5),  # where they disagree the cap decides
    (50, 0, 0, 100, 1),  # 0.5
    (300, 0, 0, 50, 2),  # 1.5
    (300, 0, 0, 49, 1),  # 1.47
    (0, 0, 0, 100_000, 0),
    (10_000, 0, 0, 123, 123),
]


@pytest.mark.parametrize(("basis_points", "cap", "minimum", "amount", "fee"), VECTORS)
def test_fee_of_an_item(basis_points, cap, minimum, amount, fee):
    rule = FeeRule(basis_points, cap, minimum)
    assert rule.fee_fen(amount) == fee
    assert rule.net_fen(amount) + rule.fee_fen(amount) == amount


def decimal_fee(rule, amount):
    exact = Decimal(abs(amount)) * Decimal(rule.basis_points) / Decimal(10_000)
    fee = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    fee = max(fee, Decimal(rule.minimum_fen))
    if rule.cap_fen:
        fee = min(fee, Decimal(rule.cap_fen))
    fee = min(fee, Decimal(abs(amount)))
    return int(fee.copy_sign(Decimal(amount)))


rules = st.builds(
    FeeRule, st.integers(0, 10_000), st.one_of(st.just(0), st.integers(1, 10_000)),
    st.integers(0, 50),
)


@given(rules, st.integers(-10**12, 10**12))
def test_fee_equals_exact_decimal_arithmetic(rule, amount):
    assert rule.fee_fen(amount) == decimal_fee(rule, amount)


@given(rules, st.integers(1, 10**12))
def test_a_sale_and_its_whole_refund_cost_nothing(rule, amount):
    assert rule.fee_fen(amount) + rule.fee_fen(-amount) == 0
    assert 0 <= rule.fee_fen(amount) <= amount


@given(st.integers(-10**9, 10**9), st.integers(0, 100), st.integers(0, 100))
def test_shares_always_add_up_and_have_the_sign_of_the_fee(fee, issuer, scheme):
    shares = FeeShares(issuer, min(scheme, 100 - issuer))
    parts = shares.split(fee)
    assert sum(parts) == fee
    assert all(part * fee >= 0 for part in parts)


def test_categories_lie_in_the_span_that_the_guides_name():
    assert CATEGORY["standard"].rule == FeeRule(60)
    assert {category.rule.basis_points for category in CATEGORY.values()} == {50, 60, 300}
