Feature: Totals do not balance, and the terminal is built wrong

  Nothing goes up, or too little.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Takes it for balanced
    Given a terminal that is built wrong: "terminal.hears_balanced"
    And the merchant has sold for ¥68.00
    And the merchant has sold for ¥120.00
    And the fault "record.wrong_details" strikes at the merchant
      | how | totals |
      | nth | 1      |
    When the merchant settles
    Then the judge finds that the rule "settles what it was told" is broken

  Scenario: Leaves out the last item
    Given a terminal that is built wrong: "terminal.uploads_all_but_one"
    And the merchant has sold for ¥68.00
    And the merchant has sold for ¥120.00
    And the fault "record.wrong_details" strikes at the merchant
      | how | totals |
      | nth | 1      |
    When the merchant settles
    Then the judge finds that the rule "settles what it was told" is broken
