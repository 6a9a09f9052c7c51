Feature: Everything in tables

  Scenario: Two merchants, their terms and their money
    Given the following merchants:
      | name   | terminals | fee  | terms |
      | Baker  | 2         | 0.6% | T+1   |
      | Butcher| 1         | 1%   | D+1   |
    And the time is 2026-01-27 10:00
    When these sales are made:
      | merchant | terminal | amount |
      | Baker    | 1        | 68.00  |
      | Baker    | 2        | 32.00  |
      | Butcher  | 1        | 50.00  |
    And all merchants settle
    Then by the next working day these amounts have arrived:
      | Baker   | 99.40 |
      | Butcher | 49.50 |
    And the books balance

  Scenario: Refusals by reason
    Given a merchant "Baker" with 1 terminal
    And the time is 2026-01-27 10:00
    And these customers:
      | name | balance |
      | Li   | 10.00   |
      | Wang | 500.00  |
    And the card of Wang is reported stolen
    When customer "Li" pays 20.00
    Then the sale is declined for insufficient funds
    When customer "Wang" pays 20.00
    Then the sale is declined because the card was reported lost
    And Li still has 10.00
