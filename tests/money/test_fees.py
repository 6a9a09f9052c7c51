"""Fees and shares against exact arithmetic of fractions, written apart."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from math import floor

import pytest
from hypothesis import given
from hypothesis import strategies as st

from simulator.money.fees import FeeRule
from simulator.money.shares import USUAL, ShareRule, Shares, ShareTable

# (basis points, cap, minimum, plus, what remains, fee), worked out by hand.
VECTORS = [
    (60, 0, 0, 0, 0, 0),
    (60, 0, 0, 0, 1, 0),
    (60, 0, 0, 0, 83, 0),  # 0.498
    (60, 0, 0, 0, 84, 1),  # 0.504
    (60, 0, 0, 0, 250, 2),  # 1.5 is rounded up
    (60, 0, 0, 0, -250, 0),  # more has gone than has come: there is nothing to take a fee of
    (60, 0, 0, 0, 249, 1),  # 1.494
    (60, 0, 0, 0, 6800, 41),  # 40.8
    (60, 0, 0, 0, 100_000, 600),
    (60, 2000, 0, 0, 100_000_000, 2000),
    (60, 2000, 0, 0, 333_333, 2000),  # 1999.998
    (60, 2000, 0, 0, 333_200, 1999),  # 1999.2
    (60, 0, 10, 0, 100, 10),
    (60, 0, 10, 0, 3, 3),  # never more than what remains
    (60, 0, 10, 0, 0, 0),  # of nothing, no minimum
    (60, 5, 10, 0, 100, 5),  # where they disagree the cap decides
    (60, 0, 0, 100, 6800, 141),  # 41 and one yuan
    (60, 35, 0, 100, 6800, 135),  # the cap is the rate's
    (60, 0, 50, 100, 6800, 150),
    (60, 0, 0, 100, 60, 60),
    (0, 0, 0, 100, 6800, 100),
    (50, 0, 0, 0, 100, 1),  # 0.5
    (300, 0, 0, 0, 50, 2),  # 1.5
    (300, 0, 0, 0, 49, 1),  # 1.47
    (0, 0, 0, 0, 100_000, 0),
    (10_000, 0, 0, 0, 123, 123),
]


@pytest.mark.parametrize(("basis_points", "cap", "minimum", "plus", "remains", "fee"), VECTORS)
def test_fee_of_what_remains(basis_points, cap, minimum, plus, remains, fee):
    assert FeeRule(basis_points, cap, minimum, plus).fee_fen(remains) == fee


def exact_fee(rule, fen):
    """The same, with decimals."""
    if fen <= 0:
        return 0
    exact = Decimal(fen) * Decimal(rule.basis_points) / Decimal(10_000)
    fee = exact.quantize(Decimal(1), rounding=ROUND_HALF_UP)
    fee = max(fee, Decimal(rule.minimum_fen))
    if rule.cap_fen:
        fee = min(fee, Decimal(rule.cap_fen))
    return int(min(fee + rule.plus_fen, Decimal(fen)))


rules = st.builds(
    FeeRule, st.integers(0, 10_000), st.one_of(st.just(0), st.integers(1, 10_000)),
    st.integers(0, 50), st.integers(0, 300),
)


@given(rules, st.integers(-10**12, 10**12))
def test_fee_equals_exact_decimal_arithmetic(rule, fen):
    assert rule.fee_fen(fen) == exact_fee(rule, fen)


@given(rules, st.integers(0, 10**7), st.integers(0, 10**4))
def test_more_never_costs_less(rule, fen, more):
    assert 0 <= rule.fee_fen(fen) <= rule.fee_fen(fen + more) <= fen + more


def half_up(exact):
    return floor(exact + Fraction(1, 2))


def exact_shares(rule, fen):
    """(issuer, network) of what remains: the issuer pays its side of the network."""
    fen = max(fen, 0)
    issuer = half_up(Fraction(fen * rule.issuer_per_million, 10**6))
    if rule.issuer_cap_fen:
        issuer = min(issuer, rule.issuer_cap_fen)
    side = half_up(Fraction(fen * rule.network_per_million, 10**6))
    if rule.network_cap_fen:
        side = min(side, rule.network_cap_fen)
    return Shares(issuer - side, 2 * side)


share_rules = st.builds(
    ShareRule, st.integers(0, 20_000), st.integers(0, 2000), st.integers(0, 1000), st.integers(0, 500))


@given(share_rules, st.integers(-10**10, 10**10))
def test_shares_equal_exact_arithmetic_of_fractions(rule, fen):
    assert rule.of(fen) == exact_shares(rule, fen)


# By hand from 发改价格〔2016〕557号: (kind, fen, issuer less its side of the network, network of both sides).
PRESENT = [
    ("debit", 100_000, 350 - 33, 66),  # 0.35 % = 3.50; 0.0325 % = 0.325, so 0.33 a side
    ("debit", 1_000_000, 1300 - 325, 650),  # 35.00 capped 13.00; 3.25 a side
    ("debit", 371_428, 1300 - 121, 242),  # 1299.998; 120.7141
    ("debit", 2_000_000, 1300 - 325, 650),  # 6.50 a side, capped 3.25
    ("credit", 100_000, 450 - 33, 66),
    ("credit", 2_000_000, 9000 - 325, 650),  # 0.45 % has no cap
    ("credit", 1, 0, 0),
    ("debit", 1539, 5 - 1, 2),  # 5.3865; 0.500175
    ("debit", 1538, 5, 0),  # 0.49985
    ("foreign", 100_000, 0, 0),  # nobody published one
    ("qr", 100_000, 0, 0),
    ("", 100_000, 0, 0),
]


@pytest.mark.parametrize(("kind", "fen", "issuer", "scheme"), PRESENT)
def test_shares_under_the_present_rule(kind, fen, issuer, scheme):
    assert ShareTable().of(kind, "standard").of(fen) == Shares(issuer, scheme)


def test_of_an_exempt_merchant_nobody_has_a_share():
    for kind, _ in USUAL:
        assert ShareTable().of(kind, "exempt").of(100_000) == Shares(0, 0)
    half = ShareTable(reduced=(("debit", ShareRule(1750)),))
    assert half.of("debit", "reduced").of(100_000) == Shares(175, 0)
    assert half.of("debit", "standard").of(100_000) == Shares(317, 66)
