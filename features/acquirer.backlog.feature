@needs.records
Feature: Clearing is behind

  The cut-over passes with items pending; each goes into one settlement date and is paid once.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Two nights are not cleared, then each day in its own settlement
    # Monday's and Tuesday's cut-overs wait until Wednesday 20:00
    # 100.00 less 0.60 = 99.40; 50.00 less 0.30 = 49.70; together 149.10
    Given the fault "acquirer.backlog" strikes from 20:00 for 2 days
    And the merchant has sold for ¥100.00
    And the merchant has settled
    And it is 2026-01-27 11:00
    And the merchant has sold for ¥50.00
    When the merchant settles
    Then until 2026-01-28 19:55 the merchant has received nothing
    And by 2026-01-28 21:00 the merchant has received ¥149.10
    And the merchant has been paid 2 times
    And the judge passes the run
    And these rules were put to the test and held
      | payout exactly once         |
      | what is captured is cleared |
