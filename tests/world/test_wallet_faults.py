"""What a wallet channel does under faults: the state that was asked for, late answers, draws of its own."""

from __future__ import annotations

import pytest

from simulator.judge.verdict import Verdict
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import Concluded, FaultFired, Posted, Sent
from simulator.trial import TrialOptions, try_scenario

HEAD = """
title = "wallets"
start = 2026-01-27T10:00:00+08:00
until = "12h"
[[wallets]]
name = "wallet.a"
latency = "200ms"
pending_share = {share}
pending_for = "20s"
fail_share = {fails}
[[merchants]]
name = "shop"
terminals = {{ count = {count}, profile = "lakala-touch", settings = {{ reply_timeout = "60s" }} }}
script = [ {script} ]
"""
PAY = '{{ at = "11:00", do = "qr_sale", sale = "Q{0}", amount = "9.00", terminal = {0} }}'


def tried(faults="", count=1, share=0.0, fails=0.5):
    records = []
    script = ", ".join(PAY.format(number).replace("{{", "{").replace("}}", "}")
                       for number in range(1, count + 1))
    text = HEAD.format(script=script, count=count, share=share, fails=fails) + faults
    return try_scenario(scenario_of_text(text), TrialOptions(keep_sales=None), [records.append]), records


@pytest.mark.parametrize(("code", "taken"), [("unknown", 0), ("pending", 1)])
def test_a_channel_that_does_not_know_has_done_nothing_and_one_that_waits_pays_in_the_end(code, taken):
    judgement, records = tried(f'[[faults]]\nmode = "channel.fault"\ncode = "{code}"\nnth = 1\n', fails=0.0)
    assert [each.code for each in records if isinstance(each, FaultFired)] == [code]
    assert judgement.verdict is Verdict.PASS
    assert judgement.money.taken.sales == taken


def test_a_congested_channel_pays_in_time_and_answers_late():
    _, records = tried('[[faults]]\nmode = "channel.congestion"\ndelay = "10s"\n')
    asked = next(each.at_ms for each in records if isinstance(each, FaultFired))
    paid = next(each.at_ms for each in records if isinstance(each, Posted) and each.actor == "wallet.a"
                and each.at_ms >= asked)
    told = next(each.at_ms for each in records if isinstance(each, Sent) and each.mti == "0210"
                and each.at_ms >= asked)
    assert paid - asked < 1_000
    assert told - asked >= 10_000


def test_pending_payments_of_one_stan_at_many_terminals_do_not_all_end_alike():
    _, records = tried(count=24, share=1.0)
    payments = [each for each in records if isinstance(each, Concluded) and each.what == "qr_sale"
                and each.result in ("approved", "declined")]
    assert len({each.stan for each in payments}) < len(payments)
    assert {each.result for each in payments} == {"approved", "declined"}


@pytest.mark.parametrize(("timeout", "result", "shown"), [
    ("30s", "approved", [-900]),  # the host waits for its wallet
    ("10s", "declined", []),  # and gives it up before the customer has confirmed
])
def test_a_payment_that_the_customer_has_not_confirmed_yet_is_waited_for_or_called_off(
    timeout, result, shown,
):
    text = HEAD.format(
        script=PAY.format(1).replace("{{", "{").replace("}}", "}"), count=1, share=1.0, fails=0.0)
    text = text.replace("[[wallets]]", f'[acquirer]\nwallet_timeout = "{timeout}"\n[[wallets]]', 1)
    records = []
    judgement = try_scenario(
        scenario_of_text(text), TrialOptions(keep_sales=None), [records.append])
    assert judgement.verdict is Verdict.PASS
    ends = [each for each in records if isinstance(each, Concluded) and each.what == "qr_sale"]
    assert {each.result for each in ends} == {result}
    moved = [fen for each in records if isinstance(each, Posted) and each.actor == "wallet.a"
             and each.why != "opening" for account, fen in each.entries if account == "wallet:wallet.a"]
    assert [fen for fen in moved if fen < 0][:1] == shown[:1]


def test_the_phone_shows_paid_the_terminal_nothing_and_the_reversal_gives_it_back():
    judgement, records = tried(
        '[[faults]]\nmode = "network.outage"\nhow = "dropped"\non = "reply"\nmti = "0210"\nnth = 1\n')
    assert judgement.verdict is Verdict.PASS
    moved = [dict(each.entries)["wallet:wallet.a"] for each in records
             if isinstance(each, Posted) and each.actor == "wallet.a" and each.why != "opening"]
    assert moved == [-900, 900, -900]  # paid, called off, and the clerk sold it once more
    ends = [each.result for each in records if isinstance(each, Concluded) and each.what == "qr_sale"]
    assert ends == ["failed", "approved"]
