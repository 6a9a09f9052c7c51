Feature: A chargeback after the payout

  The sum is debited once, and the merchant owes it.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Nobody answers
    Given the merchant has sold for ¥120.00
    And the merchant has settled
    When it is 2026-01-29 10:00
    And the customer disputes the sale because it was not delivered
    Then by 2026-03-10 the dispute about the sale is lost
    And the merchant owes ¥120.00
    And the judge passes the run
    And these rules were put to the test and held
      | a dispute is decided once |

  Scenario: The fault has the customer's bank take the sum back three days later
    Given the fault "dispute.chargeback" strikes at the merchant
      | nth   | 1             |
      | delay | 72 hours      |
      | code  | not_delivered |
    When the merchant sells for ¥120.00
    And the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥119.28
    When it is 2026-03-10 10:00
    Then the customer has paid nothing
    And the merchant owes ¥120.00
    And the judge passes the run
    And these rules were put to the test and held
      | a dispute is decided once |
