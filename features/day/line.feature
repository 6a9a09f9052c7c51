@needs.records
Feature: Router and line

  What was under way when the line broke is undone, and the same customer can pay again.

  Background:
    Given a merchant "Corner Shop" with two terminals
    And it is 2026-01-27 10:00

  Scenario: The router is down for ten minutes
    Given the router is down for 10 minutes
    When the merchant sells for ¥68.00 on terminal 2
    Then the terminal says that there is no reply
    When 11 minutes pass
    And the merchant sells for ¥68.00 on terminal 2
    Then the terminal says that the sale is approved
    And the customer has paid ¥68.00
    And the judge passes the run

  Scenario: The router is restarted
    Given the router is down for 2 hours
    And the merchant has tried in vain to sell for ¥68.00
    When the merchant takes the remedy "restart_router"
    And the clerk tries it again
    Then the terminal says that the sale is approved

  Scenario: The line of one terminal is down, the other sells
    Given the line of terminal 1 is down for 1 hour
    And the merchant has tried in vain to sell for ¥68.00 on terminal 1
    When the merchant sells for ¥68.00 on terminal 2
    Then the terminal says that the sale is approved

  Scenario: The reply is lost, so a reversal goes
    Given the reply to the next sale is lost
    When the merchant sells for ¥120.00
    Then the terminal says that there is no reply
    And within 3 minutes 1 reversal went to the host
    And within 3 minutes the reversal was answered
    And within 1 minute the customer has paid nothing
