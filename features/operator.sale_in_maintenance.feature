Feature: A clerk who sells in an announced maintenance

  Every try is declined, and nothing of it remains.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Declined, and no trace in the totals
    Given the merchant has sold for ¥68.00
    And the fault "acquirer.maintenance" strikes at the acquirer for 30 minutes
      | services | ["sale"] |
      | code     | 91       |
    When the merchant sells for ¥120.00
    Then the terminal says that the sale is declined with code 91
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥67.59
    And the judge passes the run
    And these rules were put to the test and held
      | money is conserved |
      | batch totals agree |

  Scenario: The clerk goes on in a maintenance that was announced
    # 68.00 less 0.6 % (0.408, so 0.41) = 67.59; nothing of the 120.00 that were declined
    Given the merchant has sold for ¥68.00
    And the acquirer is in maintenance from 2026-01-26 10:30 for 30 minutes
    And the fault "operator.sale_in_maintenance" strikes at the merchant for 2 hours
    When it is 2026-01-26 10:40
    And the merchant sells for ¥120.00
    Then it does not go through
    When it is 2026-01-26 11:10
    And the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥67.59
    And the judge passes the run
    And these rules were put to the test and held
      | money is conserved |
      | batch totals agree |
