Feature: The printer driver fails after an approval

  An approved sale without paper stays in the totals and is paid.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: No paper, and paid all the same
    Given the fault "terminal.driver_stale" strikes at terminal 1
      | nth | 1 |
    When the merchant sells for ¥120.00
    Then within 5 minutes the customer has paid ¥120.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥119.28
    And the judge passes the run
