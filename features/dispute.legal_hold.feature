Feature: Payouts held by the law

  The held sum is visible, and released once.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Held for two days
    Given the merchant has sold for ¥68.00
    And the acquirer holds what the merchant is due by law for 2 days
    When the merchant settles
    Then the settlement is taken
    And until 2026-01-27 18:00 the merchant has received nothing
    And by 2026-01-27 18:00 ¥67.59 of the merchant stand in suspense
    When it is 2026-01-28 12:30
    And the merchant takes the remedy "release_suspense"
    Then by 2026-01-28 18:00 the merchant has received ¥67.59
    And the judge passes the run
    And these rules were put to the test and held
      | suspense has a cause and an end |
