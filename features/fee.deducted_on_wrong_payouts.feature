Feature: A fee that is told and not taken, a fen too much

  Net and fee no longer add up.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Pays gross
    Given an acquirer that is built wrong: "payout.pays_gross"
    And the merchant has sold for ¥68.00
    When the merchant settles
    Then the settlement is taken
    When it is 2026-01-28 12:00
    Then the judge finds that the rule "payout exactly once" is broken

  Scenario: A fen more
    Given an acquirer that is built wrong: "payout.fen_more"
    And the merchant has sold for ¥68.00
    When the merchant settles
    Then the settlement is taken
    When it is 2026-01-28 12:00
    Then the judge finds that the rule "payout exactly once" is broken
