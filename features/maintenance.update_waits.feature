@virtual
Feature: The software update comes late, because of the maintenance

  Link two of the case study: new software is demanded while settlement is closed, so the batch cannot be closed
  and the update waits; then the old software is refused. Tried again after the maintenance, all of it goes on.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Captured by the batch: nothing arrives before the retry
    Given the acquirer closes settlement from 2026-01-26 22:00 for 4 hours
    And the fault "terminal.software_stale" strikes from 2026-01-26 22:20 for 8 hours
      | delay | 12m |
    And it is 2026-01-26 22:05
    And the merchant has sold for ¥420.00
    And it is 2026-01-26 22:25
    And the merchant has sold for ¥68.00
    And it is 2026-01-26 22:30
    When the merchant settles
    Then the settlement is not taken
    When it is 2026-01-26 22:34
    And the merchant sells for ¥43.00
    Then the terminal says that the sale is declined with code 78
    And until 2026-01-27 01:00 the merchant has received nothing
    When the merchant pauses and settles again at 2026-01-27 02:30
    Then the settlement is taken
    When 10 minutes pass
    And the merchant sells for ¥50.00
    Then the terminal says that it is approved
    When the merchant settles
    Then the settlement is taken
    And until 2026-01-28 08:55 the merchant has received nothing
    And by 2026-01-28 18:00 the merchant has received ¥534.77
    And the judge passes the run

  Scenario: Captured by the host: what was approved arrives, the refused sale does not
    Given the acquirer clears by the host
    And the acquirer closes settlement from 2026-01-26 22:00 for 4 hours
    And the fault "terminal.software_stale" strikes from 2026-01-26 22:20 for 8 hours
      | delay | 12m |
    And it is 2026-01-26 22:05
    And the merchant has sold for ¥420.00
    And it is 2026-01-26 22:25
    And the merchant has sold for ¥68.00
    And it is 2026-01-26 22:30
    When the merchant settles
    Then the settlement is not taken
    When it is 2026-01-26 22:34
    And the merchant sells for ¥43.00
    Then the terminal says that the sale is declined with code 78
    And by 2026-01-27 18:00 the merchant has received ¥485.07
    And the judge passes the run
