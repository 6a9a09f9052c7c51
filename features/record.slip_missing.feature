Feature: The slip is not there when it is asked for

  A terminal prints it again while the batch is open; without it the case is lost.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Lost, and printed again
    Given the fault "record.slip_missing" strikes at the merchant
      | nth   | 1  |
      | delay | 2h |
    When the merchant sells for ¥120.00
    And 3 hours pass
    And the merchant settles
    And it is 2026-03-20 18:00
    Then the merchant owes nothing
    And the merchant has received ¥119.28
    And the judge passes the run

  Scenario: Nobody signed it
    Given the fault "record.slip_missing" strikes at the merchant
      | nth | 1        |
      | how | unsigned |
    When the merchant sells for ¥120.00
    And the merchant settles
    And it is 2026-03-20 18:00
    Then the merchant owes ¥120.00
    And the judge passes the run
