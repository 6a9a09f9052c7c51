Feature: A line goes down, and the terminal is built wrong

  Each costs somebody money; the judge finds it from the trace alone.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: A terminal that forgets its reversals
    Given a terminal that is built wrong: "terminal.no_reversal"
    And the fault "network.outage" strikes at the 1st reply to a sale
      | how | dropped |
    When the merchant sells for ¥120.00
    Then the judge finds that the rule "no one-sided entry" is broken

  Scenario: A terminal that sends the unanswered sale again as a new one
    Given a terminal that is built wrong: "terminal.retries_as_new_sale"
    And the fault "network.outage" strikes at the 1st reply to a sale
      | how | dropped |
    When the merchant sells for ¥120.00
    Then within 5 minutes the customer has paid ¥240.00
    And the judge finds that the rule "no double debit" is broken
