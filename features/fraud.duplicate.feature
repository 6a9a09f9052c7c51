Feature: A recorded request is sent again

  Answered as a duplicate: one debit.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: One debit
    Given the fault "fraud.duplicate" strikes at the 1st sale request
      | how   | request |
      | delay | 2s      |
    When the merchant sells for ¥120.00
    Then the terminal says that it is approved
    And within 5 minutes the customer has paid ¥120.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥119.28
    And the judge passes the run
