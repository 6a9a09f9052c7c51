# By another newcomer who had read docs/features.md once; first try, unchanged.
Feature: Taking money back: voids and refunds

  # passes
  Scenario: A mistyped sale is voided before settlement
    Given a merchant "Hardware Store" with 1 terminal
    And the merchant gets paid on the next working day, less a fee of 0.6%
    And it is 2026-01-27 14:00
    When the merchant sells for ¥2,000.00 as "typo"
    And the merchant voids the sale "typo"
    Then the void is approved
    When the merchant sells for ¥200.00 as "right"
    Then the batch holds 1 sale of ¥200.00
    When the merchant settles
    Then the settlement is taken
    And the customer got ¥2,000.00 back
    And the customer has paid ¥200.00 in total
    And by 2026-01-28 18:00 the merchant has received ¥198.80

  # passes
  Scenario: Part of yesterday's sale is refunded
    Given a merchant "Shoe Shop" with one terminal
    And the merchant is paid on the next working day, less 0.6%
    And it is 2026-01-27 10:00
    When the merchant sells for ¥300.00 as "boots"
    And the merchant settles
    Then by 2026-01-28 18:00 the merchant has received ¥298.20
    When it is 2026-01-28 19:00
    And the merchant sells for ¥500.00 as "coat"
    And the merchant refunds ¥100.00 of the sale "boots"
    Then the refund is approved
    And ¥200.00 of the sale "boots" can still be refunded
    When the merchant settles
    Then by 2026-01-29 18:00 the merchant has received ¥695.80
    And the customer has got ¥100.00 back
    And the merchant owes nothing
    And the judge passes the run
