@needs.records
Feature: What the merchant owes

  Background:
    Given a merchant "Corner Shop" with one terminal
    And a customer "Li" with ¥500.00 on the card
    And it is 2026-01-27 10:00

  Scenario: A refund beyond what is due is owed, and comes off the next sales
    Given the merchant has sold for ¥100.00 to customer "Li"
    And the merchant has settled
    And it is the next day 18:00
    When the merchant refunds the sale
    And the merchant settles
    Then by 2026-01-29 18:00 the merchant has received ¥99.40
    And the merchant owes ¥99.40
    When the merchant sells for ¥200.00
    And the merchant settles
    Then by 2026-01-30 18:00 the merchant has received ¥198.80
    And the merchant owes nothing

  Scenario: A refund beyond what is due is refused
    Given refunds beyond what the merchant is still to be paid are refused
    And the merchant has sold for ¥100.00 to customer "Li"
    And the merchant has settled
    And it is the next day 18:00
    When the merchant refunds the sale
    Then it is declined because the sum is over the limit
    And customer "Li" has ¥400.00 left on the card
