Feature: A congested network

  A late reply belongs to its own sale and to no other.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Slow, and paid once
    Given the fault "network.congestion" strikes at the merchant for 10 minutes
      | jitter | 4s |
    When the merchant sells for ¥120.00
    And 15 minutes pass
    And the clerk makes sure of the sale
    Then within 5 minutes the customer has paid ¥120.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥119.28
    And the judge passes the run
