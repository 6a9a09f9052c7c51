"""One suite for every target: what people see at the counter and in the ledger is the same."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import pytest

from hil.bench.trigger_text import parse_trigger
from hil.benches.bench_file import BenchFileError
from hil.targets.needs import CannotError, Need
from hil.targets.target import Accounts, PowerCut, Sale, TargetSetting
from hil.targets.targets import TARGETS, UnknownTargetError, target_named
from simulator.judge.verdict import State, Verdict
from simulator.local_time import moment_ms
from simulator.scenario.read import scenario_of_text

pytestmark = pytest.mark.live

SCENARIO = """
title = "A shop"
start = 2026-01-27T10:00:00+08:00
until = "30d"
cards = [{{ name = "card.customer" }}]
[[merchants]]
name = "corner shop"
terminals = {{ settings = {{ {settings} }} }}
habits = {{ settles = "never", after_failed_sale = "gives_up", repeats_after = "1s" }}
"""
REPLY_LOST = 'mode = "network.outage"\non = "reply"\nmti = "0210"\nnth = 1'


BENCH = Path(__file__).parents[2] / "fixtures/benches/virtual.toml"


@pytest.fixture(params=[*sorted(TARGETS), "bench"])
def kind(request):
    return target_named(request.param, str(BENCH) if request.param == "bench" else "")


def text_for(kind):
    return kind.scenario(SCENARIO.format(settings=kind.terminal_settings))


@pytest.fixture
def opened(kind, tmp_path):
    targets = []

    def open_with(*defects):
        setting = TargetSetting(scenario=text_for(kind), folder=tmp_path / "run", defects=defects)
        targets.append(kind(setting))
        return targets[-1]

    yield open_with
    for target in targets:
        target.close()


def sale(name, amount_fen):
    return Sale(name=name, amount_fen=amount_fen)


def at(text):
    return moment_ms(datetime.fromisoformat(text))


def test_a_day_with_a_lost_reply_and_a_power_cut_is_the_same_on_every_target(opened, kind):
    target, accounts = opened(), Accounts(scenario_of_text(text_for(kind)))
    assert target.sell(sale("S1", 6_800)).result == "approved"
    target.fault(REPLY_LOST)
    assert target.sell(sale("S2", 12_000)).result == "failed"
    assert target.sell(sale("S2", 12_000)).result == "approved"
    target.cut_power(1, PowerCut(before="store:booked"))
    assert target.sell(sale("S3", 990)).result == ""
    target.power_on(1)
    target.rest(1)
    assert target.told("S3") == "failed"  # the terminal says so when it is up again
    assert target.sell(sale("S3", 990)).result == "approved"
    target.cut_power(1, PowerCut(before="print"))
    assert target.sell(sale("S4", 10)).result == ""
    target.power_on(1)
    target.rest(1)
    assert target.told("S4") == "approved"
    assert target.settle(1).result == "approved"
    target.advance(at("2026-01-28 18:00"))
    balances = target.balances()
    net_fen = 6_800 - 41 + 12_000 - 72 + 990 - 6 + 10  # 0.6 % of each, rounded half up
    assert balances[accounts.received] == net_fen
    assert balances[accounts.card("card.customer")] == 10_000_000 - 19_800
    judgement = target.judge()
    assert judgement.verdict is Verdict.PASS, judgement.findings
    assert judgement.money.arrived.sales == judgement.money.taken.sales == 4
    states = {each.number: each.state for each in judgement.invariants}
    assert {number for number, state in states.items() if state is State.HELD} >= {1, 2, 3, 4, 5, 6, 7}


def test_a_terminal_built_wrong_is_caught_on_every_target(opened):
    target = opened("terminal.no_reversal")
    target.fault(REPLY_LOST)
    assert target.sell(sale("S1", 5_000)).result == "failed"
    target.rest(1)
    judgement = target.judge()
    assert judgement.verdict is Verdict.FAIL
    assert judgement.invariants[3].state is State.VIOLATED


def test_a_host_built_wrong_is_caught_on_every_target(opened):
    target = opened("payout.drops_returns")
    target.sell(sale("S1", 5_000))
    target.fault('mode = "account.frozen"\ntarget = "corner shop"')
    target.settle(1)
    target.advance(at("2026-01-30 18:00"))
    judgement = target.judge()
    assert judgement.verdict is Verdict.FAIL
    assert judgement.invariants[2].state is State.VIOLATED


def test_a_lasting_fault_that_begins_now_is_taken_on_every_target(opened):
    """On a live host a moment that was read off its clock has passed by the time it is told."""
    target = opened()
    target.fault(f'mode = "bank.maintenance"\nat = "{target.at_once()}"\nfor = "10m"')


@pytest.mark.parametrize("kind", ["simulator", "virtual"], indirect=True)
def test_a_wait_that_is_in_vain_says_so(opened, monkeypatch):
    monkeypatch.setattr("hil.targets.virtual.LEAST_WAIT_S", 0.1)
    target = opened()
    assert target.wait(lambda: True, 0)
    assert not target.wait(lambda: False, 100)


def test_a_target_that_is_closed_in_the_middle_leaves_no_process(tmp_path):
    kind = TARGETS["virtual"]
    target = kind(TargetSetting(scenario=text_for(kind), folder=tmp_path / "run"))
    bench = target._bench
    processes = [bench.host, *(device.process for device in bench.devices.values())]
    assert [each.is_running() for each in processes] == [True, True]
    target.close()
    target.close()
    assert [each.is_running() for each in processes] == [False, False]


@pytest.mark.parametrize(("name", "bench", "words"), [
    ("toaster", "", "simulator, virtual, bench"), ("bench", "", "-D bench=FILE"),
    ("virtual", "b.toml", "no effect on target 'virtual'"),
])
def test_a_target_that_cannot_be_is_refused_with_what_is_allowed(name, bench, words):
    with pytest.raises(UnknownTargetError, match=words):
        target_named(name, bench)


def test_a_bench_that_cannot_be_read_is_refused(tmp_path):
    with pytest.raises(BenchFileError, match=r"nowhere\.toml"):
        target_named("bench", str(tmp_path / "nowhere.toml"))


@pytest.mark.parametrize("kind", ["simulator", "bench"], indirect=True)  # a virtual target is as a simulated one
def test_a_power_cut_at_a_message_is_made_on_a_bench_and_refused_elsewhere_with_the_reason(opened, kind):
    target = opened()
    trigger = parse_trigger("before the 0210 leaves")
    if Need.LINE in kind.cannot:
        with pytest.raises(CannotError) as refused:
            target.cut_power_at(trigger)
        assert refused.value.why == kind.cannot[Need.LINE]
        return
    armed = target.cut_power_at(trigger)
    assert target.sell(sale("S1", 5_000)).result == ""
    assert [each.mti for each in armed.struck] == ["0210"]
    assert not target.stands[1].power.is_on
    target.power_on(1)
    assert target.sell(sale("S1", 5_000)).result == "approved"
    assert target.judge().verdict is Verdict.PASS


def test_what_a_target_cannot_is_said_in_both_languages(kind):
    for why in kind.cannot.values():
        assert why.en.isascii()
        assert not why.zh.isascii()
