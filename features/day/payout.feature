@needs.records
Feature: How and when the merchant is paid

  Background:
    Given it is 2026-01-29 10:00

  Scenario: The same day, with a fee for the payout
    Given a merchant "Fast Food" with one terminal
    And the merchant is paid on the same day, less a fee of 0.6%
    And each payout of the merchant costs 0.1%
    When the merchant sells for ¥100.00
    And the merchant settles
    Then by 2026-01-30 the merchant has received ¥99.30

  Scenario: At once
    Given a merchant "Taxi" with one terminal
    And the merchant is paid at once, less a fee of 0.6%
    When the merchant sells for ¥50.00
    And the merchant settles
    And 10 minutes pass
    Then the merchant has received ¥49.70
    And the money of the sale has arrived

  Scenario: A fee with a cap
    Given a merchant "Jeweller" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%, at most ¥20.00
    When the merchant sells for ¥5,000.00
    And the merchant settles
    Then within 1 working day the merchant has received ¥4,980.00
    And the fee of the sale is ¥20.00

  Scenario: On its way over the weekend
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-30 10:00
    When the merchant sells for ¥68.00
    And the merchant settles
    Then by 2026-01-31 12:00 the money of the sale is on its way
    And the money of the sale is due by 2026-02-02
    And until 2026-02-01 the merchant has received nothing
    And by 2026-02-02 the merchant has received ¥67.59
    And the merchant has been paid once

  Scenario: The host clears by itself, nobody settles
    Given a merchant "Corner Shop" with one terminal
    And the acquirer clears by the host
    When the merchant sells for ¥68.00
    Then by 2026-01-30 the merchant has received ¥67.59

  Scenario: Nobody settles, and the host closes the batch by force
    Given a merchant "Corner Shop" with one terminal
    And the acquirer closes batches by force after 2 days
    When the merchant sells for ¥68.00
    Then by 2026-02-05 the host has closed 1 batch by force
    And the merchant has received ¥67.59
