@needs.records
Feature: Terms of a merchant

  Background:
    Given a merchant "Corner Shop" with one terminal
    And it is 2026-01-27 10:00

  Scenario: Another fee for credit cards
    Given the fee of the merchant for credit cards is 1%, at most ¥10.00
    And a customer "Li" with ¥500.00 on the card
    And customer "Li" pays by a credit card
    When the merchant sells for ¥100.00 to customer "Li"
    And the merchant settles
    Then within 1 working day the merchant has received ¥99.00

  Scenario: A deposit comes off the first sales
    Given the merchant pays a deposit of ¥50.00 from its first sales
    When the merchant sells for ¥200.00
    And the merchant settles
    Then within 1 working day the merchant has received ¥148.80

  Scenario: The fee is kept on a refund
    Given the fee is kept on refunds of the merchant
    And the merchant has sold for ¥100.00
    When the merchant refunds ¥40.00 of the sale
    And the merchant settles
    Then within 1 working day the merchant has received ¥59.40

  Scenario: Clerks settle by habit
    Given the merchant settles every day at 22:30
    When the merchant sells for ¥68.00
    Then by 2026-01-28 18:00 the merchant has received ¥67.59

  Scenario: Any key of a scenario
    Given these settings of the merchant:
      | fee.percent  | 1   |
      | payout.terms | D+1 |
    And the customer has ¥90.00 on the card
    And these settings of the customer's card:
      | entry | chip |
    When the merchant sells for ¥50.00
    And the merchant settles
    Then by 2026-01-28 18:00 the merchant has received ¥49.50
    And the customer has ¥40.00 left on the card

  Scenario: The same card and sum again within minutes
    Given the merchant has sold for ¥68.00
    When the merchant sells for ¥68.00
    Then the operator was warned

  Scenario: Declined, so no receipt
    Given the customer has ¥10.00 on the card
    When the merchant sells for ¥68.00
    Then no receipt was printed for the sale

  Scenario: Held by law, then paid
    Given the acquirer holds what the merchant is due by law for 3 days
    And the merchant has sold for ¥68.00
    When the merchant settles
    Then by 2026-01-28 18:00 ¥67.59 of the merchant stands in suspense
    And by 2026-02-02 18:00 the merchant has received ¥67.59

  Scenario: Signed off
    When terminal 1 asks the host whether it is there
    Then the terminal says that it is approved
    When terminal 1 signs off
    And the merchant sells for ¥68.00
    Then the terminal says that the sale is approved
