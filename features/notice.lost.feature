Feature: The notice of a payout is lost

  The record of truth does not depend on it.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: The payout
    Given the merchant has sold for ¥68.00
    And notices do not arrive
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥67.59
    And the merchant has had 0 notices
    And the judge passes the run
