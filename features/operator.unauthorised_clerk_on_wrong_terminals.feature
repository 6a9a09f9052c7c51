@needs.records
Feature: Somebody who may not, at a terminal that is built wrong

  It does what anybody asks.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And it is 2026-01-26 10:00

  Scenario: Nobody is signed in, and it sells
    Given a terminal that is built wrong: "terminal.any_clerk"
    And the fault "operator.unauthorised_clerk" strikes at the merchant
      | nth | 1    |
      | of  | sale |
    When the merchant sells for ¥68.00
    Then the terminal says that the sale is approved
    And the judge finds that the rule "within what is allowed" is broken
