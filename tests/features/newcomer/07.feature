# By a QA engineer who had read docs/features.md once; first try, unchanged.
Feature: Disputes, and what the merchant owes

  # passes
  Scenario: The goods never came and the merchant has no evidence
    Given a merchant "Web Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-27 10:00
    When the merchant sells for ¥300.00 as "lamp"
    And the merchant settles
    Then by 2026-01-28 18:00 the merchant has received ¥298.20
    When it is 2026-01-29 10:00
    And the customer disputes the sale "lamp" because the goods never arrived
    And the customer's bank charges back the sale "lamp"
    And the merchant gives in to the dispute about the sale "lamp"
    Then by 2026-02-27 18:00 the dispute about the sale "lamp" is lost
    And the merchant owes ¥300.00
    And the customer has paid nothing

  # passes
  Scenario: The merchant sends the signed slip and wins
    Given a merchant "Web Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-27 10:00
    When the merchant sells for ¥150.00 as "chair"
    And the merchant settles
    And it is 2026-01-29 11:00
    And the customer disputes ¥150.00 of the sale "chair" because they don't recognise it
    And the customer's bank requests the slip of the sale "chair"
    And the merchant sends evidence about the sale "chair"
    Then by 2026-03-10 18:00 the dispute about the sale "chair" is won
    And the merchant does not owe anything
    And the merchant has received ¥149.10
    And the customer has paid ¥150.00
