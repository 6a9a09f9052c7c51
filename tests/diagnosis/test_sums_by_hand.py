"""Sums that are told of sales that were not simply sold and paid, by hand: fee 0.6 % of each, rounded half up to the fen."""

from __future__ import annotations

import pytest

from simulator.diagnosis.diagnosis import Diagnosis, diagnosis_of
from simulator.diagnosis.evidence import Evidence
from simulator.diagnosis.headline import headline
from simulator.diagnosis.story import story_of
from simulator.diagnosis.told import rows_of, yuan
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import Record
from simulator.world.run import build_world, run_virtual

HEAD = """
title = "by hand"
start = 2026-01-26T09:00:00+08:00
until = "3d"
cards = [{ name = "card.li", balance = "100.00", approves_in_part = true }]
[[merchants]]
name = "shop"
router = "router.a"
fee = { percent = "0.6" }
terminals = { count = TERMINALS, profile = "lakala-touch" }
habits = { settles = SETTLES }
script = [
"""
S1 = '{ at = "10:00", sale = "S1", amount = "100.00" },\n'


def told(script: str, more: str = "", *, settles: str = '"22:30"', terminals: int = 1) -> tuple[list[str], list[str], Evidence, Diagnosis]:
    """What is said first, in English and Chinese, and all of it."""
    records: list[Record] = []
    text = HEAD.replace("SETTLES", settles).replace("TERMINALS", str(terminals)) + script + "]\n" + more
    run_virtual(build_world(scenario_of_text(text), [records.append]))
    evidence = Evidence(records)
    diagnosis = diagnosis_of(evidence)
    said = headline(evidence, diagnosis.sales, frozenset(diagnosis.names), yuan)
    return [each.en for each in said], [each.zh for each in said], evidence, diagnosis


def test_of_a_refund_in_part_the_part_went_back_and_the_rest_is_in_the_account():
    """(100.00 - 0.60) - (40.00 - 0.24) = 59.64."""
    said, chinese, *_ = told(S1 + '{ at = "15:00", do = "refund", sale = "R1", of = "S1", amount = "40.00" },')
    assert said == [
        "¥59.64 came to the account, the last of it 2026-01-27 09:00.",
        "¥40.00 of 1 sale went back to cardholders; the rest of it is told above."]
    assert chinese[1] == "1 笔交易中有 ¥40.00 已退还持卡人，其余见上。"


def test_what_is_refunded_after_its_payout_came_and_is_owed():
    said, _, evidence, diagnosis = told(S1 + '{ at = "2026-01-27T15:00", do = "refund", sale = "R1", of = "S1" },')
    assert said == [
        "The merchant owes the acquirer ¥99.40; it is taken off what it is paid next.",
        "¥99.40 came to the account, the last of it 2026-01-27 09:00.",
        "¥100.00 (1 sale) went back to cardholders: nothing of it is to come."]
    [sale] = [each for each in diagnosis.sales if each.sale == "S1"]
    way = [stage.told.en for stage in story_of(evidence, sale, yuan)]
    assert "refund approved: approved (00)" in way  # and not only that it was asked for
    assert "cleared for 2026-01-27: -¥100.00, fee -¥0.60" in way


def test_a_preauthorisation_is_held_until_it_is_completed_and_then_told_once():
    preauth = '{ at = "10:00", do = "preauth", sale = "P1", amount = "500.00" },\n'
    said, chinese, *_ = told(preauth)
    assert said == [("¥500.00 (1 pre-authorisation) is held on cards and not taken: "
                     "nothing of it comes before it is completed.")]
    assert chinese == ["¥500.00（1 笔预授权）在卡内冻结，尚未扣款：预授权完成前不会到账。"]
    said, *_ = told(preauth + '{ at = "18:00", do = "completion", sale = "C1", of = "P1", amount = "420.00" },')
    assert said == ["¥417.48 came to the account, the last of it 2026-01-27 09:00."]  # 420.00 - 2.52
    said, *_ = told(preauth + '{ at = "18:00", do = "preauth_void", sale = "V1", of = "P1" },')
    assert "held" not in said[0]


def test_of_a_sale_that_was_approved_in_part_it_is_what_was_taken():
    sale = '{ at = "10:00", sale = "S1", amount = "150.00", card = "card.li" },\n'
    assert told(sale)[0] == ["¥99.40 came to the account, the last of it 2026-01-27 09:00."]
    assert told(sale + '{ at = "11:00", do = "void", sale = "V1", of = "S1" },')[0] == [
        "¥100.00 (1 sale) went back to cardholders: nothing of it is to come."]


