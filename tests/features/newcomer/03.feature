# By a QA engineer who had read docs/features.md once; first try, unchanged.
Feature: Router and line failures, and the reversal that follows

  # passes
  Scenario: The router is off for a quarter of an hour
    Given a merchant "Bakery" with one terminal
    And the merchant is paid the next working day, with a fee of 0.6%
    And it is 2026-01-27 10:00
    And the router is off for 15 minutes
    When the merchant tries to sell for ¥45.00
    Then it fails because the network is down
    And the customer has paid nothing
    When 20 minutes pass
    And the clerk tries again
    Then the sale is approved
    When the merchant settles
    Then the settlement goes through
    And the customer has paid ¥45.00
    And by 2026-01-28 18:00 the merchant has received ¥44.73
    And the judge passes the run

  # passes
  Scenario: The reply gets lost on the line and the terminal reverses
    Given a merchant "Bakery" with one terminal
    And the merchant is paid T+1, less a fee of 0.6%
    And it is 2026-01-27 10:00
    And the reply to the next sale gets lost
    When the merchant sells for ¥80.00 as "cake"
    Then the terminal shows that there is no reply
    And within 5 minutes one reversal was sent to the host
    And within 5 minutes the sale "cake" has been reversed
    And no receipt is printed for the sale "cake"
    When the merchant sells for ¥80.00 as "cake again"
    And the merchant settles
    Then the customer was not charged twice
    And the customer has paid ¥80.00
    And the merchant has received ¥79.52 by 2026-01-28 18:00
