"""What a clerk does wrong at the till of a virtual device: it happens there, is put right, and is judged as in the world."""

from __future__ import annotations

from contextlib import contextmanager
from datetime import datetime

import pytest

from hil.control.control import ControlError
from hil.targets.target import Accounts, Sale, TargetSetting
from hil.targets.targets import target_named
from hil.targets.till_mistakes import MISTAKES
from hil.targets.virtual import VirtualTarget
from hil.tills.ends import Wish
from simulator.catalogue.places import Place
from simulator.faults.abilities import verbs_at
from simulator.faults.points import Point
from simulator.judge.verdict import Verdict
from simulator.local_time import moment_ms
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import FaultFired, SaleMeant, SaleUndone, Unentitled
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


def opened(tmp_path, settings="", defects=()):
    """A target whose terminal has more settings, or is built wrong."""
    text = SCENARIO.replace("settings = { ", f"settings = {{ {settings} ")
    return VirtualTarget(TargetSetting(scenario=text, folder=tmp_path / "run", defects=defects))


@contextmanager
def closing(target):
    try:
        yield target
    finally:
        target.close()


def void_of(sold):
    return Wish(kind=Kind.VOID, order="V1", amount_fen=sold.amount_fen, original=sold)


def fired(target):
    return [each.mode for each in target._bench.records() if isinstance(each, FaultFired)]


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


NOT_SIGNED_IN = 'mode = "operator.unauthorised_clerk"\nhow = "not_signed_in"\nof = "sale"\nnth = 1'
WRONG_PASSWORD = 'mode = "operator.unauthorised_clerk"\nhow = "wrong_password"\nof = "sale"\nnth = 1'
NO_RIGHT = 'mode = "operator.unauthorised_clerk"\nhow = "no_right"\nof = "void"\nnth = 1'
DISABLED = 'mode = "operator.disabled_function"\nof = "void"\nnth = 1'


@pytest.mark.live
@pytest.mark.parametrize(("fault", "settings", "reasons", "wrong"), [
    (NOT_SIGNED_IN, "", ["not_signed_in"], "terminal.any_clerk"),
    (WRONG_PASSWORD, "", ["wrong_password"], "terminal.any_password"),
    (NO_RIGHT, 'supervised = ["void"],', ["no_right"], "terminal.no_supervisor"),
    (DISABLED, 'disabled = ["refund"],', ["disabled"], "terminal.does_disabled"),
], ids=["not signed in", "wrong password", "no right", "disabled"])
def test_who_may_not_is_refused_and_the_right_one_sells_and_voids(tmp_path, fault, settings, reasons, wrong):
    for defects in ((), (wrong,)):
        with closing(opened(tmp_path / str(len(defects)), settings, defects)) as target:
            target.fault(fault)
            sold = target.sell(Sale(name="S1", amount_fen=5_000))
            assert sold.approved
            assert target.operate(1, void_of(sold)).approved or defects
            assert target.unstruck() == ()
            judgement = target.judge()
            assert judgement.verdict is (Verdict.FAIL if defects else Verdict.PASS)
            assert (25 in {each.invariant for each in judgement.findings}) is bool(defects)
            asked = [each for each in target._bench.records() if isinstance(each, Unentitled)]
            assert [each.why for each in asked] == reasons


@pytest.mark.live
@pytest.mark.parametrize("defects", [(), ("terminal.sale_before_reversal",)], ids=["right", "wrong"])
def test_keys_are_pressed_again_while_the_outcome_is_open_and_the_reversal_goes_first(tmp_path, defects):
    text = SCENARIO.replace('reversal_idle = "1s"', 'reversal_idle = "60s"')  # nobody reverses it meanwhile
    with closing(VirtualTarget(TargetSetting(scenario=text, folder=tmp_path / "run", defects=defects))) as target:
        target.fault('mode = "operator.retry_storm"\nnth = 1\ndelay = "1s"')
        assert target.sell(Sale(name="S0", amount_fen=100)).approved  # over at once: nobody grows impatient
        assert target.unstruck() == ("operator.retry_storm",)
        target.fault('mode = "network.outage"\non = "reply"\nmti = "0210"\nnth = 1')
        assert target.sell(Sale(name="S1", amount_fen=5_000)).approved
        assert target.unstruck() == ()
        judgement = target.judge()
        found = {each.invariant for each in judgement.findings}
        assert (judgement.verdict, found) == ((Verdict.PASS, set()) if not defects else (Verdict.FAIL, {7}))


@pytest.mark.live
def test_a_code_on_the_goods_is_scanned_first_and_nobody_pays_with_it(target):
    target.fault('mode = "operator.mis_scan"\nnth = 1')
    told = target.operate(1, Wish(kind=Kind.QR_SALE, order="S1", amount_fen=5_000))
    assert (told.approved, target.unstruck()) == (True, ())
    judgement = target.judge()
    assert (judgement.verdict, judgement.findings) == (Verdict.PASS, ())


@pytest.mark.live
def test_what_is_sold_in_an_announced_maintenance_is_declined_and_told_as_going_on(target):
    target.fault('mode = "operator.sale_in_maintenance"\nat = "0s"\nfor = "2h"')
    target.fault('mode = "acquirer.maintenance"\ntarget = "acquirer"\nat = "10m"\nfor = "30m"')
    assert target.sell(Sale(name="S1", amount_fen=5_000)).approved
    assert "operator.sale_in_maintenance" in target.unstruck()
    target.advance(target.now_ms() + 15 * 60_000)
    assert not target.sell(Sale(name="S2", amount_fen=700)).approved
    assert target.unstruck() == ()
    assert sorted(set(fired(target))) == ["acquirer.maintenance", "operator.sale_in_maintenance"]
    judgement = target.judge()
    assert (judgement.verdict, judgement.findings) == (Verdict.PASS, ())


@pytest.mark.live
def test_what_no_till_can_key_is_refused_by_name_and_what_never_came_is_told(target):
    with pytest.raises(ControlError, match=r"dispute\.chargeback \(dispute at operation\)"):
        target.fault('mode = "dispute.chargeback"\nnth = 1')
    target.fault('mode = "operator.wrong_amount"\nnth = 2')
    assert target.sell(Sale(name="S1", amount_fen=5_000)).approved
    judgement = target.judge()
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert judgement.reasons == ("fault 'operator.wrong_amount till 1' (operator.wrong_amount) never struck",)


@pytest.mark.live
def test_over_an_ecr_link_it_is_keyed_too_and_what_the_link_has_no_words_for_at_the_terminal(tmp_path):
    kind = target_named("bench", "fixtures/benches/virtual.toml")
    text = kind.scenario(SCENARIO.replace(f" settings = {{ {VirtualTarget.terminal_settings} }} ", ""))
    with closing(kind(TargetSetting(scenario=text, folder=tmp_path / "run"))) as target:
        target.fault('mode = "operator.wrong_amount"\nnth = 1')
        target.fault('mode = "operator.unauthorised_clerk"\nof = "sale"\nnth = 2')
        assert target.sell(Sale(name="S1", amount_fen=5_000)).approved
        assert target.sell(Sale(name="S2", amount_fen=700)).approved
        assert target.unstruck() == ()
        accounts = Accounts(scenario_of_text(text))
        assert target.wait(lambda: target.balances()[accounts.card("card.customer")] == accounts.opening_fen("card.customer") - 5_700, 0)
        judgement = target.judge()
        assert (judgement.verdict, judgement.findings) == (Verdict.PASS, ())
