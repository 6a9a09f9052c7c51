# By a QA engineer who had read docs/features.md once; first try, unchanged.
Feature: The host dies after posting

  # passes
  Scenario: The host crashes once the sale has been posted
    Given a merchant "Pharmacy" with one terminal
    And the merchant is paid on the next working day, less 0.6%
    And it is 2026-01-27 14:00
    And the host goes down after posting the next sale
    When the merchant sells for ¥120.00 as "pills"
    Then the terminal says there was no reply
    And within 30 minutes the sale "pills" is reversed
    And within 30 minutes the customer has paid nothing
    When the merchant sells for ¥120.00 as "pills, second try"
    Then the sale "pills, second try" is approved
    When the merchant settles
    Then the settlement is accepted
    And the customer was debited only once, ¥120.00
    And by 2026-01-28 18:00 the merchant has received ¥119.28
    And the judge passes the run

  # passes
  Scenario: The clerk makes sure before selling again
    Given a merchant "Pharmacy" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-27 14:00
    And the host crashes when it has posted the next sale
    When the merchant sells for ¥60.00
    And 15 minutes pass
    And the clerk makes sure of the sale, and repeats it if it failed
    And the merchant settles
    Then the settlement is taken
    And the customer did not pay twice
    And the customer has paid ¥60.00
    And by the next day 18:00 the merchant has got ¥59.64
    And nothing is in suspense
