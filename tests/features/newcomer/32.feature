# By whoever had mended what the newcomers before met; first try, unchanged.
Feature: A fourth look

  # passes
  Scenario: Alipay is refunded and the customer has it back
    Given a merchant "Books" with one terminal
    And it is 2026-03-02 11:00
    When the customer pays ¥45.00 with Alipay as "novel"
    Then the customer has paid ¥45.00
    When the merchant refunds the sale "novel"
    Then the terminal says that the refund is approved
    And the customer has got ¥45.00 back
    And the customer has paid nothing

  # passes
  Scenario: A WeChat payment is voided at once
    Given a merchant "Books" with one terminal
    And it is 2026-03-02 11:00
    When the customer pays ¥12.50 with WeChat Pay
    And the merchant voids the QR payment
    Then the customer has paid nothing
    And the batch is empty

  # passes
  Scenario: Daily limit of the shop
    Given a merchant "Books" with one terminal
    And the merchant may take at most ¥100.00 a day
    And it is 2026-03-02 11:00
    When the merchant sells for ¥80.00
    And the merchant sells for ¥30.00
    Then it is declined because the sum is over the limit
    When the next day 11:00
    And the merchant sells for ¥30.00
    Then the terminal says that it is approved
    And the customer has paid ¥110.00

  # passes
  Scenario: Settling twice
    Given a merchant "Books" with 2 terminals
    And the merchant is paid on the next working day, less a fee of 1%
    And it is 2026-03-02 11:00
    When the merchant sells for ¥10.00 on terminal 1
    And the merchant sells for ¥20.00 on terminal 2
    And the merchant settles terminal 1
    Then the batch of terminal 1 is empty
    And the batch of terminal 2 holds 1 sale of ¥20.00
    When 1 hour passes
    And the merchant settles terminal 2
    Then the settlement is taken
    And by the next working day 18:00 the merchant has received ¥29.70

  # fails at "¥99.00 of the merchant stands in suspense": in suspense for the merchant ¥0.00, not ¥99.00
  Scenario: Papers are missing, so the money waits
    Given a merchant "Books" with one terminal
    And the merchant is paid on the next working day, less a fee of 1%
    And the merchant has not handed in its papers: the business licence
    And it is 2026-03-02 11:00
    When the merchant sells for ¥100.00
    And the merchant settles
    And it is 2026-03-03 12:00
    Then ¥99.00 of the merchant stands in suspense
    When the merchant hands in the missing papers
    Then by 2026-03-04 18:00 the merchant has received ¥99.00

  # passes
  Scenario: The host dies, the terminal reverses, the shop tries once more
    Given the host goes down when it has posted the next sale
    And a merchant "Books" with one terminal
    And it is 2026-03-02 11:00
    When the merchant sells for ¥60.00
    Then it fails because there is no reply
    When 10 minutes pass
    Then the sale is reversed
    And the customer has paid nothing
    When the clerk tries it again
    Then the terminal says that it is approved
    And the customer has paid ¥60.00
