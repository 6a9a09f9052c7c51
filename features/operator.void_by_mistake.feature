@virtual
Feature: A good sale is voided by mistake

  It is seen, and sold again once.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Voided after five minutes, seen and sold again
    # 68.00 less 0.6 % (0.408, so 0.41) = 67.59, once
    Given the fault "operator.void_by_mistake" strikes at the merchant
      | nth   | 1         |
      | delay | 5 minutes |
    When the merchant sells for ¥68.00
    Then the terminal says that the sale is approved
    When 2 hours pass
    Then the customer has paid ¥68.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥67.59
    And the judge passes the run
