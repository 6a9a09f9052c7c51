Feature: Counter basics

  Scenario: void on the same day
    Given a terminal "T1"
    And today is 27 January 2026, 9 am
    When T1 takes 68.00
    And the cashier voids it
    Then the customer is not charged
    And a void slip is printed

  Scenario: partial refund
    Given a shop with a terminal "T1" and a fee of 0.6%
    And it is 27 January 2026 09:00
    When a customer pays 100
    And the shop settles
    And the next day the shop refunds 30
    Then the refund is approved
    And the customer has paid 70 in total

  Scenario: reply lost
    Given one terminal
    And it is 27 January 2026 09:00
    And the next response is lost
    When the till sells 45.50
    Then the till reports a timeout
    And one reversal is sent within 2 minutes
    And the customer is charged nothing

  Scenario: wrong PIN
    Given one terminal
    And it is 27 January 2026 09:00
    When the customer pays 20 with a wrong PIN
    Then the payment is declined: wrong PIN
