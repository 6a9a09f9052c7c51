Feature: support hotline - what do we tell the caller?

  Scenario: "the money was taken but the machine said failed"
    Given a customer whose card was debited 329.00 at 14:05
    And the shop's terminal printed "transaction failed"
    When the customer rings support at 14:20
    Then the agent sees that a reversal is outstanding
    And the agent says the money will be returned automatically
    When the terminal's next transaction goes through
    Then the reversal is delivered
    And the 329.00 is back with the customer

  Scenario: "where is my money from yesterday?"
    Given merchant Old Zhang sold 3 times yesterday: 40, 60 and 110.00
    And he forgot to close the batch
    When he calls the hotline at 9 a.m.
    Then support explains that the batch is still open
    And support asks him to run settlement
    When he runs it
    Then 210.00 before fees is scheduled for the next payout

  Scenario: "the printer ran out of paper, did it work?"
    Given the terminal is out of paper
    When a sale of 27.80 is approved
    Then the terminal complains about the printer
    And the sale counts as approved on the host
    When a new roll is loaded
    And the merchant reprints the slip
    Then two copies come out, one for the merchant and one for the customer
    And support closes the ticket
