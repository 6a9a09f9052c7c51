Feature: An account is frozen

  A payout that a bank sends back is not lost: it stands in suspense with its reason, for all to
  see, and is paid once after unfreezing. A frozen card pays nothing.

  Background:
    Given a merchant "Tea House" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6 %
    And it is 2026-01-26 11:05

  Rule: Money for a frozen account stands in suspense until it can be paid

    Scenario: The payout comes back
      Given the merchant has sold for ¥188.00
      And the merchant's account is frozen
      When the merchant settles
      Then until 2026-01-27 18:00 the merchant has received nothing
      And by 2026-01-27 18:00 ¥186.87 of the merchant stand in suspense

    @virtual
    Scenario: The account is unfrozen, and the merchant is paid once
      Given the merchant has sold for ¥188.00
      And the merchant's account is frozen
      And the merchant has settled
      And it is 2026-01-28 15:30
      When the account is unfrozen and the suspended money released
      Then by 2026-01-29 18:00 the merchant has received ¥186.87
      And by 2026-01-29 18:00 ¥0.00 of the merchant stand in suspense
      And every sale has arrived by 2026-01-29 18:00
      And the judge passes the run
      And these rules were put to the test and held
        | money is conserved  |
        | no lost sale        |
        | payout exactly once |

  Rule: A frozen card is declined and leaves no trace in the totals

    @virtual
    Scenario: The customer's card is frozen between two sales
      Given the merchant has sold for ¥36.00
      And the customer's card is frozen
      When the merchant sells for ¥420.00
      Then the terminal says that the sale is declined with code 62
      And within 1 minute the customer has paid ¥36.00
      And the judge passes the run
