Feature: The power goes off in the middle of a sale, and the terminal is built wrong

  A terminal that sends first and notes afterwards what it may have to undo knows nothing of the
  sale after the power cut, and does not undo it when the customer leaves. The judge must find it.

  @virtual
  Scenario: A terminal that notes too late
    Given a merchant "Corner Shop" with one terminal
    And it is 2026-01-27 10:00
    And a terminal that notes what to reverse only after it has sent
    And the power goes off in the next sale, after its first step
    And the merchant has tried in vain to sell for ¥260.00
    When the power comes back
    Then within 3 minutes the customer has paid ¥260.00
    And the judge finds that the rule "no one-sided entry" is broken
