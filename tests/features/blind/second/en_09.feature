Feature: End of day, two tills

  Background: a small supermarket
    Given the following terminals:
      | terminal | location   | clerk |
      | T-01     | front till | Anna  |
      | T-02     | back till  | Bo    |
    And all terminals belong to "Fresh Corner"
    And fee is 0.5%, settlement next working day

  Scenario: Totals per till
    When these sales are made:
      | terminal | method      | amount |
      | T-01     | chip        | 68     |
      | T-01     | contactless | 12.50  |
      | T-02     | Alipay      | 30.00  |
      | T-02     | chip        | 99.90  |
    And both tills close their batch at 21:30
    Then T-01 settles 2 sales for 80.50
    And T-02 settles 2 sales for 129.90
    And the host total for Fresh Corner is 210.40
    And terminal, host and bank agree

  Scenario: Somebody forgets to settle
    Given Anna made one sale of 500.00 on T-01 on Friday
    And she went home without settling
    When the host forces the batch at midnight
    Then T-01's batch is closed by the host
    And on Saturday morning T-01 starts with batch number 2
    And because of the weekend the money arrives on Monday
    And Fresh Corner receives 497.50

  Scenario: Terminal says one thing, host another
    Given T-02 has recorded 3 sales but the host only has 2
    When Bo runs the settlement
    Then the settlement is out of balance
    And T-02 uploads its transactions one by one
    And the missing sale of 41.00 is found
    And afterwards the records match
