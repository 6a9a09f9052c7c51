Feature: The merchant's account is frozen, and the acquirer forgets the payout

  A payout that comes back and is neither sent again nor in suspense is money that nobody sees any
  more. The judge must find it.

  Scenario: An acquirer that drops what comes back
    Given a merchant "Tea House" with one terminal
    And an acquirer that drops the payouts that come back
    And it is 2026-01-26 11:05
    And the merchant has sold for ¥188.00
    And the merchant's account is frozen
    When the merchant settles
    Then until 2026-01-28 18:00 the merchant has received nothing
    And by 2026-01-28 18:00 ¥0.00 of the merchant stand in suspense
    And the judge finds that the rule "no lost sale" is broken
