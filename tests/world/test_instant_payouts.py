"""Payouts at once in trouble: a bank that is late, closed, frozen; a reversal; a host that dies.

A sale that was approved is paid once, by itself or with its date, whatever happens in between.
"""

from __future__ import annotations

from collections import Counter

import pytest

from simulator.judge.verdict import Judgement, Verdict
from simulator.local_time import datetime_at
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import PayoutPosted, Posted, Record
from simulator.trial import TrialOptions, try_scenario

SHOP = """
title = "at once"
start = "2026-03-10T09:00"
until = "2026-03-12T12:00"
{before}
[[merchants]]
name = "shop"
payout = {{ terms = "instant", fee = {{ plus = "1.00" }} }}
terminals = {{}}
habits = {{ settles = "21:00" }}
{more}
script = [
  {{ at = "2026-03-10T10:00", sale = "S", amount = "100.00" }},
  {{ at = "2026-03-10T11:00", sale = "T", amount = "50.00" }},
]
{after}
"""


def run(before: str = "", more: str = "", after: str = "") -> tuple[Judgement, list[Record]]:
    trace: list[Record] = []
    text = SHOP.format(before=before, more=more, after=after)
    return try_scenario(scenario_of_text(text), TrialOptions(keep_sales=None), [trace.append]), trace


def lines(trace: list[Record]) -> list[tuple[str, int]]:
    return [(f"{datetime_at(each.at_ms):%m-%d %H:%M}", each.net_fen) for each in trace
            if isinstance(each, PayoutPosted)]


def balance(trace: list[Record], account: str) -> int:
    return sum(fen for each in trace if isinstance(each, Posted)
               for name, fen in each.entries if name == account)


def test_a_bank_that_opens_later_pays_then() -> None:
    """Both are refused until 14:00, and paid then: 99.40 - 1.00 and 49.70 - 1.00."""
    judgement, trace = run(before='[[banks]]\nname = "bank.a"\npayout_from = "14:00"')
    assert judgement.verdict is Verdict.PASS
    assert sorted(lines(trace)) == [("03-10 14:00", 4_870), ("03-10 14:00", 9_840)]


def test_a_late_bank_pays_once() -> None:
    judgement, trace = run(after='[[faults]]\nmode = "bank.delay"\nhow = "payout"\ndelay = "30m"\nnth = 1')
    assert judgement.verdict is Verdict.PASS
    assert lines(trace) == [("03-10 10:30", 9_840), ("03-10 11:00", 4_870)]


def test_what_a_frozen_account_returns_stands_in_suspense_and_is_paid_when_released() -> None:
    fault = """
[[faults]]
mode = "account.frozen"
target = "shop"
at = "2026-03-10T09:30"
for = "1h"
"""
    judgement, trace = run(after=fault)
    assert judgement.verdict is Verdict.PASS
    assert lines(trace) == [("03-10 11:00", 4_870)]
    rows = {row.sale: (row.where.value, row.amount_fen, row.fee_fen, row.net_fen)
            for row in judgement.sales}
    assert rows == {"S": ("suspended", 10_000, 60, 9_940), "T": ("arrived", 5_000, 30, 4_970)}
    assert balance(trace, "suspense:898000000000001") == 9_840
    judgement, trace = run(after=fault + """
[[actions]]
do = "release_suspense"
by = "shop"
at = "2026-03-11T15:00"
""")
    assert judgement.verdict is Verdict.PASS
    assert lines(trace) == [("03-10 11:00", 4_870), ("03-11 15:00", 9_840)]
    assert balance(trace, "suspense:898000000000001") == 0


def test_a_closed_account_keeps_all_of_it_in_suspense() -> None:
    judgement, trace = run(more='account = { status = "closed" }')
    assert judgement.verdict is Verdict.PASS
    assert lines(trace) == []
    assert judgement.money.suspended.fen == 15_000
    assert judgement.money.suspended_net_fen == 14_910
    assert balance(trace, "suspense:898000000000001") == 9_840 + 4_870


