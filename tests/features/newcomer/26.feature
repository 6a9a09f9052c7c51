# By a third newcomer who had read docs/features.md once; first try, unchanged.
Feature: Disputes with evidence

  # passes
  Scenario: Goods that never came, and the merchant can prove that they did
    Given a merchant "Parcel" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-28 10:00
    When the merchant sells for ¥400.00 as "vase"
    And the merchant settles
    And it is 2026-02-02 10:00
    And the customer disputes the sale "vase" because the goods never arrived
    And the merchant sends the evidence about the sale "vase"
    Then by 2026-03-15 18:00 the dispute about the sale "vase" is won
    And the money of the sale "vase" has arrived
    And the judge passes the run

  # fails at "the merchant owes ¥397.60": the merchant owes ¥400.00, not ¥397.60
  Scenario: The merchant gives in
    Given a merchant "Parcel" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-28 10:00
    When the merchant sells for ¥400.00 as "vase"
    And the merchant settles
    And it is 2026-02-02 10:00
    And the customer's bank charges the sale "vase" back
    And the merchant accepts the dispute about the sale "vase"
    Then by 2026-02-03 18:00 the dispute about the sale "vase" is lost
    And the customer has got ¥400.00 back
    And the merchant owes ¥397.60

  # passes
  Scenario: Only part of the sum is disputed
    Given a merchant "Buffet" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-28 20:00
    When the merchant sells for ¥120.00 as "dinner"
    And the merchant settles
    And it is the next working day 18:00
    And the customer disputes ¥20.00 of the sale "dinner" because the amount is wrong
    Then by the next working day 18:00 the money of the sale "dinner" has arrived
    When the merchant accepts the dispute about the sale "dinner"
    Then the customer has got ¥20.00 back

  # passes
  Scenario: A refund beyond what is still to be paid is owed and taken off the next payout
    Given a merchant "Shoes" with one terminal
    And the merchant is paid on the next working day, without a fee
    And refunds beyond what the merchant is still to be paid are owed
    And it is 2026-01-26 10:00
    When the merchant sells for ¥300.00 as "boots"
    And the merchant settles
    And it is 2026-01-27 12:00
    Then the merchant has received ¥300.00
    When the merchant refunds the sale "boots"
    And the merchant settles
    And it is 2026-01-28 12:00
    Then the merchant owes ¥300.00
    When the merchant sells for ¥500.00
    And the merchant settles
    And it is 2026-01-29 12:00
    Then what the merchant owes is taken off the payout
    And the merchant has received ¥500.00
    And the merchant owes nothing

  # passes
  Scenario: The slip is asked for and sent
    Given a merchant "Watches" with one terminal
    And it is 2026-01-28 10:00
    When the merchant sells for ¥1,999.00
    And the merchant settles
    And 3 days pass
    And the customer's bank asks for the slip of the sale
    And the merchant sends the evidence about the sale
    And 30 days pass
    Then the customer has paid ¥1,999.00
    And the judge passes the run
