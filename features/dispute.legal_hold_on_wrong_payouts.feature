Feature: A held sum leaves suspense twice

  Released once is the rule.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Released twice
    Given an acquirer that is built wrong: "payout.releases_twice"
    And the merchant has sold for ¥68.00
    And the acquirer holds what the merchant is due by law for 2 days
    When the merchant settles
    And it is 2026-01-28 12:30
    And the merchant takes the remedy "release_suspense"
    Then the judge finds that the rule "the ledger is as told" is broken
