"""Limits of a card: what counts, on which day, and what gives a sum back."""

from __future__ import annotations

import pytest

from simulator.money.issuer import IssuerBooks
from simulator.money.ledger import Ledger
from simulator.money.limits import Limit

CARD = "card"


def books(limit, **more):
    issuer = IssuerBooks("bank.a", Ledger(), limit=limit, **more)
    issuer.open_card(CARD, 1_000_000)
    issuer.begin_day("2026-03-30")
    return issuer


def walk(issuer, steps):
    """Codes of steps such as "d1 500" (debit), "h1 500" (hold), "c2 1" (complete 1), "v2 1", "u1" (undo), "@day"."""
    codes = []
    for step in steps.split(", "):
        name, _, rest = step.partition(" ")
        what, key = name[0], name[1:]
        match what:
            case "@":
                issuer.begin_day(key)
            case "d":
                codes.append(issuer.debit(key, CARD, int(rest)).response_code)
            case "h":
                codes.append(issuer.hold(key, CARD, int(rest)).response_code)
            case "c":
                fen, original = rest.split(" of ")
                codes.append(issuer.debit(key, CARD, int(fen), original).response_code)
            case "v" | "r":
                fen, original = rest.split(" of ")
                codes.append(issuer.credit(key, CARD, int(fen), original).response_code)
                if what == "v":
                    issuer.note_void(key, original)
            case "l":
                codes.append(issuer.release(key, CARD, rest).response_code)
            case "u":
                issuer.reverse(key)
    return " ".join(codes)


@pytest.mark.parametrize(("limit", "steps", "codes"), [
    (Limit(single_fen=500), "d1 500, d2 501", "00 61"),
    (Limit(day_fen=800), "d1 500, d2 301, d3 300, d4 1", "00 61 00 61"),
    (Limit(day_fen=800), "d1 800, @2026-03-31, d2 800, d3 1", "00 00 61"),
    (Limit(month_fen=800), "d1 500, @2026-03-31, d2 301, d3 300, @2026-04-01, d4 800", "00 61 00 00"),
    (Limit(times_a_day=2), "d1 1, d2 1, d3 1, @2026-03-31, d4 1", "00 00 65 00"),
    # what is undone gives its sum and its use back
    (Limit(day_fen=800, times_a_day=2), "d1 800, u1, d2 400, d3 400, d4 1", "00 00 00 61"),
    # and on the next day only to the month
    (Limit(day_fen=800, month_fen=1000), "d1 800, @2026-03-31, u1, d2 800, d3 1", "00 00 61"),
    # a void gives the sum back and not the use, a refund neither
    (Limit(day_fen=800), "d1 800, v2 800 of 1, d3 800", "00 00 00"),
    (Limit(times_a_day=1), "d1 800, v2 800 of 1, d3 800", "00 00 65"),
    (Limit(day_fen=800), "d1 800, r2 800 of 1, d3 1", "00 00 61"),
    # a void that is undone takes it again
    (Limit(day_fen=800), "d1 800, v2 800 of 1, u2, d3 1", "00 00 61"),
    # a hold counts; completed, what is completed counts in its place
    (Limit(day_fen=800), "h1 800, d2 1, c3 500 of 1, d4 301, d5 300", "00 61 00 61 00"),
    (Limit(day_fen=800), "h1 800, l2 1, d3 800", "00 00 00"),
    (Limit(day_fen=800), "h1 800, u1, d3 800", "00 00"),
    (Limit(day_fen=800), "h1 500, c2 900 of 1, d3 301, c4 500 of 1", "00 61 61 00"),
    (Limit(day_fen=800), "h1 500, c2 500 of 1, u2, d3 301, c4 500 of 1, d5 300", "00 00 61 00 00"),
    # a hold that is released was a use all the same, and is none more when its release is undone; one that is undone was none
    (Limit(times_a_day=1), "h1 800, l2 1, d3 1", "00 00 65"),
    (Limit(times_a_day=2), "h1 800, l2 1, u2, d3 1, d4 1", "00 00 00 65"),
    (Limit(times_a_day=2), "h1 800, c2 800 of 1, u2, d3 1, d4 1", "00 00 00 65"),
    (Limit(times_a_day=1), "h1 800, u1, d3 1", "00 00"),
    # a repetition is answered as before and does not count again
    (Limit(day_fen=800), "d1 800, d1 800, d2 1", "00 00 61"),
    (Limit(day_fen=800), "d1 801, d1 801", "61 61"),
])
def test_limits_of_a_card(limit, steps, codes):
    assert walk(books(limit), steps) == codes


def test_a_card_may_have_limits_of_its_own_or_none():
    issuer = books(Limit(day_fen=100))
    issuer.open_card("rich", 10_000, limit=Limit())
    issuer.open_card("poor", 10_000, limit=Limit(day_fen=50))
    assert issuer.debit("1", "rich", 10_000).response_code == "00"
    assert issuer.debit("2", "poor", 51).response_code == "61"
    assert issuer.debit("3", CARD, 100).response_code == "00"


@pytest.mark.parametrize(("last_day", "codes"), [("2026-04-06", "00"), ("2026-04-07", "25")])
def test_a_hold_is_over_after_so_many_days(last_day, codes):
    """Made on 30 March and good for seven days: until the end of 6 April."""
    issuer = books(Limit(), hold_days=7)
    assert issuer.hold("1", CARD, 500).response_code == "00"
    given_back = [key for day in ("2026-04-05", last_day) for key, _ in issuer.begin_day(day)]
    assert given_back == ([] if codes == "00" else ["1"])
    assert issuer.debit("2", CARD, 500, "1").response_code == codes
    assert issuer.balance(CARD).balance_fen == (999_500 if codes == "00" else 1_000_000)
    assert issuer.release("3", CARD, "1").response_code == "25"
    issuer.reverse("1")
    assert issuer.balance(CARD).balance_fen == (999_500 if codes == "00" else 1_000_000)


def test_what_is_over_stays_over_when_it_is_long_forgotten():
    issuer = books(Limit(), hold_days=1)
    issuer.hold("1", CARD, 500)
    issuer.begin_day("2026-04-01")
    for _ in range(5):
        issuer.end_day()
    assert issuer.debit("2", CARD, 500, "1").response_code == "25"


def test_a_completion_that_is_reversed_holds_again_and_expires():
    issuer = books(Limit(), hold_days=1)
    issuer.hold("1", CARD, 500)
    issuer.debit("2", CARD, 500, "1")
    issuer.begin_day("2026-04-01")
    issuer.reverse("2")
    assert issuer.balance(CARD).balance_fen == 999_500
    assert [key for key, _ in issuer.begin_day("2026-04-02")] == ["1"]
    assert issuer.balance(CARD).balance_fen == 1_000_000
