Feature: A factory reset in mid-batch

  The lost journal is filled from the host; a reused trace number is no duplicate.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: The sale before the reset is paid, too
    Given the merchant has sold for ¥68.00
    And terminal 1 is reset to factory settings before the next operation
    When the merchant sells for ¥120.00
    Then the terminal says that it is approved
    When the merchant settles
    Then by 2026-02-12 18:00 the merchant has received ¥186.87
    And the judge passes the run
