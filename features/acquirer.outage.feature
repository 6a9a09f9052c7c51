Feature: The host dies after posting

  What the host wrote down survives its restart; the reversal finds it.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: The customer pays once
    Given the host goes down after it has posted the next sale
    When the merchant sells for ¥120.00
    Then the terminal says that there is no reply
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
