Feature: A payout comes back, and the acquirer is built wrong

  The money of the merchant is gone without a word, or leaves suspense twice.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Returns are dropped
    Given an acquirer that is built wrong: "payout.drops_returns"
    And the merchant has sold for ¥68.00
    And the fault "account.abnormal" strikes at the merchant
      | code | closed |
    When the merchant settles
    Then until 2026-01-28 18:00 the merchant has received nothing
    And by 2026-01-28 18:00 ¥0.00 of the merchant stand in suspense
    And the judge finds that the rule "no lost sale" is broken

  Scenario: Another reason than the bank's
    Given an acquirer that is built wrong: "payout.suspends_for_other_reason"
    And the merchant has sold for ¥68.00
    And the fault "account.abnormal" strikes at the merchant
      | code | closed |
    When the merchant settles
    Then until 2026-01-28 18:00 the merchant has received nothing
    And the judge finds that the rule "suspense has a cause and an end" is broken
