"""The judge's own arithmetic of fees, by hand."""

import pytest

from simulator.judge.fees import fee_fen, term_of
from simulator.judge.remaining import REMEMBERED_DAYS, Remaining
from simulator.trace.records import FeeTerm, MerchantOpened

KEY = "10000001/000001/000001"


@pytest.mark.parametrize(("remains", "basis_points", "cap", "minimum", "plus", "fee"), [
    (6800, 60, 0, 0, 0, 41), (-6800, 60, 0, 0, 0, 0), (1, 60, 0, 0, 0, 0), (83, 60, 0, 0, 0, 0),
    (84, 60, 0, 0, 0, 1), (100, 50, 0, 0, 0, 1), (99, 50, 0, 0, 0, 0),
    (1_000_000, 60, 3500, 0, 0, 3500), (0, 60, 0, 0, 0, 0), (100, 300, 0, 0, 0, 3),
    (100, 60, 0, 10, 0, 10), (3, 60, 0, 10, 0, 3), (6800, 60, 35, 10, 0, 35),
    (6800, 60, 0, 0, 100, 141), (6800, 60, 35, 0, 100, 135), (50, 60, 0, 0, 100, 50),
    (0, 60, 0, 10, 100, 0),
])
def test_a_fee_is_rounded_half_up_bounded_and_never_more_than_what_remains(
    remains: int, basis_points: int, cap: int, minimum: int, plus: int, fee: int,
) -> None:
    assert fee_fen(FeeTerm("", basis_points, cap, minimum, plus), remains) == fee


def test_a_kind_of_card_has_its_own_term_or_that_of_all_others() -> None:
    opened = MerchantOpened(0, "merchant.M", "M", "bank.a", fees=(
        FeeTerm(), FeeTerm("credit", 72), FeeTerm("qr", 38)))
    assert [term_of(opened, kind).basis_points for kind in ("", "debit", "credit", "qr")] == [
        60, 60, 72, 38]
    old = MerchantOpened(0, "merchant.M", "M", "bank.a", fee_basis_points=50, fee_cap_fen=9)
    assert term_of(old, "credit") == FeeTerm("", 50, 9)


def test_what_remains_is_what_was_taken_less_all_that_went_back() -> None:
    remaining = Remaining()
    assert remaining.taken(KEY, 500, "2026-01-27") == (0, 500)
    assert remaining.moved(KEY, -200, "2026-01-28") == (500, 300)
    assert remaining.moved(KEY, -300, "2026-01-29") == (300, 0)
    assert remaining.moved(KEY, 300, "2026-01-29") == (0, 300)  # what undid it is undone


def test_a_number_that_is_used_again_is_another_sale() -> None:
    remaining = Remaining()
    remaining.taken(KEY, 500, "2026-01-27")
    assert remaining.taken(KEY, 70, "2026-02-27") == (0, 70)


def test_what_goes_back_before_its_sale_is_cleared_counts_when_the_sale_is() -> None:
    remaining = Remaining()
    assert remaining.moved(KEY, -200, "2026-01-27") == (0, -200)
    assert remaining.taken(KEY, 500, "2026-01-28") == (0, 300)


def test_a_batch_is_forgotten_when_it_has_been_quiet_for_long_and_not_before() -> None:
    remaining = Remaining()
    remaining.taken(KEY, 500, "2026-01-01")
    other = "10000002/000001/000001"
    remaining.taken(other, 1, "2026-01-20")
    remaining.moved(other, -1, "2026-02-10")  # 40 days on
    assert remaining.knows(KEY)
    remaining.taken("10000003/000001/000001", 1, "2026-02-11")
    assert not remaining.knows(KEY)
    assert remaining.knows(other)
    assert REMEMBERED_DAYS > 30  # so long a host lets anybody refer to it


def test_what_is_packed_is_remembered_as_it_was() -> None:
    """Sums of one day are packed on the next: whatever they are, and under whatever number."""
    remaining = Remaining()
    sums = {"000001": 500, "000002": -7, "000003": 0, "999999": 2**31 - 1, "000004": 2**31, "odd": 5}
    for stan, fen in sums.items():
        remaining.taken(f"10000001/000001/{stan}", fen, "2026-01-27")
    for day in ("2026-01-28", "2026-01-29"):
        remaining.taken("10000002/000001/000001", 1, day)
        assert not remaining.knows("10000001/000001/000005")
        for stan in tuple(sums):
            key = f"10000001/000001/{stan}"
            assert remaining.knows(key)
            assert remaining.moved(key, -1, day) == (sums[stan], sums[stan] - 1)
            sums[stan] -= 1
