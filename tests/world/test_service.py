"""Waiting for a host, a bank, a router and an ISP: what a scenario says about them is felt."""

import pytest

from simulator.judge.verdict import Verdict
from simulator.scenario.parts.part import Latency
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import Arrived, FaultFired, Lost, Restarted, Sent
from simulator.trial import TrialOptions, try_scenario
from simulator.world.time.service import Service

STEADY = Latency(median="100ms", p95="100ms")
INSTANT = Latency(median="0ms", p95="0ms")
TWO_SHOPS = """
title = "two shops at one moment"
start = 2026-01-27T10:00:00+08:00
until = "1d"
{settings}
[network.ethernet]
latency = "10ms"
[[merchants]]
name = "left"
terminals = {{ count = 1 }}
script = [{{ at = "10m", sale = "L", amount = "68.00" }}]
[[merchants]]
name = "right"
terminals = {{ count = 1 }}
script = [{{ at = "10m", sale = "R", amount = "12.00" }}]
"""


def times_of_sales(settings):
    """How long each of two sales at one moment took from the request to the reply."""
    records = []
    judgement = try_scenario(
        scenario_of_text(TWO_SHOPS.format(settings=settings)), TrialOptions(), [records.append])
    assert judgement.verdict is Verdict.PASS
    sent = {each.actor: each.at_ms for each in records
            if isinstance(each, Sent) and each.mti == "0200"}
    arrived = {each.actor: each.at_ms for each in records
               if isinstance(each, Arrived) and each.mti == "0210"}
    return sorted(arrived[actor] - sent[actor] for actor in sent)


QUICK_BANK = '[[banks]]\nname = "bank.a"\nlatency = "0ms"\n'


def test_servers_serve_so_many_at_a_time_and_the_rest_wait():
    service = Service(1, "test", "a", STEADY, servers=2)
    assert [service.takes_ms(0, number, 0) for number in range(5)] == [100, 100, 200, 200, 300]
    assert service.takes_ms(1_000, 9, 0) == 100


def test_without_a_bound_nobody_waits():
    service = Service(1, "test", "a", STEADY, servers=0)
    assert {service.takes_ms(0, number, 0) for number in range(5)} == {100}
    assert not service.is_instant
    assert Service(1, "test", "a", INSTANT, servers=1).is_instant


@pytest.mark.parametrize(("settings", "wanted"), [
    ('[acquirer]\nlatency = "0ms"\n' + QUICK_BANK, [20, 20]),
    ('[acquirer]\nlatency = "300ms"\n' + QUICK_BANK, [320, 320]),
    ('[acquirer]\nlatency = "300ms"\nservers = 1\n' + QUICK_BANK, [320, 620]),
    ('[acquirer]\nlatency = "0ms"\n[[banks]]\nname = "bank.a"\nlatency = "400ms"\n', [420, 420]),
    ('[acquirer]\nlatency = "0ms"\n[[banks]]\nname = "bank.a"\nlatency = "400ms"\nservers = 1\n',
     [420, 820]),
    # A message counts as 150 bytes: at 300 bytes a second half a second each, and both ways share
    # the queue, so L's reply waits for R's request, and R's reply for L's.
    ('[acquirer]\nlatency = "0ms"\n' + QUICK_BANK + "[network]\nisp_bytes_per_second = 300\n",
     [1510, 2010]),
    ('[acquirer]\nlatency = "0ms"\n' + QUICK_BANK + "[network]\nrouter_bytes_per_second = 300\n",
     [1020, 1020]),
])
def test_a_sale_takes_as_long_as_host_bank_and_lines_say(settings, wanted):
    assert times_of_sales(settings) == wanted


def outage(acquirer, fault):
    records = []
    try_scenario(scenario_of_text(TWO_SHOPS.format(settings=acquirer) + f"""
[[faults]]
mode = "acquirer.outage"
nth = 1
of = "sale"
{fault}
"""), TrialOptions(), [records.append])
    [restarted] = [each.at_ms for each in records
                   if isinstance(each, Restarted) and each.actor == "acquirer"]
    return restarted, records


@pytest.mark.parametrize(("acquirer", "fault", "down_ms"), [
    ('[acquirer]\nrestart_takes = "40s"', "", 40_000),
    ('[acquirer]\nrestart_takes = "40s"', 'off_for = "10s"', 10_000),
    ("", "", 120_000),
])
def test_a_host_that_died_is_back_when_the_scenario_says(acquirer, fault, down_ms):
    restarted, records = outage(acquirer, fault)
    fired = next(each.at_ms for each in records if isinstance(each, FaultFired))
    assert restarted - fired == down_ms


def test_what_waits_in_a_host_that_dies_is_gone():
    restarted, records = outage('[acquirer]\nlatency = "2s"\nservers = 1\nrestart_takes = "1s"', "")
    second = max(each.at_ms for each in records if isinstance(each, Arrived)
                 and each.mti == "0200" and each.at_ms < restarted)
    answered = [each for each in records if isinstance(each, Sent) and each.actor == "acquirer"
                and each.mti == "0210" and each.at_ms < second + 20_000]
    assert not answered
    assert not [each for each in records if isinstance(each, Lost) and each.why == "host down"]
