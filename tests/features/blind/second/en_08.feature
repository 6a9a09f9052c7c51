Feature: Chargebacks

Scenario: merchant has a signed slip
  Given a merchant "Star Electronics" with 5,000.00 in its settlement account
  And on 3 March a customer bought a camera for 2,399.00
  And the sale was settled and paid out the following day
  When the cardholder disputes the sale ten days later
  Then the merchant is told about the dispute and has 7 days to answer
  And 2,399.00 is withheld from the merchant
  When the merchant sends in the signed receipt on day 5
  And the issuer accepts the evidence
  Then the dispute is closed in the merchant's favour
  And the withheld money is released

Scenario: merchant never answers
  Given a merchant "Star Electronics" with a fee of 0.55% capped at 20 yuan
  And a sale of 2,399.00 from last week
  When the cardholder raises a chargeback
  And the merchant does nothing for a week
  Then the chargeback is lost
  And the customer gets 2,399.00 back
  And the merchant owes the acquirer 2,399.00
  When the merchant sells for 3,000.00 the next day
  And the batch is settled
  Then what the merchant owes is taken out of the payout first
  And only the rest is transferred to the merchant

Scenario: disputing something already refunded
  Given a sale of 150.00 which was fully refunded on the same day
  When the customer files a dispute for it
  Then the dispute is rejected
  And the customer does not get the money twice
