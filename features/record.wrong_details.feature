Feature: Totals that were changed on the line

  They do not balance: the batch goes up, and what was approved is settled.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Uploaded and settled
    Given the merchant has sold for ¥68.00
    And the merchant has sold for ¥120.00
    And the fault "record.wrong_details" strikes at the merchant
      | how | totals |
      | nth | 1      |
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥186.87
    And the judge passes the run
    And these rules were put to the test and held
      | batch totals agree |
