Feature: An account in another name, and nobody checks

  A stranger is paid.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: No name check
    Given an acquirer that is built wrong: "payout.no_name_check"
    And the merchant's account is in another name
    And the merchant has sold for ¥68.00
    When the merchant settles
    Then the settlement is taken
    When it is 2026-01-28 12:00
    Then the judge finds that the rule "no lost sale" is broken
