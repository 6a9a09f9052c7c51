# By a QA engineer who had read docs/features.md once; first try, unchanged.
Feature: Pre-authorisation with completion, and the offline sale

  # passes
  Scenario: A hotel completes for less than it held
    Given a merchant "Hotel" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And a customer "Wang" with ¥2,000.00 on the card
    And it is 2026-01-27 15:00
    When the merchant pre-authorises ¥1,000.00 for customer "Wang" as "room"
    Then the pre-authorisation is approved
    And the money of the pre-authorisation is on hold
    When it is the next day 11:00
    And the merchant completes the pre-authorisation with ¥800.00
    And the merchant settles
    Then the settlement is taken
    And customer "Wang" has paid ¥800.00
    And customer "Wang" has ¥1,200.00 left on the card
    And by 2026-01-29 18:00 the merchant has received ¥795.20
    And the judge passes the run

  # passes
  Scenario: An offline sale on the ferry
    Given a merchant "Ferry" with one terminal
    And the merchant may sell offline up to ¥100.00
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-27 09:00
    And the line is down for 1 hour
    When the merchant makes an offline sale of ¥40.00
    Then it is approved
    When the merchant makes an offline sale of ¥150.00
    Then the terminal refuses it because it is over the limit of offline sales
    When 2 hours pass
    And the merchant settles
    Then the settlement is taken
    And the customer has paid ¥40.00
    And by 2026-01-28 18:00 the merchant has received ¥39.76
