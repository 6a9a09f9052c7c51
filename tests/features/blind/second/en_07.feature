Feature: Settlement to a problem account

  Rule: money that cannot be paid out must end up in suspense and never disappear

  Scenario: Account frozen by court order
    Given Mrs. Zhao's hardware store settles T+1 to her account at ICBC
    And the store took ¥1,234.50 by card on Monday at a fee of 0.6%
    And the account was frozen on Monday night
    When the bank runs the payout on Tuesday morning
    Then the bank rejects the payout with "account frozen"
    And ¥1,227.09 is put in suspense for the store
    And Mrs. Zhao gets an SMS saying the payout failed
    When the account is unfrozen on Thursday
    And the acquirer pays again
    Then ¥1,227.09 lands in her account
    And the suspense account is empty

  Scenario: The name on the account does not match
    Given a store whose settlement account is in another person's name
    And today's sales come to ¥400.00
    When the payout is sent
    Then it comes back because of a name mismatch
    And the money is held in suspense
    And support tells the merchant to correct the account details

  Scenario: Closed account and a missing SMS
    Given Mrs. Zhao's account was closed last Friday
    And the SMS gateway is losing messages
    When the batch of ¥88.00 is settled and paid out
    Then the payout bounces
    But Mrs. Zhao never receives the notice
    And she can still see the failed payout in her statement
