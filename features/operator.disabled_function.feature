@needs.records
Feature: A function that is switched off

  The terminal refuses it, and nothing is sent.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00
    And these settings of the merchant:
      | terminals.settings.disabled | ["preauth"] |

  Scenario: Called all the same
    When the merchant pre-authorises ¥300.00
    Then the terminal refuses it because this function is switched off
    And within 5 minutes the customer has paid nothing
    And the judge passes the run

  Scenario: Called before a sale, which is made all the same
    # 68.00 less 0.6 % (0.408, so 0.41) = 67.59
    Given the fault "operator.disabled_function" strikes at the merchant
      | nth | 1 |
    When the merchant sells for ¥68.00
    And 5 minutes pass
    And the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥67.59
    And the judge passes the run
    And these rules were put to the test and held
      | within what is allowed |
