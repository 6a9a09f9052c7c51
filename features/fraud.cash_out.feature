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
    Then the money of the sale is held for risk control
    And ¥9,800.00 of the merchant is held for risk control
    And a notice to the merchant says "9800.00元正在核查"
    When 4 hours pass
    And the merchant settles
    And it is 2026-03-20 18:00
    Then customer "Li" has ¥59,932.00 left on the card
    And the merchant owes ¥9,800.00
    And risk control has taken ¥9,800.00 of the merchant back once
    And ¥0.00 of the merchant is held for risk control
    And a notice to the merchant says "款项已退还持卡人"
    And the judge passes the run

  Scenario: Released, and nothing of it is paid before
    # the false 9,800.00 and 68.00 less 0.6 % (58.80 and 0.41): 9,808.79
    Given the fault "fraud.cash_out" strikes at the merchant
      | nth | 1        |
      | how | released |
    When the merchant sells for ¥68.00 to customer "Li"
    And the merchant settles
    Then by 2026-01-27 18:00 ¥9,808.79 of the merchant stand in suspense
    And the merchant has received nothing
    When it is 2026-03-20 18:00
    Then risk control has released ¥9,800.00 of the merchant once
    And the merchant has received ¥9,808.79
    And nothing of the merchant stands in suspense
    And the judge passes the run
