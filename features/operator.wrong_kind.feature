@virtual
Feature: The wrong kind of transaction is keyed

  What is keyed is held or debited; it is put right once.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: A sale keyed as a pre-authorisation, released and sold
    # 68.00 less 0.6 % (0.408, so 0.41) = 67.59
    Given the customer has ¥500.00 on the card
    And the fault "operator.wrong_kind" strikes at the merchant
      | nth | 1    |
      | of  | sale |
    When the merchant sells for ¥68.00
    And 1 hour passes
    Then the customer has ¥432.00 left on the card
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥67.59
    And the judge passes the run

  Scenario: A void keyed as a refund, and the money is back once
    # 120.00 sold and given back; 68.00 less 0.41 = 67.59 remains
    Given the customer has ¥500.00 on the card
    And the merchant has sold for ¥68.00
    And the merchant has sold for ¥120.00
    And the fault "operator.wrong_kind" strikes at the merchant
      | nth | 1    |
      | of  | void |
    When the merchant voids the sale
    And 1 hour passes
    Then the customer has ¥432.00 left on the card
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥67.59
    And the judge passes the run
