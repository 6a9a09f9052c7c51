@needs.records
Feature: What fails until it is mended, and what came of it

  Background:
    Given merchant "Corner Shop" joins with 1 terminal, paid on the next working day, with a fee of 0.6%, at most ¥20.00, plus ¥0.10 for each sale
    And it is 2026-01-27 10:00

  Scenario: The line fails and works again
    Given the line of terminal 1 fails
    When the merchant sells for ¥68.00
    Then the terminal does not know what became of it
    And nothing of the sale went to the host
    When the line works again
    And the merchant sells for ¥68.00 once more
    Then the terminal says that it is approved
    And the batch of terminal 1 holds 1 sale of ¥68.00
    And the customer's money has been taken

  Scenario: The router fails and is mended
    Given the router of the merchant fails
    When the merchant sells for ¥12.00
    Then it does not go through
    When the line works again
    And the clerk tries it again
    Then the terminal says that it is approved

  Scenario: The cable is out
    Given the cable of terminal 1 is pulled out
    When the merchant sells for ¥12.00
    Then it does not go through
    When the line works again
    And the merchant sells for ¥12.00 once more
    Then the terminal says that it is approved

  Scenario: The line drops while the answer is waited for
    When the merchant sells for ¥30.00
    And the line drops while the answer is waited for
    Then the terminal does not know what became of it
    When the merchant sells for ¥31.00
    Then the reversal went out before the sale
    And the customer has got ¥30.00 back

  Scenario: The line drops before the request leaves
    When the merchant sells for ¥30.00
    And the line drops before the request leaves
    Then it does not go through
    And the customer has paid nothing

  Scenario: The host is in maintenance until it works again
    Given the acquirer is in maintenance until it is over
    When the merchant sells for ¥30.00
    Then it does not go through
    When the host works again
    And the merchant sells for ¥30.00 once more
    Then the terminal says that it is approved

  Scenario: The bank is late until it works again
    Given the fault "bank.maintenance" strikes
    When the merchant sells for ¥30.00
    Then it does not go through
    When the bank works again
    And the merchant sells for ¥30.00 once more
    Then the terminal says that it is approved

  Scenario: The power goes off while the answer is waited for
    When the merchant sells for ¥30.00
    And the power goes off while the answer is waited for
    And the power is back
    Then within 10 minutes the sale is reversed
    And all that was taken from the customer is given back

  Scenario: The power goes off while the receipt is printed
    When the merchant sells for ¥30.00
    And the power goes off while the receipt is printed
    And the power is back
    And 10 minutes pass
    Then the customer has paid ¥30.00
    And the sale is not reversed

  Scenario: What stood in the batch
    When the merchant sells for ¥30.00
    And the merchant sells for ¥20.00
    And the merchant voids the sale
    Then a receipt was printed for what was done last
    And the batch holds 1 sale of ¥30.00
    And the batch comes to ¥30.00
    When the merchant settles
    Then the totals of terminal and host agree
    And 2 sales of ¥30.00 were settled at terminal 1
    And the batch is empty

  Scenario: A terminal that has lost its batch uploads what it knows
    Given a terminal that is built wrong: "terminal.totals_a_fen_more"
    When the merchant sells for ¥32.00
    And the merchant settles
    Then the totals of terminal and host differ
    And the terminal uploads its batch
