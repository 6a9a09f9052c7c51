# By a third newcomer who had read docs/features.md once; first try, unchanged.
Feature: Holiday rush, late software, wallets

  # passes
  Scenario: The Spring Festival rush
    Given a merchant "Snacks" with 2 terminals
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-02-13 09:00
    And 20 customers an hour come until 12:00
    When it is 2026-02-13 22:00
    And the merchant settles terminal 1
    And the merchant settles terminal 2
    Then the settlement is taken
    And every sale has arrived by 2026-02-14 18:00
    And the judge passes the run

  # passes
  Scenario: The day before the holiday is paid after it
    Given a merchant "Snacks" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.5%
    And it is 2026-04-03 15:00
    When the merchant sells for ¥200.00
    And the merchant settles
    Then until 2026-04-06 23:00 the merchant has received nothing
    And by 2026-04-07 12:00 the merchant has received ¥199.00

  # passes
  Scenario: Software that comes too late
    Given a merchant "Snacks" with one terminal
    And it is 2026-01-28 10:00
    When the merchant sells for ¥15.00 as "before"
    And the acquirer demands software "31200001" within 2 hours
    And it is 13:00
    And the merchant sells for ¥16.00 as "after"
    Then it does not go through
    When the merchant settles
    And terminal 1 installs the software that the host demands
    And terminal 1 signs on with the host
    And the merchant sells for ¥17.00 as "again"
    Then the terminal says that the sale "again" is approved
    And the customer has paid ¥32.00

  # fails at "the customer has paid ¥33.00": of the sales "qr" of ¥33.00 was not taken
  Scenario: A wallet payment hangs and then comes good
    Given a merchant "Snacks" with one terminal
    And the wallet leaves QR payments pending for 2 minutes
    And it is 2026-01-28 10:00
    When the customer pays ¥33.00 with Alipay as "qr"
    Then the sale "qr" was pending
    When 5 minutes pass
    Then the customer has paid ¥33.00
    And the customer has not paid twice
    And the batch holds 1 sale of ¥33.00

  # passes
  Scenario: A wallet payment hangs and fails, so the customer takes the card
    Given a merchant "Snacks" with one terminal
    And the wallet leaves QR payments pending for 3 minutes
    And pending QR payments fail in the end
    And it is 2026-01-28 10:00
    When the customer pays ¥33.00 with WeChat Pay
    And 5 minutes pass
    Then the customer has paid nothing
    When the merchant sells for ¥33.00
    Then the terminal says that the sale is approved
    And the customer has paid ¥33.00
    And the batch holds 1 sale of ¥33.00
