# By a QA engineer who had read docs/features.md once; first try, unchanged.
Feature: Wrong MAC, another clerk, refusals with their reason

  # passes
  Scenario: The MAC of a reply is wrong
    Given a merchant "Kiosk" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-27 10:00
    And the MAC of the next sale reply is wrong
    When the merchant sells for ¥25.00 as "papers"
    Then it fails because of a wrong MAC
    And within 10 minutes the sale "papers" is reversed
    And within 10 minutes the customer has paid nothing
    When the terminal signs on again
    And the merchant sells for ¥25.00
    And the merchant settles
    Then the settlement is taken
    And the merchant has received ¥24.85 by 2026-01-28 18:00
    And the customer has paid ¥25.00

  # passes
  Scenario: A clerk who is not signed in, and a customer without money
    Given a merchant "Kiosk" with one terminal
    And a clerk "02" with the password "1234" works at the merchant
    And the merchant is paid on the next working day, less a fee of 0.6%
    And a customer "Li" who has ¥50.00 on the card
    And it is 2026-01-27 10:00
    When clerk "02" sells for ¥10.00
    Then the terminal refuses because the clerk is not signed in
    When clerk "02" signs in
    And clerk "02" sells for ¥10.00
    Then the sale is approved
    When the merchant sells for ¥80.00 to customer "Li"
    Then the sale is refused because there is not enough money
    And the response code is 51
    When customer "Li"'s card is frozen
    And the merchant sells for ¥20.00 to customer "Li"
    Then the sale is declined because the card is frozen
    And customer "Li" has paid nothing
    And customer "Li" still has ¥50.00 on the card
    When the merchant settles
    Then by 2026-01-28 18:00 the merchant has received ¥9.94
