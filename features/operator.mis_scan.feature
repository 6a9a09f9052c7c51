@virtual
Feature: The wrong code is scanned, or the wrong sum

  A code on the goods is refused and the customer's scanned; a wrong sum paid by code is given
  back by a QR refund, then the right one is scanned. One net payment each.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: The code on the goods
    # 9.00 less 0.6 % (0.054, so 0.05) = 8.95
    Given the fault "operator.mis_scan" strikes at the merchant
      | nth | 1 |
    When the merchant takes a QR payment of ¥9.00
    And 5 minutes pass
    And the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥8.95
    And the judge passes the run

  Scenario: The wrong sum, given back and scanned again
    # 12.00 less 0.6 % (0.072, so 0.07) = 11.93; of the 120.00 paid first nothing stays
    Given the fault "operator.mis_scan" strikes at the merchant
      | nth | 1         |
      | how | wrong_sum |
    When the merchant takes a QR payment of ¥12.00
    And 10 minutes pass
    And the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥11.93
    And the judge passes the run
