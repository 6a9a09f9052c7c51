"""What a pre-authorisation became and how far a dispute is are claims of their own: each passes where it is so and fails where not."""

from __future__ import annotations

import json

import pytest

from hil.gherkin.play import play
from hil.gherkin.reading import readings
from hil.gherkin.steps import acquirer_steps, hold_steps, terminal_steps

ENGLISH = """Feature: F
  Background:
    Given a merchant "Hotel" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-27 10:00

  Scenario: Nobody completes it within its 30 days
    When the merchant pre-authorises ¥500.00 as "room"
    Then the pre-authorisation still stands
    When it is 2026-02-26 23:00
    Then the pre-authorisation "room" still stands
    When it is 2026-02-27 01:00
    Then the pre-authorisation has expired
    And the pre-authorisation still stands

  Scenario: Completed
    When the merchant pre-authorises ¥500.00
    And the merchant completes the pre-authorisation for ¥400.00
    Then the pre-authorisation is completed
    And the pre-authorisation has expired

  Scenario: Voided
    When the merchant pre-authorises ¥500.00
    And the merchant voids the pre-authorisation
    Then the pre-authorisation was voided
    And the pre-authorisation is completed

  Scenario: Refused
    Given a customer "Li" with ¥10.00 on the card
    When the merchant pre-authorises ¥500.00 for customer "Li"
    Then the pre-authorisation was refused
    And the pre-authorisation was voided

  Scenario: Stands
    When the merchant pre-authorises ¥500.00
    Then the pre-authorisation is completed

  Scenario: A dispute from its beginning to its end
    When the merchant sells for ¥100.00
    And the merchant settles
    And it is 2026-01-29 10:00
    Then nobody has disputed the sale
    When the customer's bank charges the sale back
    Then the dispute about the sale is still open
    And the dispute is charged back
    When the acquirer presents the sale again
    Then the dispute is presented again
    And the dispute is not over
    When it is 2026-06-30 10:00
    Then the dispute is won
    And the dispute is still open

  Scenario: Another stage
    When the merchant sells for ¥100.00
    And the merchant settles
    And it is 2026-01-29 10:00
    And the customer's bank charges the sale back
    Then the dispute about the sale is charged back again

  Scenario: It is disputed
    When the merchant sells for ¥100.00
    And the merchant settles
    And it is 2026-01-29 10:00
    And the customer's bank charges the sale back
    Then nobody has disputed the sale
"""
ENDS = (
    ("the pre-authorisation still stands", "the pre-authorisation has expired; said was that it still stands"),
    ("the pre-authorisation has expired", "the pre-authorisation is completed; said was that it has expired"),
    ("the pre-authorisation is completed", "the pre-authorisation was voided; said was that it is completed"),
    ("the pre-authorisation was voided", "the pre-authorisation was refused; said was that it was voided"),
    ("the pre-authorisation is completed", "the pre-authorisation still stands, until 2026-02-27 00:00:00; said was that it is completed"),
    ("the dispute is still open", "the dispute is: closed for the merchant"),
    ("the dispute about the sale is charged back again", "the dispute is: charged back; now: "),
    ("nobody has disputed the sale", "the dispute is: charged back"),
)


def test_each_claim_holds_where_it_is_so_and_fails_with_what_is(tmp_path):
    """30 calendar days after its own (docs/money.md): a hold of 27 January may be completed on 26 February, and is over at 00:00 of the 27th."""
    feature, out = tmp_path / "f.feature", tmp_path / "out.json"
    feature.write_text(ENGLISH, "utf-8")
    play([str(feature)], ["-f", "json", "-o", str(out)])
    ended = []
    for each in json.loads(out.read_text("utf-8"))[0]["elements"]:
        ended += [(step["name"], "".join(step["result"]["error_message"])) for step in each["steps"] if step.get("result", {}).get("status") == "failed"]
    assert [name for name, _ in ended] == [name for name, _ in ENDS]
    for (_, message), (_, said) in zip(ended, ENDS, strict=True):
        assert said in message


HOLD, STANDS, OVER, NOBODY = hold_steps.hold_is, acquirer_steps.dispute_stands, acquirer_steps.dispute_is_over, acquirer_steps.not_disputed


@pytest.mark.parametrize(("text", "does", "said"), [
    ("the pre-authorisation has expired", HOLD, "expired"), ("the hold has expired", HOLD, "expired"), ("预授权已失效", HOLD, "expired"), ("预授权已过期", HOLD, "expired"),
    ("the pre-authorisation is still held", HOLD, "stands"), ("预授权仍有效", HOLD, "stands"), ("预授权尚未完成", HOLD, "stands"),
    ("the pre-authorisation has been completed", HOLD, "completed"), ("the pre-authorisation is completed", HOLD, "completed"), ("预授权已完成", HOLD, "completed"),
    ("预授权已撤销", HOLD, "voided"), ("the pre-authorisation was cancelled", HOLD, "voided"),
    ("the pre-authorisation is approved", terminal_steps.says_approved, None), ("the pre-authorisation is reversed", terminal_steps.is_reversed, None),
    ("the dispute is still open", STANDS, ""), ("争议仍未结束", STANDS, ""), ("这笔消费的争议还在处理中", STANDS, ""), ("the sale is disputed", STANDS, None),
    ("the dispute is over", OVER, None), ("争议已结束", OVER, None), ("the sale is not disputed", NOBODY, None), ("这笔消费没有争议", NOBODY, None),
])
def test_a_state_is_said_in_many_ways_and_each_has_one_meaning(text, does, said):
    read = readings(text, "then")
    assert [each.clauses[-1].sentence.does for each in read] == [does]
    values = read[0].clauses[-1].values()
    assert values.get("became", values.get("state")) == said
