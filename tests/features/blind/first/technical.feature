Feature: Host failures

  Background:
    Given acquirer host with one POS terminal "P1"
    And the clock stands at 2026-01-27 08:00:00

  Scenario: Host crashes after posting
    Given the host crashes after posting the transaction
    When P1 sends a 0200 for 120.00
    Then P1 gets no response
    And P1 sends a 0400 reversal
    And the reversal is acknowledged with 0410
    And the cardholder's net debit is 0.00

  Scenario: MAC error in the response
    Given the host's next response carries a bad MAC
    When P1 does a purchase of 120.00
    Then the transaction fails with reason "bad_mac"
    And the transaction is reversed

  Scenario: Stale software
    Given the host requires software version "20260201"
    When P1 does a purchase of 5.00
    Then the transaction is refused because the software is out of date
    When P1 updates its software
    And P1 does a purchase of 5.00
    Then response code is 00

  Scenario: Forced batch close
    Given the host force-closes open batches after 12 hours
    When P1 does a purchase of 5.00
    And 13 hours pass
    Then the host has force-closed 1 batch

  Scenario: Factory reset
    When P1 does a purchase of 5.00
    And P1 is reset to factory defaults
    And P1 signs on again
    And P1 does a purchase of 6.00
    Then the purchase of 6.00 is approved
