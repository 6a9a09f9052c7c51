Feature: Settlement is closed for maintenance

  The batch misses its clearing; settled after the window it is paid a day later.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Settled again after the window
    Given the acquirer closes settlement from 2026-01-26 22:00 for 4 hours
    And the merchant has sold for ¥68.00
    And it is 2026-01-26 22:30
    When the merchant settles
    Then the settlement is not taken
    And until 2026-01-27 18:00 the merchant has received nothing
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-28 18:00 the merchant has received ¥67.59
    And the judge passes the run
    And these rules were put to the test and held
      | batch totals agree  |
      | payout exactly once |
