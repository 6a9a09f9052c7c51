@needs.records
Feature: The same sale again and again while its outcome is open

  The terminal warns, reverses each open try before the next, and the customer pays once.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: The reply is late, and the clerk keeps pressing
    # 68.00 less 0.6 % (0.408, so 0.41) = 67.59
    Given the fault "operator.retry_storm" strikes at the merchant
      | nth | 1 |
    And the fault "network.delay" strikes at the 1st reply to a sale of terminal 1
      | delay | 40 seconds |
    When the merchant sells for ¥68.00
    And 10 minutes pass
    Then the operator was warned
    And within 5 minutes the customer has paid ¥68.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥67.59
    And the judge passes the run
    And these rules were put to the test and held
      | no double debit     |
      | reversal goes first |
