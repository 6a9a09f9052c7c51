Feature: A firewall refuses the connection

  A clear state at the terminal; what is owed is kept until the door opens.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Down, then up again
    Given the merchant has sold for ¥68.00
    And the fault "network.firewall_blocked" strikes at the merchant for 8 hours
      | how | refused |
    When the merchant sells for ¥120.00
    Then it does not go through
    When 10 minutes pass
    And the merchant takes the remedy "check_network"
    And 5 minutes pass
    And the clerk makes sure of the sale
    Then within 5 minutes the customer has paid ¥188.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥186.87
    And the judge passes the run
    And these rules were put to the test and held
      | money is conserved |
      | no lost sale       |
