Feature: The merchant's bank is in maintenance over the payout

  Queued payouts are made once.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: The payout
    Given the merchant has sold for ¥68.00
    And the banks are in maintenance from 2026-01-27 08:00 for 4 hours
    When the merchant settles
    Then the settlement is taken
    And until 2026-01-27 11:55 the merchant has received nothing
    And by 2026-01-27 18:00 the merchant has received ¥67.59
    And the merchant has been paid 1 time
    And the judge passes the run
