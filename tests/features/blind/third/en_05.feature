Feature: Risk holds & suspicious merchants
  (author: L. Okafor - fraud ops)

  Scenario: Sudden jump in volume
    Given merchant "QuickPhone" normally turns over about 1,000 a day
    And risk rules hold anything above 20,000 per day
    When QuickPhone processes 5 sales of 4,999.00 within ten minutes
    Then the merchant is flagged by risk control
    And its payout for that day is put on hold
    But the customers' cards have been charged as usual
    When an analyst releases the hold two days later
    Then QuickPhone is paid the full amount net of fees

  Scenario: Same card swiped again and again
    Given a card with a limit of 10,000.00
    When the same card pays 999.00 four times in a row at one terminal
    Then the fourth attempt is blocked as a suspected duplicate
    And 2,997.00 has been used on the card

  Scenario: Merchant suspended in the middle of the day
    Given QuickPhone already has 700.00 in the open batch
    When the acquirer suspends QuickPhone at 15:30
    And a customer tries to pay 50.00 at 15:31
    Then the terminal shows "invalid merchant" with code 03
    And no debit happens
    And the 700.00 stays frozen until the investigation finishes
    When the suspension is lifted next Monday
    Then sales are possible again
