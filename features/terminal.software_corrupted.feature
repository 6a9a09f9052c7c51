Feature: The terminal falls back to earlier software

  It signs on again, and what it holds is settled as it is.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Both sales are paid
    Given the merchant has sold for ¥68.00
    And the fault "terminal.software_corrupted" strikes at the 1st operation of the merchant
    When the merchant sells for ¥120.00
    And 20 minutes pass
    And the clerk makes sure of the sale
    Then within 5 minutes the customer has paid ¥188.00
    When the merchant settles
    Then by 2026-01-28 18:00 the merchant has received ¥186.87
    And the judge passes the run
