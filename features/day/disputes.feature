@needs.records
Feature: The customer disputes a sale

  Background:
    Given a merchant "Corner Shop" with one terminal
    And a customer "Li" with ¥500.00 on the card
    And it is 2026-01-27 10:00
    And the merchant has sold for ¥100.00 to customer "Li"
    And the merchant has settled
    And it is 2026-01-29 10:00

  Scenario: Nobody answers, and the merchant loses
    When the customer disputes the sale because it was not delivered
    Then by 2026-03-10 the dispute about the sale is lost
    And customer "Li" has ¥500.00 left on the card
    And the merchant owes ¥100.00

  Scenario: The acquirer presents again, and the merchant wins
    Given the customer's bank charges the sale back
    When it is 2026-02-05 10:00
    And the acquirer presents the sale again
    Then by 2026-03-20 the dispute about the sale is won
    And customer "Li" has ¥400.00 left on the card
    And the judge passes the run

  Scenario: The slip is asked for and sent
    Given the customer's bank asks for the slip of the sale
    When the merchant sends the evidence about the sale
    Then by 2026-03-20 the dispute about the sale is won

  Scenario: A part of the sale
    When the customer disputes ¥40.00 of the sale because the sum is wrong
    Then by 2026-03-10 the dispute about the sale is lost
    And customer "Li" has ¥440.00 left on the card

  Scenario: Charged back a second time
    Given the customer's bank charges the sale back
    And it is 2026-02-05 10:00
    And the acquirer presents the sale again
    When it is 2026-02-10 10:00
    And the customer's bank charges the sale back again
    Then the dispute about the sale is lost
    And customer "Li" has ¥500.00 left on the card

  Scenario: The merchant gives in
    Given the customer's bank charges the sale back
    When the merchant accepts the dispute about the sale
    Then the dispute about the sale is lost

  Scenario: The customer's bank gives in
    Given the customer's bank charges the sale back
    When the acquirer presents the sale again
    And the dispute about the sale is given in
    Then the dispute about the sale is won

  Scenario: A case is open until nobody has a turn left
    Then nobody has disputed the sale
    When the customer's bank charges the sale back
    Then the dispute about the sale is still open
    When the acquirer presents the sale again
    Then the dispute about the sale is presented again
    And by 2026-05-20 the dispute about the sale is won
