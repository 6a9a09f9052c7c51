@needs.records
Feature: Several merchants, several terminals

  Background:
    Given a merchant "Baker" with one terminal
    And another merchant "Butcher" with two terminals
    And the fee of merchant "Butcher" is 1%
    And it is 2026-01-27 10:00

  Scenario: Each is paid its own
    Given merchant "Baker" has sold for ¥10.00
    And merchant "Butcher" has sold for ¥100.00 on terminal 2
    When merchant "Baker" settles
    And merchant "Butcher" settles
    Then the settlement is taken
    And by 2026-01-28 18:00 merchant "Baker" has received ¥9.94
    And merchant "Butcher" has received ¥99.00

  Scenario: One account is frozen, the other merchant is paid
    Given merchant "Baker" has sold for ¥10.00
    And merchant "Butcher" has sold for ¥100.00
    And merchant "Baker"'s account is frozen
    When merchant "Baker" settles
    And merchant "Butcher" settles
    Then by 2026-01-28 18:00 ¥9.94 of merchant "Baker" stands in suspense
    And merchant "Butcher" has received ¥99.00

  Scenario: A refund at another terminal of the same merchant
    Given merchant "Butcher" has sold for ¥100.00 on terminal 1
    When merchant "Butcher" refunds the sale on terminal 2
    Then the terminal says that the refund is approved
    And the customer has paid ¥0
