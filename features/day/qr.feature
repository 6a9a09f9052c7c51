@needs.records
Feature: QR payments

  A code is scanned; the wallet may not know at first; nobody pays twice.

  Background:
    Given a merchant "Tea Stall" with one terminal
    And it is 2026-01-27 10:00

  Scenario: Paid by QR and paid out
    When the merchant takes a QR payment of ¥25.00
    Then the terminal says that it is approved
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-28 18:00 the merchant has received ¥24.85

  Scenario: A QR payment is refunded
    Given the merchant takes a QR payment of ¥25.00 as "tea"
    When the merchant refunds the QR payment "tea"
    Then the terminal says that the refund is approved
    And the money of the QR payment "tea" was given back

  Rule: What is pending is asked about until it is known

    Scenario: Pending, then paid
      Given a merchant "Tea House" with one terminal
      And the wallet leaves QR payments pending for 10 seconds
      When merchant "Tea House" takes a QR payment of ¥25.00
      Then the terminal says that it is approved
      And the judge passes the run

    Scenario: Pending, and failed in the end
      Given the wallet leaves QR payments pending for 10 seconds
      And pending QR payments fail in the end
      When the merchant takes a QR payment of ¥25.00
      Then it does not go through
      And the money of the QR payment was not taken
      And the judge passes the run
