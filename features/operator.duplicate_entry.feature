Feature: The same sale entered twice

  Both are visible; the second is voided, one debit remains.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: The second is voided
    Given the merchant has sold for ¥120.00
    And the merchant has sold for ¥120.00
    When the merchant voids the sale
    Then the terminal says that the void is approved
    And within 5 minutes the customer has paid ¥120.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥119.28
    And the judge passes the run

  @virtual
  Scenario: Entered again a minute later, seen and voided
    # 120.00 less 0.6 % (0.72) = 119.28, once
    Given the fault "operator.duplicate_entry" strikes at the merchant
      | nth   | 1        |
      | delay | 1 minute |
    When the merchant sells for ¥120.00
    And 10 minutes pass
    Then the customer has paid ¥120.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥119.28
    And the judge passes the run
