Feature: Lost response on a chip sale

  # Priya, regression pack, lane 1
  Background:
    Given a merchant "Golden Wok" with one terminal T1
    And the merchant pays a fee of 0.6% and is settled T+1
    And clerk 01 has signed on to T1
    And the customer's card has 500.00 on it

  Scenario: line drops after the host has approved
    Given the line will drop right after the host approves the next sale
    When the customer inserts the card and pays 68.00
    Then the terminal shows "no response"
    And the customer's balance is 432.00
    When the line comes back
    And the clerk rings up 68.00 again on the same card
    Then a reversal goes out before the new sale
    And the customer has been charged only once
    And the customer's balance is 432.00

  Scenario: line drops before the request gets anywhere
    Given the network cable is pulled out of T1
    When the customer tries to pay 120.00 by chip
    Then nothing is taken from the card
    And no receipt is printed
    When the cable is plugged back in two minutes later
    And the customer pays 120.00 again
    Then the sale is approved
    And the batch on T1 contains exactly one sale of 120.00
    When T1 is settled at 22:45
    Then the batch balances
    And 119.28 arrives in the merchant's account the next day
