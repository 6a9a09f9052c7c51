# By a fourth newcomer who had read docs/features.md once; first try, unchanged.
Feature: Terms, fees and accounts

  # passes
  Scenario: The fee is capped
    Given a merchant "Furniture World" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%, at most ¥20.00
    And it is 2026-03-03 10:00
    When the merchant sells for ¥5,000.00 as "sofa"
    And the merchant sells for ¥1,000.00 as "chair"
    And the merchant settles
    And the next day 12:00
    Then the fee of the sale "sofa" is ¥20.00
    And the fee of the sale "chair" is ¥6.00
    And by 2026-03-04 18:00 the merchant has received ¥5,974.00

  # passes
  Scenario: Paid on the same day, on a Saturday
    Given a merchant "Weekend Market" with one terminal
    And the merchant is paid on the same day, less a fee of 0.6%
    And it is 2026-03-07 11:00
    When the merchant sells for ¥310.00
    And the merchant settles
    Then by 2026-03-07 23:59 the merchant has received ¥308.14
    And the merchant has been paid once
    And the judge passes the run

  # passes
  Scenario: Paid at once
    Given a merchant "Taxi Zhou" with one terminal
    And the merchant is paid at once, less a fee of 0.6%
    And it is 2026-03-03 17:00
    When the merchant sells for ¥200.00
    And the merchant sells for ¥50.00
    Then by 17:30 the merchant has received ¥248.50
    And the merchant has been paid 2 times

  # passes
  Scenario: The account is in another name
    Given a merchant "Barber Wu" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And the merchant's account is in another name
    And it is 2026-03-03 13:00
    When the merchant sells for ¥150.00
    And the merchant settles
    Then by 2026-03-04 18:00 ¥149.10 of the merchant stand in suspense
    And the merchant has received nothing
    When the merchant corrects its account
    And the suspended money is released
    Then by 2026-03-06 18:00 the merchant has received ¥149.10
    And nothing of the merchant stands in suspense
    And the judge passes the run

  # passes
  Scenario: The account was closed, one call mends both
    Given a merchant "Old Mill" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.5%
    And the merchant's account is closed
    And it is 2026-03-03 13:00
    When the merchant sells for ¥640.00
    And the merchant settles
    And it is 2026-03-04 20:00
    Then the payout of the merchant is returned
    And the money of the sale stands in suspense
    When the merchant's account is corrected and the suspended money released
    Then by 2026-03-06 18:00 the merchant has received ¥636.80
    And the money of the sale has arrived
