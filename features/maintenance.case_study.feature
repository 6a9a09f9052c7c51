@virtual
Feature: A firm sells into system maintenance

  The acquirer closes settlement for maintenance, card sales go on. The firm settles at closing time
  and is not taken, so its batches miss the clearing of that day and the money does not arrive.
  Support has it pause and settle again after the maintenance. Then the money arrives.

  Background:
    Given a merchant "Morning Light Trading" with 2 terminals
    And the merchant is paid on the next working day, less a fee of 0.6 %
    And it is 2026-01-29 21:50
    And the acquirer closes settlement from 2026-01-29 22:00 for 4 hours

  Rule: What is not settled before the cut-over is not in that day's clearing

    Scenario: The settlement at closing time is not taken
      Given the merchant has sold for ¥420.00
      And it is 2026-01-29 22:30
      When the merchant settles
      Then the settlement is not taken
      And until 2026-01-30 18:00 the merchant has received nothing

  Rule: Nothing is lost by it, once the firm settles after the maintenance

    Scenario: The firm pauses, settles after the maintenance, and is paid
      Given the merchant has sold for ¥420.00 on terminal 1
      And it is 2026-01-29 22:10
      And the merchant has sold for ¥505.00 on terminal 2
      And it is 2026-01-29 22:30
      And the merchant has tried in vain to settle
      When the merchant pauses and settles again at 2026-01-30 02:30
      Then the settlement is taken
      And until 2026-02-02 08:59 the merchant has received nothing
      And by 2026-02-02 18:00 the merchant has received ¥919.45
      And every sale has arrived by 2026-02-02 18:00
      And the judge passes the run
      And these rules were put to the test and held
        | money is conserved   |
        | no lost sale         |
        | batch totals agree   |
        | payout exactly once  |
