Feature: The reply to a sale is lost, and the terminal is built wrong

  Each of these terminals costs the customer money. The judge must find it from the trace alone.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And it is 2026-01-27 10:00

  @virtual
  Scenario: A terminal that forgets its reversals
    Given a terminal that forgets its reversals
    And the reply to the next sale is lost
    When the merchant sells for ¥120.00
    Then the terminal says that there is no reply
    And the judge finds that the rule "no one-sided entry" is broken

  Scenario: A terminal that sends an unanswered sale again
    Given a terminal that sends an unanswered sale again as a new one
    And the reply to the next sale is lost
    When the merchant sells for ¥120.00
    Then the terminal says that the sale is approved
    And within 1 minute the customer has paid ¥240.00
    And the judge finds that the rule "no double debit" is broken
