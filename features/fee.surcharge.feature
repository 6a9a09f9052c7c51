@needs.records
Feature: Fixed sums on each sale, a deposit, a SIM fee

  Each deduction is named; net and all of them are the gross.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00
    And the fee of the merchant is 0.6%, plus ¥3.00 for each sale

  Scenario: The money of the first day
    # 500.00: fee 3.00 + 3.00 = 6.00, net 494.00; deposit 59.00 and SIM fee 24.00 off: 411.00
    Given these settings of the merchant:
      | payout.deposit | 59.00 |
      | payout.sim_fee | 24.00 |
    And the merchant has sold for ¥500.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥411.00
    And the fee of the sale is ¥6.00
    And the judge passes the run

  Scenario: Without a deposit, the fixed sum on each of two sales
    # 100.00: 0.60 + 3.00 = 3.60, net 96.40; 20.00: 0.12 + 3.00 = 3.12, net 16.88; together 113.28
    Given the merchant has sold for ¥100.00
    And the merchant has sold for ¥20.00
    When the merchant settles
    Then by 2026-01-27 18:00 the merchant has received ¥113.28
    And the fee of the sale is ¥3.12
    And the fee of the first sale is ¥3.60
    And the judge passes the run
