"""Each way in which a book can be wrong is told by its name, and a right one is not accused."""

from __future__ import annotations

import pytest

from simulator.reconciliation.entry import Side
from simulator.reconciliation.states import CLOSED, State
from tests.reconciliation.books import books, fee_of, paid, sale

NUMBERS = range(1, 6)
T = [sale(number)[0] for number in NUMBERS]
H = [sale(number)[1] for number in NUMBERS]
NET = "49.70"  # 5 x (10.00 - 0.06)


def only_wrong(states):
    return {place: state for place, state in states.items() if State(state) not in CLOSED}


def test_the_right_books_are_closed(tmp_path):
    result, states, _ = books(tmp_path, T, H, [paid(NET)])
    assert result.is_closed
    assert set(states.values()) == {"matched"}
    assert result.money.open == 0
    assert result.read[Side.HOST].fen == 5000


def test_a_record_that_the_host_misses(tmp_path):
    result, states, whys = books(tmp_path, T, H[:2] + H[3:], [paid("39.76")])
    assert only_wrong(states) == {("terminal", 4): "only_here"}
    assert whys["terminal", 4] == "host"
    assert not result.is_closed


def test_a_record_that_the_terminal_misses(tmp_path):
    _, states, _ = books(tmp_path, T[1:], H, [paid(NET)])
    assert only_wrong(states) == {("host", 2): "only_here"}


def test_a_record_that_the_host_has_twice(tmp_path):
    _, states, _ = books(tmp_path, T, [*H, H[2]], [paid(NET)])
    assert only_wrong(states) == {("host", 7): "duplicate"}


def test_a_record_that_the_terminal_has_twice(tmp_path):
    _, states, _ = books(tmp_path, [T[0], *T], H, [paid(NET)])
    assert only_wrong(states) == {("terminal", 3): "duplicate"}


def test_another_sum(tmp_path):
    host = [*H[:4], sale(5, "11.00")[1]]
    _, states, whys = books(tmp_path, T, host, [paid("50.69")])
    assert only_wrong(states) == {("terminal", 6): "differs", ("host", 6): "differs"}
    assert whys["terminal", 6] == "amount"


def test_another_day(tmp_path):
    host = [*H[:4], sale(5, day="2026-01-28")[1].replace(",2026-01-28,898", ",2026-01-29,898")]
    _, states, whys = books(tmp_path, T, host, [paid(NET)])
    assert only_wrong(states) == {("terminal", 6): "differs", ("host", 6): "differs"}
    assert whys["host", 6] == "date"


@pytest.mark.parametrize(("was", "becomes", "field"), [
    (",000005,", ",000099,", "stan"), ("000000000005", "000000000077", "rrn"), ("10000001", "10000009", "tid"),
])
def test_another_name(tmp_path, was, becomes, field):
    host = [*H[:4], H[4].replace(was, becomes)]
    _, states, whys = books(tmp_path, T, host, [paid(NET)])
    assert only_wrong(states) == {("terminal", 6): "differs", ("host", 6): "differs"}
    assert whys["host", 6] == field


def test_a_refund_that_the_host_booked_as_a_sale(tmp_path):
    terminal = [*T, sale(6, "-10.00")[0]]
    _, states, whys = books(tmp_path, terminal, [*H, sale(6)[1]], [paid("59.64")])
    assert only_wrong(states) == {("terminal", 7): "differs", ("host", 7): "differs"}
    assert whys["host", 7] == "amount"


def test_a_refund_is_a_counter_item(tmp_path):
    terminal, host = [*T, sale(6, "-10.00")[0]], [*H, sale(6, "-10.00")[1]]
    result, _, _ = books(tmp_path, terminal, host, [paid("39.76")])
    assert result.is_closed
    assert (result.money.gross, result.money.fee, result.money.due) == (4000, 24, 3976)


def test_a_sale_that_the_host_declined(tmp_path):
    header_less = [f"{line},00" for line in H[:4]] + [f"{H[4]},51"]
    from tests.reconciliation import books as small  # noqa: PLC0415
    old, small.HOST = small.HOST, small.HOST + ",response_code"
    try:
        _, states, whys = books(tmp_path, T, header_less, [paid("39.76")])
    finally:
        small.HOST = old
    assert only_wrong(states) == {("terminal", 6): "differs", ("host", 6): "differs"}
    assert whys["host", 6] == "status"


def test_a_payout_that_is_short(tmp_path):
    result, states, _ = books(tmp_path, T, H, [paid("49.69")])
    assert states["bank", 2] == "differs"
    assert {states["host", line] for line in range(2, 7)} == {"payout_differs"}
    assert result.money.open == 1


