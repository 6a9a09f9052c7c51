Feature: A firm sells into system maintenance, and the money does not arrive

  The sad cases of the case study: nobody settles again after the maintenance, or an acquirer built
  wrong loses what a cut-over went through. The judge must say so.

  Background:
    Given a merchant "Morning Light Trading" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6 %
    And it is 2026-01-29 21:50

  @virtual
  Scenario: Nobody settles again
    Given the acquirer closes settlement from 2026-01-29 22:00 for 4 hours
    And the merchant has sold for ¥420.00
    And it is 2026-01-29 22:30
    When the merchant settles
    Then the settlement is not taken
    And until 2026-02-04 18:00 the merchant has received nothing
    And the judge says that ¥420.00 have not arrived by 2026-02-02 18:00

  Scenario: An acquirer loses the batch
    Given an acquirer that drops the batches that a cut-over went through
    And the acquirer closes settlement from 2026-01-29 22:00 for 4 hours
    And the merchant has sold for ¥420.00
    And it is 2026-01-29 22:30
    And the merchant has tried in vain to settle
    When the merchant pauses and settles again at 2026-01-30 02:30
    Then the settlement is taken
    And until 2026-02-04 18:00 the merchant has received nothing
    And the judge finds that the rule "no lost sale" is broken
