"""Customers sign on the screens of e-sign terminals; a step of a script says so, and nowhere else."""

from __future__ import annotations

import pytest

from simulator.judge.verdict import Verdict
from simulator.scenario.read import ScenarioError, scenario_of_text
from simulator.trace.records import Journaled, Sent
from simulator.trial import TrialOptions, try_scenario

DAY = """
title = "signed"
start = 2026-01-27T10:00:00+08:00
until = "14h"
[[merchants]]
name = "shop"
terminals = {{ count = 1, profile = "{profile}" }}
{sales}
script = [
  {{ at = "10:05", sale = "S1", amount = "9.00", signed = true }},
  {{ at = "10:10", sale = "S2", amount = "8.00" }},
  {{ at = "10:20", sale = "S3", amount = "7.00", signed = true }},
]
"""


def text(profile: str = "lakala-esign-4g", sales: str = "") -> str:
    return DAY.format(profile=profile, sales=sales)


@pytest.mark.parametrize("wire", [False, True])
def test_what_is_signed_goes_up_before_the_next_sale_and_before_the_settlement(wire):
    records = []
    judgement = try_scenario(
        scenario_of_text(text()), TrialOptions(keep_sales=None, wire=wire), [records.append])
    assert judgement.verdict is Verdict.PASS
    sent = [each.what for each in records
            if isinstance(each, Sent) and each.actor == "terminal.10000001"]
    assert sent[:6] == [
        "sign_on", "sale", "signature_upload", "sale", "sale", "signature_upload"]
    assert sent[6] == "settlement"
    kept = [each for each in records if isinstance(each, Journaled)
            and each.actor == "acquirer" and each.entry == "signaturekept"]
    assert [each.stan for each in kept] == [2, 4]


def test_customers_of_chance_sign_at_such_a_terminal_and_at_no_other():
    for profile, signs in (("shengfutong-esign", True), ("lakala-touch", False)):
        records = []
        told = text(profile, "sales = { per_hour = 20 }").replace(", signed = true", "")
        judgement = try_scenario(scenario_of_text(told), TrialOptions(), [records.append])
        assert judgement.verdict is Verdict.PASS
        assert any(isinstance(each, Sent) and each.what == "signature_upload" for each in records) is signs


@pytest.mark.parametrize(("told", "words"), [
    (text("lakala-touch"), "takes no signatures"),
    (text().replace('sale = "S1"', 'do = "qr_sale", sale = "S1"'), "nobody signs for a qr_sale"),
])
def test_a_signature_without_effect_is_refused(told, words):
    with pytest.raises(ScenarioError, match=words):
        scenario_of_text(told)
