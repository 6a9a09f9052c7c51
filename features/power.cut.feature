Feature: The power goes off in the middle of a sale

  What was open is undone before anything else is sold; what was approved stays sold; the customer
  pays once, wherever the power went off.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6 %
    And it is 2026-01-27 10:00

  Scenario Outline: The customer pays once, with the power off <moment>
    Given the power goes off in the next sale, <moment>
    And the merchant has tried in vain to sell for ¥260.00
    And the power is back
    When the clerk makes sure of the sale
    Then within 3 minutes the customer has paid ¥260.00
    And the judge passes the run
    And these rules were put to the test and held
      | money is conserved |
      | no lost sale       |

    Examples:
      | moment                        |
      | before its approval is stored |
      | before its receipt is printed |

    @virtual
    Examples: Stored, and not sent yet
      | moment               |
      | after its first step |

  @virtual
  Scenario: What was sold is paid out
    Given the power goes off in the next sale, before its approval is stored
    And the merchant has tried in vain to sell for ¥260.00
    And the power is back
    And the clerk has made sure of the sale
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-28 18:00 the merchant has received ¥258.44
    And the judge passes the run
    And these rules were put to the test and held
      | no double debit     |
      | no lost sale        |
      | no one-sided entry  |
      | batch totals agree  |
      | payout exactly once |
