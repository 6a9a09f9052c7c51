@needs.records
Feature: Payouts are put off

  What is due stands in suspense with that reason, for all to see, and is released once.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Put off by rule for two days
    # until Wednesday 10:00; 100.00 less 0.60 = 99.40
    Given the fault "settlement.suspended" strikes at the merchant for 2 days
    And the merchant has sold for ¥100.00
    When the merchant settles
    Then by 2026-01-27 18:00 ¥99.40 of the merchant stand in suspense
    And until 2026-01-28 09:55 the merchant has received nothing
    And by 2026-01-28 11:00 the merchant has received ¥99.40
    And by 2026-01-28 11:00 nothing of the merchant stands in suspense
    And the merchant has been paid once
    And the judge passes the run
    And these rules were put to the test and held
      | suspense has a cause and an end |
