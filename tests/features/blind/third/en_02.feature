Feature: TC-TIP Restaurant tip adjustment

  Background:
    Given restaurant "Le Petit Jardin" where tipping up to 20% is permitted
    And waiter Sophie is logged on at terminal R1

  Scenario: TC-TIP-01 Tip added after the meal
    Given the guests' bill of 260.00 was paid with a Visa card
    When Sophie adjusts the sale with a tip of 30.00
    Then the final amount becomes 290.00
    And the receipt lists the tip separately
    When R1's batch is closed at 11 p.m.
    Then the cardholder is debited 290.00

  Scenario Outline: TC-TIP-02 Limits on the tip
    Given the bill was <bill>
    When Sophie enters a tip of <tip>
    Then the adjustment is <result>
    And the amount to be settled stands at <final>

    Examples:
      | bill   | tip   | result   | final  |
      | 100.00 | 20.00 | accepted | 120.00 |
      | 100.00 | 20.01 | rejected | 100.00 |
      | 75.00  | 0     | accepted | 75.00  |

  Scenario: TC-TIP-03 Another waiter may not touch it
    Given Sophie took a payment of 180.00
    And Sophie has signed off and Jean has signed on
    When Jean attempts to add a tip of 10.00 to Sophie's sale
    Then the terminal demands the supervisor password
    When the supervisor enters it
    Then the tip is booked
    And the audit trail names Jean
