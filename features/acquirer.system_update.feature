Feature: The acquirer updates its system

  The host comes back with new keys; nothing that was posted is repeated.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Both sales are paid
    Given the merchant has sold for ¥68.00
    And the fault "acquirer.system_update" strikes at the acquirer for 10 minutes
    When the merchant sells for ¥120.00
    And 20 minutes pass
    And the clerk makes sure of the sale
    Then within 5 minutes the customer has paid ¥188.00
    When the merchant settles
    Then by 2026-01-28 18:00 the merchant has received ¥186.87
    And the judge passes the run
