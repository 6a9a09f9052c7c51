@needs.records
Feature: The merchant's account

  Background:
    Given a merchant "Corner Shop" with one terminal
    And it is 2026-01-27 10:00

  Scenario: The account is in another name, then corrected
    Given the merchant's account is in another name
    And the merchant has sold for ¥68.00
    When the merchant settles
    Then by 2026-01-28 18:00 ¥67.59 of the merchant stands in suspense
    And the money of the sale stands in suspense
    When the merchant's account is corrected and the suspended money released
    Then by 2026-01-29 18:00 the merchant has received ¥67.59
    And by 2026-01-29 18:00 nothing of the merchant stands in suspense

  Scenario: The account is closed
    Given the merchant's account is closed
    And the merchant has sold for ¥68.00
    When the merchant settles
    Then by 2026-01-28 18:00 ¥67.59 of the merchant stands in suspense
    And the merchant has received nothing

  Scenario: The bank pays four hours late
    Given the banks pay out 4 hours late
    And the merchant has sold for ¥68.00
    When the merchant settles
    Then until 2026-01-28 12:00 the merchant has received nothing
    And by 2026-01-28 18:00 the merchant has received ¥67.59
    And the judge passes the run

  Scenario: Notices do not arrive, the money does
    Given notices do not arrive
    And the merchant has sold for ¥68.00
    When the merchant settles
    Then by 2026-01-28 18:00 the merchant has received ¥67.59
    And the merchant has had no notices
