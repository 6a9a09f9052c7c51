@needs.records
Feature: The evening of a maintenance

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 29 January 2026 21:00

  Scenario: The settlement is tried again after the maintenance
    Given the acquirer closes settlement from 22:00 for 4 hours
    And the merchant has sold for ¥1,234.50
    And it is 22:30:00
    And the merchant has tried in vain to settle
    When it is the next day 2:30
    And the merchant settles
    Then the settlement is taken
    And until 2026-02-02 08:59 the merchant has received nothing
    And by 2026-02-02 18:00 the merchant has received ¥1,227.09
    And the judge passes the run

  Scenario: A sale in the maintenance is declined, and tried again after it
    Given the acquirer is in maintenance for 30 minutes
    When the merchant sells for 68 yuan
    Then it is declined because the acquirer is in maintenance
    When 31 minutes pass
    And the clerk tries it again
    Then the terminal says that the sale is approved
    And the customer has paid ¥68
