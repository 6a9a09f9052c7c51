Feature: Fees to the fen, with a cap

  Net and fee add up to the gross of each sale.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%, at most ¥20.00
    And it is 2026-01-26 10:00

  Scenario: Rounded, and capped
    Given the merchant has sold for ¥68.00
    And the merchant has sold for ¥0.84
    And the merchant has sold for ¥0.83
    And the merchant has sold for ¥5,000.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥5,049.25
    And the judge passes the run
