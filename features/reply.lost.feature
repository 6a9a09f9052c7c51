Feature: The reply to a sale is lost

  The card is debited and the counter has no answer. The terminal must undo the sale at the host
  before it does anything else, and the customer pays once.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And it is 2026-01-27 10:00

  Rule: A sale without a reply is undone

    Scenario: The customer who leaves has the money back
      Given the reply to the next sale is lost
      When the merchant sells for ¥120.00
      Then the terminal says that there is no reply
      And within 3 minutes the customer has paid nothing
      And the judge passes the run
      And these rules were put to the test and held
        | no one-sided entry  |

    @virtual
    Scenario: The customer who tries again pays once
      Given the reply to the next sale is lost
      And the merchant has tried in vain to sell for ¥120.00
      When the clerk tries the same sale again
      Then the terminal says that the sale is approved
      And within 1 minute the customer has paid ¥120.00
      And the judge passes the run
      And these rules were put to the test and held
        | no double debit     |
        | no one-sided entry  |
        | reversal goes first |

  Rule: It holds where replies are lost again and again

    @needs.customers
    Scenario: A busy day on a bad line
      Given 60 customers an hour come until 2026-01-27 20:00
      And one reply in 20 is lost
      When it is 2026-01-28 18:00
      Then every sale has arrived by 2026-01-28 18:00
      And the judge passes the run
      And these rules were put to the test and held
        | no double debit     |
        | no lost sale        |
        | no one-sided entry  |
        | reversal goes first |
