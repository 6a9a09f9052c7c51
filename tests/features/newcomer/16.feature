# By another newcomer who had read docs/features.md once; first try, unchanged.
Feature: QR codes and wallets that hesitate

  # fails at "the fee for the sale "tea" is ¥0.33": the fee of it is ¥0.00, not ¥0.33; fees are taken at the cut-over, 2026-01-27 23:00:00
  Scenario: A customer scans and pays with WeChat
    Given a merchant "Tea House" with one terminal
    And the merchant is paid on the next working day
    And the fee of the merchant for QR payments is 0.38%
    And it is 2026-01-27 15:20
    When the customer pays ¥88.00 by WeChat Pay as "tea"
    Then the sale "tea" is approved
    When the merchant settles
    Then the settlement is taken
    And the fee for the sale "tea" is ¥0.33
    And until 2026-01-27 23:00 the merchant has received nothing
    And by 2026-01-28 18:00 the merchant has received ¥87.67
    And the judge passes the run

  # passes
  Scenario: Alipay keeps the payment pending and it fails in the end
    Given a merchant "Tea House" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And the wallet keeps QR payments pending for 30 seconds
    And pending payments fail in the end
    And it is 2026-01-27 15:40
    When the customer pays ¥56.00 with Alipay
    Then the QR payment was pending
    And it does not go through
    When 5 minutes pass
    Then the customer has paid nothing
    And no receipt was printed for the QR payment
    When the merchant settles
    Then by 2026-01-28 18:00 the merchant has received nothing
