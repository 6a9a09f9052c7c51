# By another newcomer who had read docs/features.md once; first try, unchanged.
Feature: Cards that say no, and fees that stop growing

  # passes
  Scenario: Too little on the card
    Given a merchant "Bookshop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And a customer "Wang" with ¥50.00 on the card
    And it is 2026-01-27 16:00
    When the merchant sells for ¥80.00 to customer "Wang"
    Then the sale is declined with code 51
    And customer "Wang" still has ¥50.00 on the card
    When the merchant sells for ¥30.00 to customer "Wang"
    Then the sale is approved
    When the merchant settles
    Then customer "Wang" has ¥20.00 left on the card
    And by 2026-01-28 18:00 the merchant has received ¥29.82
    And the judge passes the run

  # fails at "the fee of the sale "sofa" is ¥20.00": the fee of it is ¥0.00, not ¥20.00; fees are taken at the cut-over
  Scenario: The fee on a big debit sale is capped
    Given a merchant "Furniture Hall" with one terminal
    And the merchant is paid on the next working day
    And the merchant's fee for debit cards is 0.5%, capped at ¥20.00
    And the customer has ¥10,000.00 on the card
    And it is 2026-01-27 16:30
    When the merchant sells for ¥5,000.00 as "sofa"
    And the merchant sells for ¥1,000.00 as "chair"
    And the merchant settles
    Then the fee of the sale "sofa" is ¥20.00
    And the fee of the sale "chair" is ¥5.00
    And the customer has ¥4,000.00 left on the card
    And the next working day by 18:00 the merchant has received ¥5,975.00
