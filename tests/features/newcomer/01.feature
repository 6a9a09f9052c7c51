# By a QA engineer who had read docs/features.md once; first try, unchanged.
Feature: Voids, and refunds in parts

  Background:
    Given a merchant "Tea House" with one terminal
    And the merchant gets paid on the next working day, less a fee of 0.6%
    And the time is 2026-01-27 09:30

  # passes
  Scenario: One of two sales is voided before settlement
    When the merchant makes a sale of ¥100.00 as "pot"
    And the merchant makes a sale of ¥50.00 as "cups"
    And the merchant voids the sale "cups"
    Then the void is approved
    When the merchant settles
    Then the settlement is taken
    And the customer was debited ¥100.00 in all
    And the merchant has received ¥99.40 by 2026-01-28 18:00
    And the judge passes the run

  # passes
  Scenario: A coat is refunded in two parts
    When the merchant sells for ¥200.00 as "coat"
    And the merchant refunds ¥50.00 of the sale "coat"
    And the merchant refunds another ¥30.00 of the sale "coat"
    Then the terminal says the refund is approved
    When the merchant settles the batch
    Then the settlement was accepted
    And by the next working day 18:00 the merchant has received ¥119.28
    And the customer has paid ¥120.00 altogether
    And the judge is satisfied
