Feature: Disputes

  Background:
    Given a merchant "Noodle House" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-03-02 12:00
    And the merchant has sold for ¥500.00
    And the merchant has settled

  # passes
  Scenario: The customer does not recognise the sale, and the merchant shows the slip
    When it is 2026-03-05 09:00
    And the customer disputes the sale because it was not recognised
    And the merchant answers the dispute with evidence
    Then by 2026-05-30 the dispute about the sale is won
    And the merchant owes nothing
    And the judge passes the run

  # passes
  Scenario: Nobody answers
    When it is 2026-03-05 09:00
    And the customer disputes the sale because it was not recognised
    Then by 2026-05-30 the dispute about the sale is lost
    And the merchant owes ¥500.00
    And the judge passes the run
