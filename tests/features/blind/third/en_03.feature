Feature: Bank side is slow over the National Day holiday

Scenario: Golden Week
  Given it is 30 September, a Tuesday
  And "Auntie Wang's Tea House" is on T+1
  And banks are shut from 1 October through 7 October
  When the tea house sells 2,000 by card and closes the day
  Then on 1 October nothing has been credited
  And 2,000 less the fee is still on its way
  When the holiday is over
  Then the payout reaches the tea house on 8 October

Scenario: D+0 merchant doesn't have to wait
  Given a merchant who has signed up for same-day settlement at an extra 0.05%
  And it's a public holiday
  When 600.00 is sold in the morning and settled at noon
  Then the merchant has the money by evening
  And the extra charge of 0.30 shows on the statement

Scenario: bank in maintenance during the payout run
  Given the bank is under maintenance from 23:00 until 06:00
  And a payout of 745.20 is due at 23:30
  When the acquirer submits the payout
  Then the bank doesn't respond and the payout is left as unknown
  And it must not be sent a second time until its status is clear
  When the bank is back at 6 in the morning
  And the acquirer asks the bank about the payout
  Then the bank says it never got it
  And the payout is resubmitted
  And the merchant gets 745.20 exactly once
