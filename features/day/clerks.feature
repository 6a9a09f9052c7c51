@needs.records
Feature: Clerks

  Background:
    Given a merchant "Corner Shop" with one terminal
    And clerk "02" with password "1234" works at the merchant
    And it is 2026-01-27 10:00

  Scenario: Another clerk sells
    When clerk "02" signs on
    And clerk "02" sells for ¥68.00
    Then the terminal says that the sale is approved

  Scenario: Another clerk voids what the first sold
    Given the merchant has sold for ¥68.00
    When clerk "02" voids the sale
    Then the terminal refuses it because this clerk is not signed in
    When clerk "02" signs on
    And clerk "02" voids the sale
    Then the terminal says that the void is approved
    And the customer has paid ¥0

  Scenario: A clerk whom nobody knows
    When clerk "77" sells for ¥68.00
    Then the terminal refuses it because this clerk is not signed in
    And the customer has paid ¥0
