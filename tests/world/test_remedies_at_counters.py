"""Remedies at counters: each changes what clerks and terminals do, the harmful ones to somebody's harm."""

from __future__ import annotations

import pytest

from simulator.judge.verdict import Verdict, Where
from simulator.scenario.read import scenario_of_text
from simulator.trace.records import (
    ActionTaken,
    Concluded,
    Journaled,
    Restarted,
    SaleMeant,
    SaleUndone,
)
from simulator.trial import TrialOptions, try_scenario

HEAD = """
title = "a remedy at a counter"
start = 2026-01-27T10:00:00+08:00
until = "4d"
[[merchants]]
name = "shop"
terminals = { count = 2, profile = "lakala-touch", settings = { reply_timeout = "20s" } }
"""
TWO_SALES = """script = [
    { at = "10m", sale = "S1", amount = "68.00" },
    { at = "2h", sale = "S2", amount = "12.00" },
]
"""


def tried(text, head=HEAD):
    records = []
    judgement = try_scenario(
        scenario_of_text(head + text), TrialOptions(keep_sales=None), [records.append])
    return judgement, records


def of(records, kind):
    return [record for record in records if isinstance(record, kind)]


def action(do, at, more=""):
    return f'[[actions]]\ndo = "{do}"\nby = "shop"\nat = "{at}"\n{more}\n'


def fault(mode, at, for_, more=""):
    return f'[[faults]]\nmode = "{mode}"\nat = "{at}"\nfor = "{for_}"\n{more}\n'


def where(judgement):
    return {row.sale: row.where for row in judgement.sales}


def sold_at(records):
    return {each.sale: each.actor for each in of(records, Concluded) if each.result == "approved"
            and each.what in ("sale", "qr_sale")}


def test_customers_are_sent_to_another_terminal_and_for_a_time_only():
    hung = fault("terminal.hung", "5m", "10h", 'target = "shop/1"')
    _, without = tried(TWO_SALES + hung)
    judgement, records = tried(TWO_SALES + hung + action(
        "another_terminal", "6m", 'terminal = 2\nfor = "1h"'))
    assert sold_at(without)["S1"].endswith("10000001")  # when it was up again
    assert where(judgement)["S1"] is Where.ARRIVED
    assert sold_at(records)["S1"].endswith("10000002")
    assert sold_at(records)["S2"].endswith("10000001")


def test_who_waits_at_a_dead_terminal_is_sent_on_too():
    script = TWO_SALES.replace('"2h"', '"11m"')
    _, records = tried(script + fault("terminal.hung", "5m", "10h", 'target = "shop/1"\nnth = 1')
                       + action("another_terminal", "20m", "terminal = 2"))
    assert sold_at(records)["S2"].endswith("10000002")


def test_customers_pay_by_code_while_cards_are_down():
    bank = fault("bank.maintenance", "5m", "10h", 'code = "91"\nmay_stay_away = true')
    without, _ = tried(TWO_SALES + bank)
    judgement, records = tried(TWO_SALES + bank + action(
        "another_payment_method", "6m", 'pay = "qr"'))
    assert where(without)["S1"] is Where.DECLINED
    assert where(judgement)["S1"] is Where.ARRIVED
    assert [each.what for each in of(records, SaleMeant)] == ["qr_sale", "qr_sale"]
    assert judgement.verdict is Verdict.PASS


PENDING = """script = [{ at = "10m", do = "qr_sale", sale = "S1", amount = "68.00" }]
[[wallets]]
name = "wallet.a"
title = "w"
pending_share = 1.0
pending_for = "12s"
"""


SLOW = HEAD.replace("20s", "60s")


def test_another_channel_while_a_payment_is_pending_pays_twice_and_waiting_does_not():
    judgement, records = tried(PENDING + action("another_payment_method", "605s", 'pay = "card"'), SLOW)
    [other] = [each for each in of(records, SaleMeant) if each.instead]
    assert (other.sale, other.instead, other.what) == ("S1-other", "S1", "sale")
    assert where(judgement) == {"S1": Where.ARRIVED, "S1-other": Where.ARRIVED}
    asked, records = tried(PENDING + action("query_payment", "605s", 'sale = "S1"'), SLOW)
    assert where(asked) == {"S1": Where.ARRIVED}
    [said] = of(records, ActionTaken)
    assert said.detail == "S1: open; wait, and pay by nothing else meanwhile"


