# By another newcomer who had read docs/features.md once; first try, unchanged.
Feature: Answers that never come back and power that goes away
  A customer must not pay for something the till does not know about.

  Background:
    Given a merchant "Noodle Bar" with one terminal
    And the merchant is paid the next working day with a fee of 0.6%
    And it is 2026-01-27 11:30

  # passes
  Scenario: The reply gets lost, the clerk sells again
    Given the reply to the next sale gets lost
    When the merchant sells for ¥120.00 as "first try"
    Then the terminal says there was no reply
    And within 5 minutes the sale "first try" has been reversed
    When 10 minutes pass
    And the merchant sells for ¥120.00 again
    And the merchant settles
    Then the settlement is accepted
    And the customer has paid ¥120.00
    And the customer was not charged twice
    And by 2026-01-28 18:00 the merchant has received ¥119.28
    And the judge passes the run

  # passes
  Scenario: Lights out just before the receipt
    Given the power fails during the next sale, before the receipt is printed
    When the merchant sells for ¥45.50
    And the power comes back
    And the merchant settles
    Then the settlement is taken
    And a receipt for ¥45.50 was printed for the sale
    And the customer has paid for the sale once
    And by 18:00 on 2026-01-28 the merchant has received ¥45.23
    And the judge is satisfied with the run
