"""What a fourth round of newcomers met: a sale by its name alone, a sum in a notice, power that stays away, software that may wait."""

from __future__ import annotations

import json

import pytest

from hil.gherkin.names import Names
from hil.gherkin.play import play
from hil.gherkin.reading import readings
from hil.gherkin.steps import selling_steps, terminal_steps
from hil.gherkin.values import wording

SAID = (
    ("given", 'a merchant "Baker" with one terminal'), ("when", 'the merchant sells for ¥5.00 as "lunch"'),
    ("when", '商户做一笔5.00元的消费,记为"午餐"'), ("when", 'the merchant sells for ¥5.00 as "Baker"'))


@pytest.mark.parametrize(("text", "kind", "does"), [
    ('"lunch" was pending', "then", terminal_steps.was_pending), ('"午餐"曾处于支付中', "then", terminal_steps.was_pending),
    ('the merchant voids "lunch"', "when", selling_steps.voids), ('商户撤销"午餐"', "when", selling_steps.voids),
    ('the merchant refunds ¥2.00 of "lunch"', "when", selling_steps.refunds), ('"lunch" is not reversed', "then", terminal_steps.not_reversed),
])
def test_a_sale_is_known_by_its_name_alone_once_it_has_one(text, kind, does):
    deal = [clause.values()["deal"] for each in readings(text, kind, Names(SAID)) for clause in each.clauses if clause.sentence.does is does]
    assert [each.name for each in deal] == ["午餐" if "午餐" in text else "lunch"]


@pytest.mark.parametrize("text", ['"dinner" was pending', '"Baker" was pending'])
def test_no_other_name_is_that_of_a_sale(text):
    """One that no step gave, one that a merchant had first."""
    assert readings(text, "then", Names(SAID)) == ()


@pytest.mark.parametrize(("said", "text", "is_in"), [
    ("¥99.40", "【到账通知】净额99.40元", True), ("99.4元", "净额 ¥99.40", True), ("¥9.40", "净额99.40元", False), ("¥1,099.40", "净额1099.40元", True),
    ("¥28", "01-28到账", False), ("¥28", "28元到账", True), ('"99.40"', "净额199.40元", False), ('"99.40"', "净额99.40元", True), ('"99"', "净额99.40元", False),
    ('"到账"', "【到账通知】净额99.40元", True), ('"退款"', "【到账通知】净额99.40元", False),
])
def test_a_sum_in_a_notice_is_found_as_a_sum_and_words_as_words(said, text, is_in):
    assert wording(said).is_in(text) is is_in


FEATURE = """Feature: F
  Background:
    Given a merchant "Tea Garden" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-27 10:00

  Scenario: It went dark and stays so
    Given the power goes off in the next sale, before its approval is stored
    When the merchant sells for ¥90.00
    Then the sale is reversed

  Scenario: It has power
    When the merchant sells for ¥90.00
    Then the sale is reversed

  Scenario: The host asks for software and waits
    Given the acquirer demands software 31200000{within}
    When the merchant sells for ¥90.00
    Then it does not go through

  Scenario: The notice names the sum
    When the merchant sells for ¥100.00
    And the merchant settles
    Then by 2026-01-28 18:00 the merchant has received ¥99.40
    And a notice to the merchant says ¥99.40
    And a notice to the merchant says ¥9.40
"""


def test_a_claim_that_fails_names_what_stands_in_its_way(tmp_path):
    """Each message by hand: 12 hours are the usual time for software (docs/failures.md), 30 minutes are those that a step gives."""
    messages = []
    for number, within in enumerate(("", " within 30 minutes")):
        feature, out = tmp_path / f"{number}.feature", tmp_path / f"{number}.json"
        feature.write_text(FEATURE.format(within=within), "utf-8")
        play([str(feature)], ["-f", "json", "-o", str(out)])
        scenarios = [each for each in json.loads(out.read_text("utf-8"))[0]["elements"] if each["type"] == "scenario"]
        failed = [[step for step in each["steps"] if step.get("result", {}).get("status") == "failed"] for each in scenarios]
        assert [each[0]["name"] for each in failed] == [
            "the sale is reversed", "the sale is reversed", "it does not go through", "a notice to the merchant says ¥9.40"]
        messages.append(["".join(each[0]["result"]["error_message"]) for each in failed])
    dark, powered, waits, _ = messages[0]
    assert 'terminal 1 of "Tea Garden" (what is cut stays off until a step says that the power is back)' in dark
    assert "no reversal of it went to the host" in powered
    assert "without power" not in powered
    assert "must be there by 2026-01-27 22:00:00" in waits
    assert "must be there by 2026-01-27 10:30:00" in messages[1][2]
