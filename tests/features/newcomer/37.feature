# By a fourth newcomer who had read docs/features.md once; first try, unchanged.
Feature: People, banks and disputes

  # passes
  Scenario: Clerk 02 has to sign on first
    Given a merchant "Pharmacy" with one terminal
    And clerk "02" with password "4711" works at the merchant
    And it is 2026-03-03 08:30
    When clerk "02" sells for ¥24.00
    Then the terminal refuses it because this clerk is not signed in
    And nothing of the sale went to the host
    When clerk "02" signs on
    And clerk "02" sells for ¥24.00
    Then the terminal says that it is approved
    And the batch comes to ¥24.00

  # fails at "the merchant owes ¥400.00": 2026-03-05 10:00:00: the merchant owes ¥0.00, not ¥400.00; what refunds and disputes take is booked at the cut-over behind the settlement, the next one 2026-03-05 23:00:00: say this behind it
  Scenario: Goods that never came
    Given a merchant "Web Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-03-03 10:00
    When the merchant sells for ¥400.00 as "parcel"
    And the merchant settles
    And it is 2026-03-05 10:00
    Then the merchant has received ¥397.60
    When the customer's bank charges the sale "parcel" back
    And the merchant accepts the dispute about the sale "parcel"
    Then the dispute about the sale "parcel" is lost
    And the merchant owes ¥400.00
    When the merchant sells for ¥1,000.00
    And the merchant settles
    Then by 2026-03-06 18:00 the merchant has received ¥991.60
    And the merchant owes nothing

  # passes
  Scenario: The bank posts a day late
    Given a merchant "Garage" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-03-03 10:00
    And the banks pay out 30 hours late
    When the merchant sells for ¥700.00
    And the merchant settles
    And it is 2026-03-04 18:00
    Then the merchant has received nothing
    And the money of the sale is on its way
    And by 2026-03-06 12:00 the merchant has received ¥695.80
    And the judge passes the run

  # passes
  Scenario: Two shops, three terminals
    Given a merchant "Baker" with 2 terminals
    And merchant "Baker" is paid on the next working day, less a fee of 0.6%
    And another merchant "Butcher" with one terminal
    And merchant "Butcher" is paid on the next working day, less a fee of 1%
    And a customer "Li" with ¥500.00 on the card
    And it is 2026-03-03 10:00
    When merchant "Baker" sells for ¥15.00 on terminal 1 of "Baker" to customer "Li"
    And merchant "Baker" sells for ¥25.00 on terminal 2 of "Baker" to customer "Li"
    And merchant "Butcher" sells for ¥60.00 to customer "Li"
    And all merchants settle
    Then these amounts have arrived by 2026-03-04 18:00:
      | Baker   | 39.76 |
      | Butcher | 59.40 |
    And customer "Li" has ¥400.00 left on the card
    And the judge passes the run

  # passes
  Scenario: The reply is slower than the terminal's patience
    Given a merchant "Cinema" with one terminal
    And a customer "Fan" with ¥90.00 on the card
    And it is 2026-03-03 19:00
    And the fault "network.delay" strikes at the 1st reply to a sale of terminal 1
      | delay | 90 seconds |
    When the merchant sells for ¥70.00 to customer "Fan"
    Then it fails because there is no reply
    And within 10 minutes the sale is reversed
    And 1 reversal went to the host
    And customer "Fan" has paid nothing
    When the clerk tries the same sale again
    Then the terminal says that it is approved
    And customer "Fan" has ¥20.00 left on the card
    And the judge passes the run
