@needs.records
Feature: The emergency plan on a bad day

  The monitoring sees that a shop sells nothing; the team has the router restarted, and is paid for what came late.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And the emergency team is "Ann", who acts within 15 minutes
    And it is 2026-01-29 10:00

  Scenario: A router that is down is found by its silence
    Given an alarm "quiet" goes off when the merchant has sold nothing for 45 minutes
    And at the alarm "quiet" the team takes the remedy "restart_router"
    And at the alarm "quiet" the merchants are told "the line is down, we are at it"
    When the merchant sells for ¥68.00
    And the router of the merchant is down for 6 hours
    And the merchant sells for ¥20.00
    And 75 minutes pass
    Then the alarm "quiet" has gone off
    And the team has acted on the alarm "quiet" within 15 minutes
    And the team has taken the remedy "restart_router"
    When the merchant sells for ¥12.00
    Then within 5 minutes the customer has paid ¥80.00
    And the judge passes the run

  Scenario: Declines in a row
    Given an alarm "declines" watches "answered"
      | code   | 51  |
      | count  | 2   |
      | window | 30m |
    And a customer "Li" with ¥10.00 on the card
    When the merchant sells for ¥68.00 to the customer "Li"
    Then the alarm "declines" has not gone off
    When the merchant sells for ¥69.00 to the customer "Li"
    And 2 minutes pass
    Then the alarm "declines" has gone off
    When 1 hour passes
    Then the alarm "declines" is over

  Scenario: A payout that comes a day late
    # Due on Friday, 30 January, at 09:00; the bank is back on Saturday: one day late.
    Given an alarm "late" watches "payout_late"
      | for | 1h |
    And a late payout is compensated with ¥5.00 a day
    When the merchant sells for ¥100.00
    And the merchant settles
    And the banks are in maintenance from 2026-01-30 08:00 for 26 hours
    And it is 2026-02-01 12:00
    Then the alarm "late" has gone off
    And the merchant has been compensated with ¥5.00
    And the judge passes the run
