@bench @needs.line
Feature: The power is cut at a message

  Only a bench can do this: it hears each message whole before it leaves, and cuts the power there.
  The customer pays once, whichever message it was.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6 %
    And it is 2026-01-27 10:00

  Scenario Outline: The customer pays once, with the power cut <moment>
    Given the power is cut <moment>
    And the merchant has tried in vain to sell for ¥260.00
    And the power is back
    When the clerk makes sure of the sale
    Then the power was cut there
    And within 3 minutes the customer has paid ¥260.00
    And the judge passes the run
    And these rules were put to the test and held
      | money is conserved |
      | no lost sale       |

    Examples:
      | moment                                                  |
      | before the 0200 leaves                                  |
      | when the 0200 has been heard and before the 0210 leaves |
