@needs.records
Feature: A lunch hour at the counter

  Sales, a void before the settlement, a part of a sale given back; the merchant is paid what is left.

  Background:
    Given a merchant "Noodle House" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And a customer "Li" with ¥500.00 on the card
    And it is 2026-01-27 12:00

  Scenario: What was voided is paid to nobody
    Given the merchant has sold for ¥68.00
    And the merchant has sold for ¥30.00 to customer "Li"
    When the merchant voids the sale of ¥30.00
    Then the terminal says that the void is approved
    And customer "Li" has ¥500.00 left on the card
    And the money of the sale of ¥30.00 was given back
    When the merchant settles
    Then the settlement is taken
    And within 1 working day the merchant has received ¥67.59

  Scenario: A part of a sale is given back the same day
    Given the merchant has sold for ¥100.00 to customer "Li"
    When the merchant refunds ¥40.00 of the sale
    And the merchant settles
    Then the settlement is taken
    And customer "Li" has ¥440.00 left on the card
    And by 2026-01-28 18:00 the merchant has received ¥59.64
    And the judge passes the run

  Scenario: A refund on another day comes off the next payout
    Given the merchant has sold for ¥100.00 to customer "Li"
    And the merchant has settled
    When it is the next day 10:00
    And the merchant refunds the sale
    Then the terminal says that the refund is approved
    And customer "Li" has ¥500.00 left on the card
    When the merchant sells for ¥200.00
    And the merchant settles
    Then by 2026-01-29 18:00 the merchant has received ¥198.80
    And the judge passes the run

  Scenario: A receipt, a notice
    Given the merchant has sold for ¥68.00
    When the merchant settles
    Then a receipt of ¥68.00 was printed for the sale
    And the merchant has had no notices
    And by 2026-01-28 18:00 the merchant has received ¥67.59
    And the merchant has had 1 notice
    And a notice to the merchant says "67.59"
