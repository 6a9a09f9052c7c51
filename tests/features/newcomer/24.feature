# By a third newcomer who had read docs/features.md once; first try, unchanged.
Feature: Two shops, one day, several troubles

  # passes
  Scenario: Instant payout while the pool is dry and the router is down
    Given a merchant "Noodle House" with one terminal
    And the merchant is paid at once, less a fee of 0.38%
    And the advance pool of the acquirer holds ¥100.00
    And it is 2026-01-28 11:00
    And the router is down from 11:05 for 10 minutes
    When the merchant sells for ¥80.00 as "first"
    And it is 11:06
    And the merchant sells for ¥50.00 as "second"
    Then it fails because the network is down
    When it is 11:20
    And the merchant sells for ¥60.00 as "third"
    And 10 minutes pass
    Then the merchant has received ¥79.70
    And the money of the sale "first" has arrived
    And the money of the sale "third" is on its way
    And the customer has paid ¥140.00

  # passes
  Scenario: One of two shops has a frozen account
    Given a merchant "Baker" with one terminal
    And another merchant "Butcher" with one terminal
    And merchant "Baker" is paid on the next working day, less a fee of 0.6%
    And merchant "Butcher" is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-28 16:00
    And the account of merchant "Butcher" is frozen
    When merchant "Baker" sells for ¥100.00
    And merchant "Butcher" sells for ¥200.00
    And all merchants settle
    Then by 2026-01-29 18:00 merchant "Baker" has received ¥99.40
    And ¥198.80 of merchant "Butcher" stands in suspense
    And merchant "Butcher" has received nothing
    When the bank unfreezes the account of merchant "Butcher"
    And the suspended money of merchant "Butcher" is released
    Then by 2026-01-30 18:00 merchant "Butcher" has received ¥198.80
    And the judge passes the run

  # fails at "the fee of the sale "sofa" is ¥20.00": fees are taken at the cut-over
  Scenario: Paid the same day with a fee that has a cap
    Given a merchant "Furniture" with one terminal
    And the merchant is paid on the same day, less a fee of 0.6%, at most ¥20.00
    And it is 2026-01-29 14:00
    When the merchant sells for ¥5,000.00 as "sofa"
    And the merchant sells for ¥300.00 as "lamp"
    And the merchant settles
    Then the settlement is taken
    And the fee of the sale "sofa" is ¥20.00
    And the fee of the sale "lamp" is ¥1.80
    And by 23:30 the merchant has received ¥5,278.20
    And the judge passes the run

  # passes
  Scenario: A batch that nobody settled is closed by force
    Given a merchant "Kiosk" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And the acquirer closes batches by force after 2 days
    And it is 2026-01-27 09:00
    When the merchant sells for ¥45.50
    Then by 2026-01-28 20:00 the merchant has received nothing
    And by 2026-01-29 12:00 the host has closed 1 batch by force
    And by 2026-01-30 18:00 the merchant has received ¥45.23

  # passes
  Scenario: The money of a pre-authorisation that is never completed comes free again
    Given a merchant "Hotel" with one terminal
    And a customer "Wang" with ¥2,000.00 on the card
    And it is 2026-01-28 15:00
    When the merchant pre-authorises ¥800.00 for customer "Wang"
    Then ¥800.00 is held on the card
    When 31 days pass
    And the merchant completes the pre-authorisation
    Then it is declined
    And nothing is held on the card
    And customer "Wang" has ¥2,000.00 left on the card
