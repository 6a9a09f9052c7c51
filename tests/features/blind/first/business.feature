Feature: Terms of payment
  What our sales people promise has to come true to the fen.

  Background:
    Given the date is 2026-01-27 and the time is 10:00

  Scenario: Same-day payout with a capped fee
    Given merchant "Jeweller" has 1 terminal
    And merchant "Jeweller" has a rate of 0.6% capped at ¥20
    And merchant "Jeweller" is on D+0
    When merchant "Jeweller" sells goods worth ¥10,000
    And merchant "Jeweller" settles
    Then merchant "Jeweller" receives ¥9,980.00 the same day

  Scenario: Instant payout
    Given merchant "Kiosk" has 1 terminal
    And merchant "Kiosk" gets instant payouts at a fee of 0.7%
    When a customer buys for ¥10.00 at merchant "Kiosk"
    Then ¥9.93 arrive at once

  Scenario: The account is in somebody else's name
    Given merchant "Cafe" has 1 terminal
    And the account of merchant "Cafe" is held in a different name
    When merchant "Cafe" sells goods worth ¥50
    And merchant "Cafe" settles
    Then the payout is returned and ¥49.70 is put into suspense
    When merchant "Cafe" corrects the account details
    And the suspense is released
    Then merchant "Cafe" receives ¥49.70 within two working days

  Scenario: The merchant owes after a refund
    Given merchant "Cafe" has 1 terminal
    When merchant "Cafe" sells goods worth ¥50
    And merchant "Cafe" settles
    And two days pass
    And merchant "Cafe" refunds the whole sale
    Then merchant "Cafe" owes us ¥49.70
