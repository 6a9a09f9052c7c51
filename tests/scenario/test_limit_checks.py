"""Limits without an effect are refused by name."""

import pytest

from simulator.scenario.read import ScenarioError, scenario_of_text

TEXT = """
title = "limits"
start = "2026-03-10T10:00"
until = "1d"
[[banks]]
name = "bank.a"
{bank}
[[merchants]]
name = "M"
terminals = {{}}
{merchant}
"""


@pytest.mark.parametrize(("bank", "merchant", "words"), [
    ('limits = { day = "0" }', "", "banks[1].limits.day: must be above 0.00"),
    ('limits = { single = "10", day = "5" }', "", "banks[1].limits.single: is above day, so it has no effect"),
    ('limits = { day = "10", month = "5" }', "", "limits.day: is above month"),
    ('limits = { single = "10", month = "5" }', "", "limits.single: is above month"),
    ("limits = { times_a_day = 0 }", "", "limits.times_a_day"),
    ("", 'limits = { qr = { single = "3", day = "2" } }', "merchants[1].limits.qr.single: is above day"),
    ("", "limits = { times_a_day = 3 }", "limits.times_a_day: unknown key"),
    ("", 'limits = { visa = { day = "1" } }', "limits.visa: unknown key"),
    ("preauth_days = 0", "", "preauth_days"),
    ("preauth_days = 366", "", "preauth_days"),
])
def test_a_limit_without_an_effect_is_refused_by_name(bank, merchant, words):
    with pytest.raises(ScenarioError) as refused:
        scenario_of_text(TEXT.format(bank=bank, merchant=merchant))
    assert words in str(refused.value)
