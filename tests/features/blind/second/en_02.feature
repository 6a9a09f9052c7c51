Feature: refunds & voids

Scenario: void same day
  Given shop "Lucky Mart", terminal 1, fee 1%
  And card A with ¥1,000
  When sale 250 on card A
  And void it
  Then card A is back to ¥1,000
  And batch total is 0
  And shop owes nothing

Scenario: can't void after settlement, refund instead
  Given shop "Lucky Mart", terminal 1, fee 1%
  And card A with ¥1,000
  When sale 250 on card A
  And settle
  And void the 250
  Then void is refused
  When refund 250 to card A
  Then refund approved
  And the money is back on card A within 3 days
  And the shop's next payout is reduced by 250

Scenario: partial refunds, never more than the sale
  Given shop "Lucky Mart", terminal 1
  When sale 300 by card
  And next morning refund 100
  And refund 150 more
  And refund 60 more
  Then the first two refunds go through
  But the third is declined, exceeds original amount
  And customer got 250 back in total
