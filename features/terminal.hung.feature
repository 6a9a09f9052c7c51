Feature: The terminal hangs, and a restart recovers it

  What the host approved meanwhile is reversed first, then the sale is made once more.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Restarted after five minutes
    Given the fault "terminal.hung" strikes
      | between | ["start", "store:booked"] |
      | of      | sale                      |
      | nth     | 1                         |
      | off_for | 5m                        |
    When the merchant sells for ¥120.00
    Then it does not go through
    When 10 minutes pass
    And the clerk makes sure of the sale
    Then within 5 minutes the customer has paid ¥120.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥119.28
    And the judge passes the run
