@needs.records
Feature: Somebody who may not

  Not signed in, a wrong password, no right to give money back: the terminal refuses, then
  somebody who may does it.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Nobody is signed in under this number
    When clerk "77" sells for ¥68.00
    Then the terminal refuses it because this clerk is not signed in
    And within 5 minutes the customer has paid nothing

  Scenario: A stranger first, then the clerk
    # 68.00 less 0.6 % (0.408, so 0.41) = 67.59, once
    Given the fault "operator.unauthorised_clerk" strikes at the merchant
      | nth | 1    |
      | of  | sale |
    When the merchant sells for ¥68.00
    Then the terminal refuses it because this clerk is not signed in
    When the merchant sells for ¥68.00
    And the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥67.59
    And the judge passes the run
    And these rules were put to the test and held
      | within what is allowed |

  Scenario: A wrong password first
    Given the fault "operator.unauthorised_clerk" strikes at the merchant
      | nth | 1              |
      | of  | sale           |
      | how | wrong_password |
    When the merchant sells for ¥68.00
    And 5 minutes pass
    And the merchant settles
    Then by 2026-01-27 18:00 the merchant has received ¥67.59
    And the judge passes the run

  Scenario: A refund without the supervisor, then with
    # 68.00 - 5.00 = 63.00; less 0.6 % of 68.00 (0.41) and the 0.03 of 5.00 given back: 62.62
    Given these settings of the merchant:
      | terminals.settings.supervised          | ["refund"] |
      | terminals.settings.supervisor_password | "246810"   |
    And the merchant has sold for ¥68.00
    And the fault "operator.unauthorised_clerk" strikes at the merchant
      | nth | 1        |
      | of  | refund   |
      | how | no_right |
    When the merchant refunds ¥5.00 of the sale
    Then the terminal refuses it because this needs the supervisor's password
    And the customer has paid ¥68.00
    When the merchant refunds ¥5.00 of the first sale
    Then the customer has paid ¥63.00
    When the merchant settles
    Then by 2026-01-27 18:00 the merchant has received ¥62.62
    And the judge passes the run