@pytest.mark.parametrize(("at", "what"), [("20m", "void"), ("27h", "refund")])
def test_a_wrong_sale_is_voided_in_its_batch_refunded_after_it_and_sold_right(at, what):
    judgement, records = tried(TWO_SALES + action(
        "void_or_refund", at, 'sale = "S1"\namount = "6.80"'))
    [undone] = of(records, SaleUndone)
    assert (undone.sale, undone.how) == ("S1", what)
    assert where(judgement)["S1"] is Where.UNDONE
    [again] = [row for row in judgement.sales if row.sale == "S1-again"]
    assert again.amount_fen == 680
    assert again.where in (Where.ARRIVED, Where.NETTED)  # netted against the refund of a paid sale
    assert judgement.verdict is Verdict.PASS


def test_where_voids_are_switched_off_the_other_function_is_used():
    day = TWO_SALES + action("another_function", "20m", 'sale = "S1"')
    _, records = tried(day, HEAD.replace("reply_timeout", 'disabled = ["void"], reply_timeout'))
    assert [each.how for each in of(records, SaleUndone)] == ["refund"]


def test_a_wrong_code_is_refunded_and_the_right_one_scanned():
    script = TWO_SALES.replace('sale = "S1"', 'sale = "S1", do = "qr_sale"')
    judgement, _ = tried(script + action("refund_and_scan", "20m", 'sale = "S1"'))
    assert (where(judgement)["S1"], where(judgement)["S1-again"]) == (Where.UNDONE, Where.ARRIVED)
    assert judgement.verdict is Verdict.PASS


def test_what_is_sold_again_though_it_was_good_is_a_second_sale():
    judgement, _ = tried(TWO_SALES + action("sell_again", "20m", 'sale = "S1"'))
    assert judgement.money.arrived.fen == 6800 + 6800 + 1200


def test_what_cannot_be_done_to_a_sale_makes_a_run_inconclusive():
    judgement, records = tried(TWO_SALES + action("sell_again", "5m", 'sale = "S1"'))
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert not of(records, ActionTaken)


def test_who_is_told_to_wait_does_not_key_it_again():
    lost = fault("network.outage", "5m", "15m")
    _, without = tried(TWO_SALES + lost)
    judgement, records = tried(TWO_SALES + lost + action("wait_do_not_repeat", "1m"))

    def tries(found):
        return len([each for each in of(found, Concluded) if each.sale == "S1"])

    assert tries(without) > tries(records) == 1
    assert judgement.verdict is Verdict.PASS


def test_the_backup_route_is_used_where_a_terminal_has_one():
    judgement, records = tried(TWO_SALES + fault("network.isp_down", "0s", "10h") + action(
        "contact_provider", "8m", "terminal = 1"))
    assert set(sold_at(records)) == {"S1", "S2"}
    assert judgement.verdict is Verdict.PASS


def test_a_new_password_is_the_one_that_signs_in():
    judgement, records = tried(TWO_SALES + action(
        "change_password", "20m", 'clerk = "01"\npassword = "4711"') + action("sign_on_again", "30m"))
    signed = [each.result for each in of(records, Concluded) if each.what == "sign_on"]
    assert signed
    assert set(signed) == {"approved"}
    assert judgement.verdict is Verdict.PASS


def test_a_factory_reset_wipes_an_open_batch_and_the_host_record_decides():
    judgement, records = tried(TWO_SALES + action("factory_reset", "1h", "terminal = 1"))
    [reset] = [each for each in of(records, Restarted) if each.actor.endswith("10000001")]
    assert str(reset.why.value) == "factory reset"
    assert judgement.verdict is Verdict.PASS
    assert judgement.money.arrived.fen == 8000  # later, by the host's record


def test_restored_software_is_the_old_one_until_the_host_asks_for_the_new():
    text = TWO_SALES + fault("terminal.software_stale", "1m", "3d", 'minimum = "31200000"') + action(
        "restore_system", "30m", 'software = "31000000"\nterminal = 1')
    judgement, records = tried(text)
    installed = [each for each in of(records, Journaled) if each.entry == "softwareinstalled"
                 and each.actor.endswith("10000001")]
    assert len(installed) >= 2  # the old one, and the new one over it
    assert judgement.verdict is Verdict.PASS


def test_a_restored_journal_has_a_gap_that_is_shown_and_filled_by_the_host_record():
    judgement, records = tried(TWO_SALES + action("back_up", "1m") + action("restore_data", "1h"))
    shown = [each.code for each in records if type(each).__name__ == "Warned"]
    assert "journal_damaged" in shown
    assert judgement.verdict is Verdict.PASS
    assert judgement.money.arrived.fen == 8000
