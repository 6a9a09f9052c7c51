@needs.records
Feature: A hotel: pre-authorisation, completion, offline, balance

  Background:
    Given a merchant "Hotel" with one terminal
    And the merchant may sell offline up to ¥300.00
    And a customer "Guest" with ¥2,000.00 on the card
    And it is 2026-01-27 15:00

  Scenario: Held, then completed for less
    Given the merchant pre-authorises ¥1,000.00 for customer "Guest"
    When the merchant completes the pre-authorisation for ¥800.00
    Then the terminal says that the completion is approved
    And customer "Guest" has ¥1,200.00 left on the card
    When the merchant settles
    Then within 1 working day the merchant has received ¥795.20

  Scenario: What is held is not paid
    Given the merchant pre-authorises ¥1,000.00 for customer "Guest"
    When 1 day passes
    Then ¥1,000.00 is held on the card
    And customer "Guest" has paid nothing
    And customer "Guest" has ¥1,000.00 left on the card

  Scenario: The pre-authorisation is voided
    Given the merchant pre-authorises ¥1,000.00 for customer "Guest"
    When the merchant voids the pre-authorisation
    Then the terminal says that the void is approved
    And customer "Guest" has ¥2,000.00 left on the card

  Scenario: The completion is voided
    Given the merchant pre-authorises ¥1,000.00 for customer "Guest"
    And the merchant completes the pre-authorisation
    When the merchant voids the completion
    Then the terminal says that the void is approved

  Scenario: Offline sale
    When the merchant sells offline for ¥120.00
    Then the terminal says that it is approved
    When the merchant settles
    Then within 1 working day the merchant has received ¥119.28

  Scenario: The balance
    When the merchant asks for the balance of customer "Guest"'s card
    Then the terminal says that the balance is approved
    And customer "Guest" has ¥2,000.00 left on the card

  Scenario: Nobody comes back to complete it
    Given the merchant pre-authorises ¥1,000.00 for customer "Guest"
    Then the pre-authorisation still stands
    When it is 2026-03-05 10:00
    Then the pre-authorisation has expired
    And nothing is held on the card
