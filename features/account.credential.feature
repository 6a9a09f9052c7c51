@needs.records
Feature: The merchant cannot see the back office

  Account or password are wrong; the money comes as it would have come.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: The statement of the bank tells what the back office does not
    # 100.00 less 0.60 = 99.40
    Given the merchant has sold for ¥100.00
    And the fault "account.credential" strikes at the merchant for 3 days
    When the merchant takes the remedy "check_records"
    And the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥99.40
    When the merchant takes the remedy "check_statement"
    Then the money of the sale has arrived
    And the judge passes the run
