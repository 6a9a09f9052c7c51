Feature: Clerks

  # passes
  Scenario: A clerk who is not signed in cannot sell
    Given a merchant "Noodle House" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-03-02 12:00
    When clerk "05" sells for ¥100.00
    Then the sale is refused because the clerk is not signed in
    When clerk "01" sells for ¥100.00
    Then the sale is approved
    And the judge passes the run
