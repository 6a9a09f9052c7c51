# By another newcomer who had read docs/features.md once; first try, unchanged.
Feature: Two shops on one acquirer, and clerks who forget to sign on

  # fails at "the judge passes the run": the judge says INCONCLUSIVE, not PASS: fault 'network.router_down live 2' (network.router_down) never struck
  Scenario: Each shop gets its own money
    Given a merchant "Baker" with one terminal
    And another merchant "Butcher" with two terminals
    And merchant "Baker" is paid on the next working day, less a fee of 0.6%
    And merchant "Butcher" is paid on the next working day, less a fee of 1%
    And it is 2026-01-27 09:00
    When merchant "Baker" sells for ¥20.00
    And merchant "Butcher" sells for ¥150.00 on terminal 1 of "Butcher"
    And merchant "Butcher" sells for ¥50.00 on terminal 2 of "Butcher"
    And the router of merchant "Baker" is down for 10 minutes
    And 15 minutes pass
    And merchant "Baker" sells for ¥30.00
    And all merchants settle
    Then by 2026-01-28 18:00 merchant "Baker" has received ¥49.70
    And by 2026-01-28 18:00 merchant "Butcher" has received ¥198.00
    And the judge passes the run

  # passes
  Scenario: Nobody sells without signing on
    Given a merchant "Pharmacy" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And a clerk "02" with the password "1234" works at the merchant
    And it is 2026-01-27 08:55
    When terminal 1 signs off
    And clerk "02" sells for ¥33.00
    Then the terminal refuses because the clerk is not signed in
    And the customer has paid nothing
    When clerk "02" signs on at terminal 1
    And clerk "02" sells for ¥33.00
    Then the sale is approved
    When the merchant settles
    Then the customer has paid ¥33.00
    And by 2026-01-28 18:00 the merchant has received ¥32.80
