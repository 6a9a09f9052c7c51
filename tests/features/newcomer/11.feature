# By a QA engineer who had read docs/features.md once; first try, unchanged.
Feature: Balance enquiry, several merchants and terminals

  # passes
  Scenario: The customer's balance before and after
    Given a merchant "Grocer" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And a customer "Zhao" has ¥300.00 on the card
    And it is 2026-01-27 10:00
    When the merchant checks the balance of customer "Zhao"'s card
    Then the balance is approved
    When the merchant sells for ¥90.00 to customer "Zhao"
    Then a receipt for ¥90.00 was printed
    And customer "Zhao" has ¥210.00 left
    When the merchant settles
    Then by 2026-01-28 18:00 the merchant has received ¥89.46
    And customer "Zhao" has paid ¥90.00

  # fails at "merchant "Butcher" has received ¥69.30 by 2026-01-27 23:59": time does not go back
  Scenario: A baker with two terminals beside a butcher
    Given a merchant "Baker" with two terminals
    And a merchant "Butcher" with one terminal
    And merchant "Baker" is paid on the next working day, less a fee of 0.6%
    And merchant "Butcher" is paid on the same day, less a fee of 1%
    And it is 2026-01-27 10:00
    When merchant "Baker" sells for ¥10.00 on terminal 1
    And merchant "Baker" sells for ¥20.00 on terminal 2 of "Baker"
    And merchant "Butcher" sells for ¥70.00
    And every merchant settles
    Then the settlement is taken
    And by 2026-01-28 18:00 merchant "Baker" has received ¥29.82
    And merchant "Butcher" has received ¥69.30 by 2026-01-27 23:59
    And these amounts have arrived by 2026-01-28 18:00:
      | merchant | amount |
      | Baker    | 29.82  |
      | Butcher  | 69.30  |
    And the customer has paid ¥100.00 in total
    And the judge passes the run
