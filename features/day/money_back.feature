@needs.records
Feature: Money that is held, given back, sent back, owed

  Background:
    Given a merchant "Corner Shop" with one terminal
    And it is 2026-01-27 10:00

  Scenario: A hold and its end
    When the merchant pre-authorises ¥100.00
    Then ¥100.00 is held on the card
    When the merchant completes the pre-authorisation with ¥80.00
    Then nothing is held on the card

  Scenario: Part of a sale is given back
    Given the merchant has sold for ¥100.00
    When the merchant refunds ¥30.00 of the sale
    Then ¥70.00 of the sale can still be refunded
    And the customer has got ¥30.00 back

  Scenario: A payout comes back
    Given the merchant's account is in another name
    And the merchant has sold for ¥100.00 and settled
    When the payout is made
    Then the payout of the merchant is returned because "mismatch"
    And money of the merchant stands in suspense

  Scenario: What is owed is taken off the next payout
    Given the merchant has sold for ¥50.00 and settled
    And it is 2026-01-29 10:00
    When the merchant refunds the sale
    And the merchant settles
    And 1 day passes
    Then the merchant is in debt
    When the merchant sells for ¥100.00
    And the merchant settles
    Then what the merchant owes is taken off the payout

  Scenario: A notice that arrives, and one that does not
    Given the merchant has sold for ¥50.00 and settled
    When the payout is made
    And 1 hour passes
    Then some notice has reached the merchant

  Scenario: No notice arrives
    Given the merchant has sold for ¥50.00 and settled
    And notices do not arrive
    When the payout is made
    And 1 hour passes
    Then none of the notices has reached the merchant

  Scenario: A sale that was refunded is not disputed
    Given the merchant has sold for ¥50.00 and refunded it
    When the merchant sells for ¥10.00
    Then the customer has paid ¥10.00

  Rule: Cards that cannot pay

    Scenario: An expired card
      Given the customer's card has expired
      When the merchant sells for ¥10.00
      Then it is declined because the card has expired

    Scenario: A card with hardly any money
      Given the customer's card has hardly any money
      When the merchant sells for ¥10.00
      Then it is declined because there is not enough money

    Scenario: A card over its limit
      Given the customer's card is over its limit
      When the merchant sells for ¥10.00
      Then it is declined because the sum is over the limit

    Scenario: A card with a limit
      Given the customer may spend at most ¥100.00 a day
      When the merchant sells for ¥101.00
      Then it is declined because the sum is over the limit

  Rule: A wallet that does not know yet

    Scenario: Pending, and asked about
      Given the wallet leaves QR payments pending for 10 seconds
      When the merchant takes a QR payment of ¥25.00
      And the clerk asks what became of the QR payment
      Then the QR payment was pending
      And the terminal says that it is approved
