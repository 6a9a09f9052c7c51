@needs.records
Feature: Own words: names, wallets, clauses and times

  Background:
    Given it is 2026-01-27 10:00

  Scenario: Two shops in tables
    # 100.00 less 0.60 = 99.40; 50.00 less 0.50 = 49.50
    Given these merchants:
      | name    | terminals | fee  | terms |
      | Baker   | 2         | 0.6% | T+1   |
      | Butcher | 1         | 1%   | T+1   |
    When these sales are made:
      | merchant | terminal | amount |
      | Baker    | 1        | 68.00  |
      | Baker    | 2        | 32.00  |
      | Butcher  | 1        | 50.00  |
    And all merchants settle
    Then these amounts have arrived by the next working day:
      | Baker   | 99.40 |
      | Butcher | 49.50 |
    And all money of merchant "Baker" has arrived

  Scenario: Who cannot pay, and who pays by a wallet
    Given a merchant "Tea House" with one terminal
    And these customers:
      | name | balance |
      | Li   | 10.00   |
    When customer "Li" pays ¥20.00 with a wrong PIN
    Then the response code is 55
    When the customer pays ¥25.00 with Alipay as "tea"
    Then the terminal says that it is approved
    And customer "Li" has paid nothing

  Scenario: A reply is lost, and nobody pays twice
    Given a terminal "P1"
    And the reply to the next sale is lost
    When terminal "P1" sells for ¥45.50
    Then it fails because there is no reply
    And within 2 minutes the sale is reversed
    And the customer has not paid twice
    When terminal "P1" signs on with the host
    Then it is approved
    When 10 minutes pass
    Then the customer has paid for the sale 0 times

  Scenario: Papers are missing while the account is frozen
    # 50.00 less 0.30 = 49.70
    Given a merchant "Cafe" with one terminal
    And the merchant's account is frozen
    And the merchant has not handed in its papers: the business licence
    When the merchant sells for ¥50.00
    And the merchant settles
    And it is 2026-01-28 18:00
    Then ¥49.70 of the merchant stand in suspense
    When the merchant hands in the missing papers
    And the bank unfreezes the merchant's account
    And the suspended money of the merchant is released
    And it is the next working day 18:00
    Then the merchant has received ¥49.70
    And nothing of the merchant stands in suspense

  Scenario: The account is in another name
    Given a merchant "Cafe" with one terminal
    And the merchant's account is in another name
    When the merchant sells for ¥50.00
    And the merchant settles
    And it is 2026-01-28 18:00
    Then ¥49.70 of the merchant stand in suspense
    When the merchant corrects its account
    And the suspended money of the merchant is released
    Then within 2 working days the merchant has received ¥49.70

  Scenario: A frozen card, and stale software
    Given a merchant "Cafe" with one terminal
    And a customer "Wang" with ¥500.00 on the card
    And customer "Wang"'s card is frozen
    When the merchant sells for ¥4.00 to customer "Wang"
    Then the sale is declined because the card is frozen
    When the bank unfreezes customer "Wang"'s card
    And the merchant sells for ¥5.00 to customer "Wang"
    Then the terminal says that it is approved
    When the acquirer demands software "32010101"
    And terminal 1 installs the software that the host demands
    And the merchant sells for ¥6.00
    Then the terminal says that it is approved