def test_what_was_lent_from_the_pool_is_back_after_the_cut_over() -> None:
    judgement, trace = run(before='[acquirer]\nadvance_pool = "120.00"')
    assert judgement.verdict is Verdict.PASS
    assert lines(trace) == [("03-10 10:00", 9_840), ("03-11 09:00", 4_970)]  # T: no fee, not at once
    assert balance(trace, "pool:free") == 12_000
    assert balance(trace, "pool:lent") == 0


@pytest.mark.parametrize("nth", range(1, 8))
def test_a_host_that_dies_before_any_of_its_steps_pays_a_sale_once(nth: int) -> None:
    judgement, trace = run(after=f"""
[[faults]]
mode = "acquirer.outage"
off_for = "30s"
nth = {nth}
of = "sale"
may_stay_away = true
""")
    assert judgement.verdict is Verdict.PASS
    posted = Counter(each.payout for each in trace if isinstance(each, PayoutPosted))
    assert set(posted.values()) == {1}
    pending = [name for name in ("merchant:898000000000001:pending", "payout:in_transit")
               if balance(trace, name)]
    assert pending == []


def test_a_window_over_midnight_pays_at_night_only() -> None:
    text = SHOP.format(before="", more="", after="").replace(
        'terms = "instant"', 'terms = "instant", from = "22:00", until = "10:30"')
    trace: list[Record] = []
    judgement = try_scenario(scenario_of_text(text), TrialOptions(keep_sales=None), [trace.append])
    assert judgement.verdict is Verdict.PASS
    assert lines(trace) == [("03-10 10:00", 9_840), ("03-11 09:00", 4_970)]


def test_instant_terms_with_a_rest_of_their_own() -> None:
    text = SHOP.format(before="", more="", after="").replace(
        'terms = "instant"', 'terms = "instant", sale_limit = "60.00", rest = "T+2"')
    trace: list[Record] = []
    judgement = try_scenario(scenario_of_text(text), TrialOptions(keep_sales=None), [trace.append])
    assert judgement.verdict is Verdict.PASS
    assert lines(trace) == [("03-10 11:00", 4_870), ("03-12 09:00", 9_940)]


HOLD = """
[[faults]]
mode = "dispute.legal_hold"
target = "{target}"
at = "2026-03-10T10:30"
for = "1h"
"""


@pytest.mark.parametrize("target", ["", "shop"])
def test_what_the_law_holds_is_not_paid_at_once_and_nobody_is_accused(target) -> None:
    """T is sold while all is held: it waits for its date, with no fee of its own: 49.70 less 1.00 or whole."""
    judgement, trace = run(after=HOLD.format(target=target))
    assert judgement.verdict is Verdict.PASS, judgement.reasons
    assert lines(trace)[0] == ("03-10 10:00", 9_840)
    assert len(lines(trace)) == 2
    assert lines(trace)[1][0] > "03-11"


def test_whoever_pays_at_once_what_the_law_holds_is_caught() -> None:
    text = SHOP.format(before="", more="", after=HOLD.format(target="shop"))
    judgement = try_scenario(
        scenario_of_text(text), TrialOptions(defects=("payout.at_once_though_held",)))
    assert "paid_at_once_against_terms" in {each.code for each in judgement.findings}
    assert any("its payouts are held" in each.what for each in judgement.findings)


def test_a_hold_that_is_over_excuses_nothing() -> None:
    judgement = try_scenario(
        scenario_of_text(SHOP.format(
            before="", more="", after=HOLD.format(target="shop").replace("10:30", "09:10"))
            .replace('at = "2026-03-10T10:00"', 'at = "2026-03-10T12:00"')),
        TrialOptions(defects=("payout.at_once_never",)))
    assert {each.code for each in judgement.findings} == {"not_paid_at_once"}
