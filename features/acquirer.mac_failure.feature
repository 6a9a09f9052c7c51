Feature: A reply with a wrong MAC

  Nothing of it is believed; the terminal signs on again and reverses.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Made again after a new sign-on
    Given the MAC of the next reply to a sale is wrong
    When the merchant sells for ¥120.00
    Then it does not go through
    When the clerk makes sure of the sale
    Then within 5 minutes the customer has paid ¥120.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥119.28
    And the judge passes the run
    And these rules were put to the test and held
      | a wrong MAC has no effect |
      | reversal goes first       |
