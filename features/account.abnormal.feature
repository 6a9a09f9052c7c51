Feature: The bound account is closed

  Suspense, then paid to the corrected account.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: In suspense, then paid once
    Given the merchant has sold for ¥68.00
    And the fault "account.abnormal" strikes at the merchant
      | code | closed |
    When the merchant settles
    Then the settlement is taken
    And until 2026-01-27 18:00 the merchant has received nothing
    And by 2026-01-27 18:00 ¥67.59 of the merchant stand in suspense
    When it is 2026-01-28 15:00
    And the merchant's account is corrected and the suspended money released
    Then by 2026-01-28 18:00 the merchant has received ¥67.59
    And by 2026-01-28 18:00 ¥0.00 of the merchant stand in suspense
    And the judge passes the run
    And these rules were put to the test and held
      | payout exactly once             |
      | suspense has a cause and an end |