def test_a_sale_that_was_reversed_after_the_host_had_captured_it_is_in_no_account():
    """The reply of S2 has a wrong MAC; 100.00 - 0.60 + 5.00 - 0.03 = 104.37."""
    said, *_ = told(
        S1 + '{ at = "11:00", sale = "S2", amount = "30.00" },{ at = "13:00", sale = "S3", amount = "5.00" },',
        '[[faults]]\nmode = "acquirer.mac_failure"\ntarget = "shop"\nat = "10:50"\nfor = "20m"\n')
    assert said == [
        "¥104.37 came to the account, the last of it 2026-01-27 09:00.",
        "¥30.00 (1 sale) went back to cardholders: nothing of it is to come."]


def test_a_payout_that_came_short_says_how_much_is_missing_and_who_must_say_where_it_is():
    """A tenth of 99.40 stays on the way."""
    said, chinese, *_ = told(S1, '[[faults]]\nmode = "provider.unlicensed"\ntarget = "shop"\nhow = "short"\n')
    assert said[0] == ("¥9.94 is missing: ¥89.46 of the ¥99.40 that was paid out came to the account. "
                       "The acquirer must say where the rest is.")
    assert chinese[0] == "少 ¥9.94：已付出 ¥99.40，账户只收到 ¥89.46。收单机构须说明其余款项的去向。"


def test_a_dispute_about_a_part_takes_that_part_back():
    said, *_ = told(S1, '[[disputes]]\nsale = "S1"\nat = "2026-01-28T10:00"\namount = "30.00"\nreason = "not_delivered"\n')
    assert said[0].startswith("¥30.00 (1 sale) was taken back in a dispute on 2026-01-28 10:00")
    assert "¥99.40 came to the account, the last of it 2026-01-27 09:00." in said


def test_a_batch_that_nobody_settled_all_day_is_not_called_well():
    said, chinese, _, diagnosis = told(S1, settles='"never"')
    assert said[0].startswith("¥100.00 (1 sale) is at the acquirer in a batch that nobody has settled, though its day ended 2026-01-26 23:00")
    assert chinese[0].startswith("¥100.00（1 笔）在收单机构，其营业日已于 2026-01-26 23:00 结束而批次仍未结算")
    assert diagnosis.answers == ()


# ---- which sales a cause touches -------------------------------------------------------------


def names(diagnosis: Diagnosis) -> set[str]:
    return {each.sale for each in diagnosis.answers[0].sales}


def down(at: str, for_: str) -> str:
    return f'[[faults]]\nmode = "network.router_down"\ntarget = "router.a"\nat = "{at}"\nfor = "{for_}"\n'


def test_what_could_not_be_sold_for_want_of_a_reversal_belongs_to_the_line_that_kept_it():
    sales = "".join(f'{{ at = "10:{minute}", sale = "M{minute}", amount = "20.00" }},\n' for minute in ("06", "26", "46"))
    _, _, _, diagnosis = told(sales, down("10:00", "35m"))
    assert {each.sale for each in diagnosis.sales if each.state == "not_taken"} == {"M06", "M26"} == names(diagnosis)


def test_a_settlement_that_did_not_get_through_touches_all_of_its_batch():
    sales = S1 + '{ at = "11:00", sale = "S2", amount = "30.00", terminal = 2 },'
    _, _, _, diagnosis = told(sales, down("22:20", "70m"), terminals=2)
    assert names(diagnosis) == {"S1", "S2"}


@pytest.mark.parametrize(("mode", "keys", "touched"), [
    ("terminal.factory_reset", 'target = "shop"\nat = "12:00"\nfor = "2h"\nnth = 1', {"S1", "S3"}),
    ("record.lost", 'target = "shop"\nat = "12:00"\nfor = "2h"\nnth = 1', {"S1"}),
    ("acquirer.backlog", 'at = "22:50"\nfor = "14h"', {"S1", "S3"}),
])
def test_a_batch_that_was_forgotten_and_a_day_that_was_not_cleared_touch_what_lay_in_them(mode, keys, touched):
    _, _, _, diagnosis = told(S1 + '{ at = "13:00", sale = "S3", amount = "5.00" },', f'[[faults]]\nmode = "{mode}"\n{keys}\n')
    assert diagnosis.answers[0].finding.modes == (mode,)
    assert touched <= names(diagnosis)


def test_of_what_is_no_trouble_of_a_line_the_closest_place_is_said():
    _, _, _, diagnosis = told(S1, '[[faults]]\nmode = "operator.void_by_mistake"\ntarget = "shop"\nnth = 1\n')
    assert dict(rows_of(diagnosis.answers[0], diagnosis.names))["where"].en == "terminal 10000001"
