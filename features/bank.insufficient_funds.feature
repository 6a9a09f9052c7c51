Feature: Too little money on the card

  Declined by the issuer (51).

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And a customer "Li" with ¥100.00 on the card
    And it is 2026-01-26 10:00

  Scenario: Declined, and no trace in the totals
    Given the merchant has sold for ¥68.00
    And the fault "bank.insufficient_funds" strikes at the card of customer "Li"
    When the merchant sells for ¥120.00 to customer "Li"
    Then the terminal says that the sale is declined with code 51
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥67.59
    And the judge passes the run
    And these rules were put to the test and held
      | money is conserved |
      | batch totals agree |