def test_a_payout_to_another_account(tmp_path):
    _, states, _ = books(tmp_path, T, H, [paid(NET, account="B2")])
    assert states["bank", 2] == "differs"
    assert states["host", 2] == "payout_differs"


def test_two_merchants_of_one_sum_are_told_apart_by_their_accounts(tmp_path):
    host = [*H[:1], H[1].replace("898000000000001,A1", "898000000000002,B2")]
    result, _, _ = books(tmp_path, T[:2], host, [paid("9.94", account="B2"), paid("9.94", account="A1")])
    assert result.is_closed


def test_a_payout_that_is_made_twice(tmp_path):
    result, states, _ = books(tmp_path, T, H, [paid(NET), paid(NET, "2026-01-31")])
    assert only_wrong(states) == {("bank", 3): "only_here"}
    assert not result.is_closed


def test_a_payout_with_its_number_that_is_made_twice(tmp_path):
    bank = [f"2026-01-30,09:00:00,A1,P1,{NET},x"] * 2
    from tests.reconciliation import books as small  # noqa: PLC0415
    old, small.HOST = small.HOST, small.HOST + ",payout"
    try:
        _, states, _ = books(tmp_path, T, [f"{line},P1" for line in H], bank)
    finally:
        small.HOST = old
    assert only_wrong(states) == {("bank", 3): "duplicate"}


def test_a_payout_that_is_late(tmp_path):
    result, states, _ = books(tmp_path, T, H, [paid(NET, "2026-02-03")])
    assert result.is_closed  # it arrived
    assert {states["host", line] for line in range(2, 7)} == {"late"}


def test_money_that_is_owed_and_money_that_is_on_its_way(tmp_path):
    later = [sale(number, day="2026-01-30") for number in range(11, 13)]
    terminal, host = [*T, *(each[0] for each in later)], [*H, *(each[1] for each in later)]
    _, states, _ = books(tmp_path, terminal, host, [paid("1.00", "2026-01-30", "20260101")])
    assert states["host", 2] == "owed"  # due on Friday the 30th
    assert states["host", 7] == "on_its_way"  # Friday's sales are due on Monday
    assert states["bank", 2] == "only_here"


def test_a_weekend_that_is_paid_at_once(tmp_path):
    days = ("2026-01-29", "2026-01-30", "2026-01-31")
    pairs = [sale(number, day=day) for number, day in enumerate(days, 1)]
    result, _, _ = books(
        tmp_path, [each[0] for each in pairs], [each[1] for each in pairs], ["2026-02-02,09:00:00,A1,,29.82,POS"])
    assert result.money.open == 0


def test_nothing_but_sum_and_time_is_told_as_weaker(tmp_path):
    bare = [line.replace(",10000001,", ",,").replace(",000001,", ",,").replace(f",{number:06},", ",,").replace(f"{number:012}", "")
            for number, line in zip(NUMBERS, T, strict=True)]
    result, states, _ = books(tmp_path, bare, H)
    assert [each.level for each in result.matched_by] == ["sum_time"]
    assert set(states.values()) == {"matched"}


def test_equal_sums_of_other_names_are_not_paired(tmp_path):
    """The host misses one sale and has another of the same sum in the same minute."""
    _, states, _ = books(tmp_path, T, [*H[:4], sale(9)[1]])
    assert only_wrong(states) == {("terminal", 6): "only_here", ("host", 6): "only_here"}


def test_a_name_that_agrees_in_no_pair_is_each_sides_own(tmp_path):
    host = [line.replace("10000001", "99000001") for line in H]
    result, states, _ = books(tmp_path, T, host, [paid(NET)])
    assert result.own_names == ("tid",)
    assert set(states.values()) == {"matched"}


def test_a_key_that_tells_nothing_apart_is_no_key(tmp_path):
    """All records bear one RRN."""
    terminal = [line.replace(f"{number:012}", "000000000777") for number, line in zip(NUMBERS, T, strict=True)]
    host = [line.replace(f"{number:012}", "000000000777") for number, line in zip(NUMBERS, H, strict=True)]
    result, states, _ = books(tmp_path, terminal, host)
    assert [each.level for each in result.matched_by] == ["tid_batch_stan"]
    assert set(states.values()) == {"matched"}


def test_the_fee_by_hand():
    assert [fee_of(yuan) for yuan in ("10.00", "68.00", "-20.00", "0.83")] == ["0.06", "0.41", "-0.12", "0.00"]
