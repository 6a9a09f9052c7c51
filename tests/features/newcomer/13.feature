# By a QA engineer who had read docs/features.md once; first try, unchanged.
Feature: Faults of the catalogue by their names

  # passes
  Scenario: A slow network delays the reply to a sale
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-27 10:00
    And the fault "network.delay" strikes at the first reply to a sale
      | delay | 2 minutes |
    When the merchant sells for ¥68.00 as "late"
    Then the terminal says that there is no reply
    And within 10 minutes the sale "late" is reversed
    When the merchant sells for ¥68.00 as "in time"
    And the merchant settles
    Then the settlement is taken
    And the customer has paid ¥68.00 in all
    And by 2026-01-28 18:00 the merchant has received ¥67.59
    And the judge passes the run

  # passes
  Scenario: The router fails by catalogue and is restarted
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-27 10:00
    And the fault "network.router_down" strikes at 10:05 for 30 minutes
    And the fault "network.delay" strikes the 3rd sale reply of terminal 1
      | delay         | 90 seconds |
      | may_stay_away | yes        |
    When the merchant sells for ¥30.00
    And 10 minutes pass
    And the merchant tries to sell for ¥12.00
    Then it fails because the network is down
    When the merchant applies the remedy "restart_router"
    And 5 minutes pass
    And the merchant sells for ¥12.00
    And the merchant settles
    Then the settlement is taken
    And the customer has paid ¥42.00
    And all the merchant's money has arrived by 2026-01-28 18:00
    And by 2026-01-28 18:00 the merchant has received ¥41.75
