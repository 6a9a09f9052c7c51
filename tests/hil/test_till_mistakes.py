"""What a clerk does wrong at the till of a virtual device: it happens there, is put right, and is judged as in the world."""

from __future__ import annotations

from datetime import datetime

import pytest

from hil.control.control import ControlError
from hil.targets.target import Accounts, Sale, TargetSetting
from hil.targets.till_mistakes import MISTAKES
from hil.targets.virtual import VirtualTarget
from hil.tills.ends import Wish
from simulator.catalogue.places import Place
from simulator.faults.abilities import verbs_at
from simulator.faults.points import Point
from simulator.judge.verdict import Verdict
from simulator.local_time import moment_ms
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import FaultFired, SaleMeant, SaleUndone
from simulator.wire.kinds import Kind

SCENARIO = f"""
title = "A shop"
start = 2026-01-27T10:00:00+08:00
until = "30d"
cards = [{{ name = "card.customer" }}]
[[merchants]]
name = "corner shop"
terminals = {{ settings = {{ {VirtualTarget.terminal_settings} }} }}
"""
NET_FEN = 5_000 - 30  # 0.6 %


@pytest.fixture
def target(tmp_path):
    target = VirtualTarget(TargetSetting(scenario=SCENARIO, folder=tmp_path / "run"))
    yield target
    target.close()


def test_tills_carry_out_what_the_table_says_and_nothing_else():
    assert set(MISTAKES) == set(verbs_at(Point.OPERATION, {Place.TILL}))


@pytest.mark.live
@pytest.mark.parametrize(("mode", "meant", "undone"), [
    ("operator.wrong_amount", [50_000, 5_000], ["void"]),
    ("operator.duplicate_entry", [5_000, 5_000], ["void"]),
    ("operator.void_by_mistake", [5_000, 5_000], ["void"]),
    ("operator.wrong_kind", [5_000], ["preauth_void"]),
])
def test_a_mistake_is_made_once_put_right_and_the_merchant_has_the_sum_once(target, mode, meant, undone):
    target.fault(f'mode = "{mode}"\nnth = 1')
    assert target.unstruck() == (mode,)
    assert target.sell(Sale(name="S1", amount_fen=5_000)).approved
    assert target.unstruck() == ()
    accounts = Accounts(scenario_of_text(SCENARIO))
    assert target.settle(1).approved
    target.advance(moment_ms(datetime.fromisoformat("2026-01-28 18:00")))
    balances = target.balances()
    assert balances[accounts.received] == NET_FEN
    assert balances[accounts.card("card.customer")] == 10_000_000 - 5_000
    judgement = target.judge()
    assert (judgement.verdict, judgement.findings, judgement.reasons) == (Verdict.PASS, (), ())
    records = target._bench.records()
    assert [each.mode for each in records if isinstance(each, FaultFired)] == [mode]
    assert [each.amount_fen for each in records if isinstance(each, SaleMeant)] == meant
    assert [each.how for each in records if isinstance(each, SaleUndone)] == undone


@pytest.mark.live
def test_a_sale_keyed_as_a_preauth_is_completed_and_a_void_keyed_as_a_refund_gives_the_money_back_once(target):
    target.fault('mode = "operator.wrong_kind"\nhow = "completed"\nof = "sale"\nnth = 1')
    target.fault('mode = "operator.wrong_kind"\nof = "void"\nnth = 1')
    accounts = Accounts(scenario_of_text(SCENARIO))
    card, has_fen = accounts.card("card.customer"), 10_000_000
    told = target.sell(Sale(name="S1", amount_fen=5_000))
    assert (told.kind, told.approved) == (Kind.COMPLETION, True)
    sold = target.sell(Sale(name="S2", amount_fen=700))
    assert (sold.kind, sold.approved) == (Kind.SALE, True)
    back = target.operate(1, Wish(kind=Kind.VOID, order="V1", amount_fen=700, original=sold))
    assert (back.kind, back.approved) == (Kind.REFUND, True)
    assert target.wait(lambda: target.balances()[card] == has_fen - 5_000, 0)
    assert target.unstruck() == ()
    judgement = target.judge()
    assert (judgement.verdict, judgement.findings) == (Verdict.PASS, ())


@pytest.mark.live
def test_what_no_till_can_key_is_refused_by_name_and_what_never_came_is_told(target):
    with pytest.raises(ControlError, match=r"operator\.retry_storm \(storm at operation\)"):
        target.fault('mode = "operator.retry_storm"\nnth = 1')
    target.fault('mode = "operator.wrong_amount"\nnth = 2')
    assert target.sell(Sale(name="S1", amount_fen=5_000)).approved
    judgement = target.judge()
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert judgement.reasons == ("fault 'operator.wrong_amount till 1' (operator.wrong_amount) never struck",)
