@needs.records
Feature: The host goes down, asks for software, gets a wrong MAC

  Background:
    Given a merchant "Corner Shop" with one terminal
    And it is 2026-01-27 10:00

  Scenario: The host goes down after it has posted
    Given the host goes down after it has posted the next sale
    When the merchant sells for ¥68.00
    Then the terminal says that there is no reply
    When 10 minutes pass
    Then the customer has paid ¥0
    And the judge passes the run

  Scenario: The MAC of the reply is wrong
    Given the MAC of the next reply to a sale is wrong
    When the merchant sells for ¥68.00
    Then it does not go through
    And within 5 minutes the customer has paid nothing
    And the judge passes the run

  Scenario: Newer software is demanded
    Given the acquirer demands software "31300000" within 2 hours
    And the merchant has sold for ¥68.00
    When the merchant takes the remedy "update_software"
    And 30 minutes pass
    And the merchant sells for ¥32.00
    And the merchant settles
    Then the settlement is taken
    And by 2026-01-28 18:00 the merchant has received ¥99.40

  Scenario: The terminal is reset to factory settings with a batch open
    Given the merchant has sold for ¥68.00
    And terminal 1 is reset to factory settings before the next operation
    When the merchant sells for ¥32.00
    And the merchant settles
    Then by 2026-02-12 18:00 the merchant has received ¥99.40
    And the judge passes the run
