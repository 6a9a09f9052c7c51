Feature: A forged sale on the line

  Refused, alarmed, no money moves.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Only the right sale is paid
    Given the fault "fraud.forged" strikes at the 1st sale request
      | delay | 1s |
    When the merchant sells for ¥120.00
    Then the terminal says that it is approved
    And within 5 minutes the customer has paid ¥120.00
    When the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥119.28
    And the judge passes the run
    And these rules were put to the test and held
      | a wrong MAC has no effect |
