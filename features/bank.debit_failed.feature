@needs.records
Feature: The debit fails after it was said to be done

  No merchant has money that nobody paid.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: The card's bank takes it back and says no
    # of 120.00 nothing; 68.00 less 0.6 % (0.408, so 0.41) = 67.59
    Given the fault "bank.debit_failed" strikes at the merchant
      | nth | 1 |
    When the merchant sells for ¥120.00
    Then the terminal says that the sale is declined with code 05
    And within 5 minutes the customer has paid nothing
    When the merchant sells for ¥68.00
    And the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥67.59
    And the judge passes the run

  Scenario: The wallet leaves it pending, and fails it
    # 25.00 less 0.6 % (0.15) = 24.85, of the second payment only
    Given the fault "bank.debit_failed" strikes at the merchant
      | nth | 1             |
      | how | after_pending |
    When the merchant takes a QR payment of ¥45.00
    Then it does not go through
    And the money of the QR payment was not taken
    When the merchant takes a QR payment of ¥25.00
    And the merchant settles
    Then by 2026-01-27 18:00 the merchant has received ¥24.85
    And the judge passes the run
