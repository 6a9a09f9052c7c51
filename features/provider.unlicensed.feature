@needs.records
Feature: An intermediary without a licence stands before the merchant's bank

  The acquirer's books say paid, the merchant's bank says nothing: that is never told as arrived.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Passed on two days late
    # paid on Tuesday 9:00, passed on on Thursday 9:00; 68.00 less 0.41 = 67.59
    Given the merchant has sold for ¥68.00
    And the fault "provider.unlicensed" strikes at the merchant
      | nth   | 1      |
      | delay | 2 days |
    When the merchant settles
    Then the settlement is taken
    And until 2026-01-29 08:55 the merchant has received nothing
    And by 2026-01-29 12:00 the merchant has received ¥67.59
    And the judge passes the run

  Scenario: Kept for good
    Given the merchant has sold for ¥68.00
    And the fault "provider.unlicensed" strikes at the merchant
      | nth | 1     |
      | how | never |
    When the merchant settles
    Then until 2026-02-10 18:00 the merchant has received nothing
    And the judge says that ¥68.00 has not arrived by 2026-02-10 18:00
