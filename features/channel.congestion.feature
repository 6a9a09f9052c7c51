Feature: A slow wallet

  Called off, and given back if it was taken; scanned again, it is paid once.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Scanned again after the fault
    Given the fault "channel.congestion" strikes at "wallet.a" for 15 minutes
      | delay | 40s |
    When the merchant takes a QR payment of ¥45.00
    Then it does not go through
    When 20 minutes pass
    And the merchant takes a QR payment of ¥45.00
    Then the terminal says that it is approved
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥44.73
    And the judge passes the run
