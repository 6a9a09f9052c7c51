@needs.records
Feature: What is refused, and why

  Background:
    Given a merchant "Corner Shop" with one terminal
    And a customer "Wang" with ¥50.00 on the card
    And it is 2026-01-27 10:00

  Scenario: Not enough money
    When the merchant sells for ¥68.00 to customer "Wang"
    Then the sale is declined because there is not enough money
    And customer "Wang" has ¥50.00 left on the card

  Scenario: The card is reported lost
    Given customer "Wang"'s card is reported lost
    When the merchant sells for ¥20.00 to customer "Wang"
    Then the sale is declined because the card is reported lost

  Scenario: The merchant's limit of the day
    Given a merchant "Small Shop" with one terminal
    And merchant "Small Shop" may take at most ¥100.00 a day
    And merchant "Small Shop" has sold for ¥80.00
    When merchant "Small Shop" sells for ¥30.00
    Then the sale is declined because the sum is over the limit

  Scenario: The banks are in maintenance
    Given the banks are in maintenance for 1 hour
    When the merchant sells for ¥20.00
    Then it is declined because the bank is in maintenance
    When 61 minutes pass
    And the merchant sells for ¥20.00
    Then the terminal says that the sale is approved

  Scenario: Too large for an offline sale
    Given merchant "Corner Shop" may sell offline up to ¥50.00
    When the merchant sells offline for ¥60.00
    Then the terminal refuses it because over the limit of offline sales
