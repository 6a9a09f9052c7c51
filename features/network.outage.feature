Feature: The line is down for ten minutes

  The reversal is stored, and sent first when the line is back.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Down, then up again
    Given the merchant has sold for ¥68.00
    And the fault "network.outage" strikes at the merchant for 10 minutes
      | how | dropped |
    When the merchant sells for ¥120.00
    Then the terminal says that there is no reply
    When 15 minutes pass
    And the clerk makes sure of the sale
    Then within 5 minutes the customer has paid ¥188.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥186.87
    And the judge passes the run
    And these rules were put to the test and held
      | money is conserved |
      | no lost sale       |
