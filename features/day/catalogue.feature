@needs.records
Feature: Any fault and any remedy of the catalogue

  What daozhang failures lists can be made to happen by its name, with its parameters in a table.

  Background:
    Given a merchant "Corner Shop" with two terminals
    And it is 2026-01-27 10:00

  Scenario: A fault for a while, at a place
    Given the fault "network.router_down" strikes at the merchant from 10:05 for 10 minutes
    And it is 10:06
    When the merchant sells for ¥68.00
    Then the terminal says that there is no reply

  Scenario: A fault at one message, with a parameter
    Given the fault "network.delay" strikes at the 1st reply to a sale of terminal 1
      | delay | 90 seconds |
    When the merchant sells for ¥68.00
    Then the terminal says that there is no reply
    And within 5 minutes the customer has paid nothing

  Scenario: The host goes down before it posts
    Given the host goes down before it posts the next sale
    When the merchant sells for ¥68.00
    Then the terminal says that there is no reply
    And within 10 minutes the customer has paid nothing
