Feature: The host wants newer software

  The terminal closes its batch, updates, signs on; nothing is lost across the update.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Updated between two sales
    Given the merchant has sold for ¥68.00
    And the fault "terminal.software_stale" strikes for 8 hours
      | delay | 2h |
    When the merchant sells for ¥120.00
    Then the terminal says that it is approved
    When 10 minutes pass
    And the merchant sells for ¥35.50
    Then the terminal says that it is approved
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥222.16
    And the judge passes the run
    And these rules were put to the test and held
      | batch totals agree |
