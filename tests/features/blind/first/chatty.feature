Feature: A bad morning at Mrs Chen's noodle shop
  As the person on the help line I want to know why her money is late.

  Scenario: The router restarts while a guest is paying
    Given Mrs Chen's shop "Noodles" has one card machine and pays a 0.6% fee
    And it's Tuesday 27 January 2026, 10 in the morning
    And the router goes down for five minutes
    When a guest tries to pay ¥38.00 by card
    Then the payment doesn't go through
    When ten minutes later the guest tries again
    Then this time the payment is approved
    And the guest gets a receipt for ¥38.00
    When Mrs Chen closes her batch in the evening at 10 pm
    Then her money arrives on the next working day
    And she gets ¥37.77

  Scenario: Her account is frozen
    Given a shop "Noodles" with one card machine
    And it is 27 January 2026 at 10:00
    And the bank has frozen the shop's account
    When the shop takes ¥100.00 by card
    And the shop settles its batch
    Then nothing arrives on the next working day
    And ¥99.40 is waiting in suspense
    When the bank unfreezes the account
    And the suspended money is paid out again
    Then the shop has ¥99.40 one working day later
