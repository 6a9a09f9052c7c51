@needs.records
Feature: A release waits for a document

  What is missing is named, the sum stays where it is, and is paid once when the papers are whole.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: The business licence is missing
    # 100.00 less 0.60 = 99.40, in suspense since Tuesday, released on Thursday
    Given the merchant has sold for ¥100.00
    And the merchant's account is frozen for 30 hours
    And the fault "paperwork.incomplete" strikes at the merchant for 10 days
      | code | licence |
    And the merchant has settled
    When it is 2026-01-27 18:00
    And the merchant takes the remedy "release_suspense"
    Then by 2026-01-28 18:00 ¥99.40 of the merchant stand in suspense
    And until 2026-01-29 09:55 the merchant has received nothing
    When it is 2026-01-29 10:00
    And the merchant takes the remedy "complete_papers"
    Then by 2026-01-29 11:00 the merchant has received ¥99.40
    And by 2026-01-29 11:00 nothing of the merchant stands in suspense
    And the judge passes the run
    And these rules were put to the test and held
      | suspense has a cause and an end |
