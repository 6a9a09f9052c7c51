@needs.records
Feature: Cash for cards

  A false sale of an unusual sum, with a real card and a right MAC. The cardholder has
  the sum back once, and the merchant owes it once.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And a customer "Li" with ¥60,000.00 on the card
    And it is 2026-01-26 10:00

  Scenario: Taken back
    # beside 68.00 a false 9,800.00; 60,000.00 - 68.00 = 59,932.00 remains
    Given the fault "fraud.cash_out" strikes at the merchant
      | nth | 1          |
      | how | taken_back |
    When the merchant sells for ¥68.00 to customer "Li"
    And 4 hours pass
    And the merchant settles
    And it is 2026-03-20 18:00
    Then customer "Li" has ¥59,932.00 left on the card
    And the merchant owes ¥9,800.00
    And the judge passes the run
