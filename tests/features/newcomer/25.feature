# By a third newcomer who had read docs/features.md once; first try, unchanged.
Feature: Clerks, slips and what the terminal refuses

  # passes
  Scenario: The evening clerk takes over
    Given a merchant "Tea House" with one terminal
    And clerk "03" with password "4321" works at the merchant
    And it is 2026-01-28 17:55
    When the merchant sells for ¥36.00
    And terminal 1 signs off
    And clerk "03" signs on
    And clerk "03" sells for ¥18.00
    Then the terminal says that the sale is approved
    And a receipt was printed for the sale
    When the merchant settles
    Then 2 sales of ¥54.00 were settled
    And the judge passes the run

  # passes
  Scenario: A receipt that the power cut
    Given a merchant "Tea House" with one terminal
    And it is 2026-01-28 12:00
    When the merchant sells for ¥25.00
    And the power goes off while the receipt is printed
    And the power comes back
    And 2 minutes pass
    Then the customer has not paid twice
    And the batch holds 1 sale of ¥25.00
    And the sale is not reversed

  # passes
  Scenario: An offline sale above the limit is refused
    Given a merchant "Ferry" with one terminal
    And the merchant may sell offline up to ¥200.00
    And it is 2026-01-28 08:00
    When the merchant sells offline for ¥250.00
    Then the terminal refuses it because it is over the limit of offline sales
    And nothing of the sale went to the host
    When the merchant sells offline for ¥150.00
    Then the terminal says that it is approved
    When the merchant settles
    Then the settlement is taken
    And 1 sale of ¥150.00 was settled

  # passes
  Scenario: A customer asks how much there is on the card
    Given a merchant "Tea House" with one terminal
    And a customer "Zhao" with ¥55.20 on the card
    And it is 2026-01-28 12:30
    When the merchant asks for the balance of customer "Zhao"'s card
    Then the terminal says that the balance is approved
    And the terminal shows a balance of ¥55.20
    When the merchant sells for ¥60.00 to customer "Zhao"
    Then it is declined because there is not enough money
    And customer "Zhao" has ¥55.20 left on the card

  # fails at "the terminal refuses it because this clerk is not signed in": the terminal said: approved 00
  Scenario: A stranger at the keys
    Given a merchant "Tea House" with one terminal
    And it is 2026-01-28 12:30
    When clerk "99" signs on
    Then the terminal refuses it because wrong clerk or password
    When the merchant sells for ¥20.00
    Then the terminal refuses it because this clerk is not signed in
    And the customer has paid nothing
