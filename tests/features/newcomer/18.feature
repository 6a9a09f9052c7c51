# By another newcomer who had read docs/features.md once; first try, unchanged.
Feature: When the bank stands in the way

  # passes
  Scenario: The shop's account is frozen when the payout comes
    Given a merchant "Florist" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-27 10:00
    And the merchant's account is frozen
    When the merchant sells for ¥250.00
    And the merchant settles
    Then by 2026-01-28 18:00 ¥248.50 of the merchant is in suspense
    And the merchant has received nothing
    And the customer's money was taken
    When it is 2026-01-29 09:00
    And the account is unfrozen and the suspended money is released
    Then by 2026-01-30 18:00 the merchant has received ¥248.50
    And nothing of the merchant is left in suspense
    And the judge passes the run

  # passes
  Scenario: Banks are under maintenance on the morning of the payout
    Given a merchant "Florist" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-27 18:00
    And the banks are under maintenance from 2026-01-28 00:00 for 20 hours
    When the merchant sells for ¥75.00 as "roses"
    And the merchant settles
    Then the settlement is taken
    And until 2026-01-28 19:30 the merchant has received nothing
    And by 2026-01-29 18:00 the merchant has received ¥74.55
    And by 2026-01-29 18:00 the money of the sale "roses" has arrived
    And the customer has paid ¥75.00
