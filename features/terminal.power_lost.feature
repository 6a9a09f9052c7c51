Feature: The terminal loses its power

  After boot the open sale is reversed before anything else; no second debit.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Cut before the approval is stored
    Given the power goes off in the next sale, before its approval is stored
    And the merchant has tried in vain to sell for ¥120.00
    And the power is back
    When the clerk makes sure of the sale
    Then within 5 minutes the customer has paid ¥120.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥119.28
    And the judge passes the run
    And these rules were put to the test and held
      | money is conserved  |
      | no double debit     |
      | reversal goes first |

  Scenario: The fault strikes in the same place, and the power is back by itself after two minutes
    Given the fault "terminal.power_lost" strikes
      | between | ["start", "store:booked"] |
      | of      | sale                      |
      | nth     | 1                         |
      | off_for | 2m                        |
    When the merchant sells for ¥120.00
    Then it does not go through
    When 5 minutes pass
    And the clerk makes sure of the sale
    Then within 5 minutes the customer has paid ¥120.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥119.28
    And the judge passes the run
    And these rules were put to the test and held
      | no double debit     |
      | reversal goes first |
