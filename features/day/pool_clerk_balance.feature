Feature: A pool that runs dry, a clerk who signs off, a balance, a dispute that is over

  Scenario: The pool pays for the first sale at once, and for the second one later
    Given a merchant "Noodle House" with one terminal
    And the merchant is paid at once, less a fee of 0.38%
    And the advance pool of the acquirer holds ¥100.00
    And it is 2026-01-28 11:00
    When the merchant sells for ¥80.00 as "first"
    And the merchant sells for ¥60.00 as "second"
    And 10 minutes pass
    Then the merchant has received ¥79.70
    And the money of the sale "second" is on its way
    And the judge passes the run

  Scenario: From an empty pool nothing is paid at once
    Given a merchant "Noodle House" with one terminal
    And the merchant is paid at once, less a fee of 0.38%
    And the advance pool of the acquirer is empty
    And it is 2026-01-28 11:00
    When the merchant sells for ¥80.00
    And 10 minutes pass
    Then the merchant has received nothing
    And the money of the sale is on its way

  Scenario: Settings of the acquirer
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0%
    And these settings of the acquirer:
      | capture | host |
    And it is 2026-01-28 11:00
    When the merchant sells for ¥68.00
    Then by 2026-01-29 18:00 the merchant has received ¥68.00

  Scenario: Who has signed off sells nothing
    Given a merchant "Corner Shop" with one terminal
    And clerk "02" with password "1234" works at the merchant
    And it is 2026-01-28 11:00
    When clerk "02" signs on
    And clerk "02" sells for ¥12.00
    Then the terminal says that the sale is approved
    When clerk "02" signs off
    And clerk "02" sells for ¥13.00
    Then the terminal refuses it because this clerk is not signed in
    And the customer has paid ¥12.00

  Scenario: A balance is that of the card that was asked about
    Given a merchant "Corner Shop" with one terminal
    And a customer "Zhao" with ¥55.20 on the card
    And it is 2026-01-28 11:00
    When the merchant asks for the balance of customer "Zhao"'s card
    Then the terminal shows a balance of ¥55.20

  Scenario: A dispute that the merchant accepts is over
    Given a merchant "Corner Shop" with one terminal
    And it is 2026-01-28 11:00
    When the merchant sells for ¥68.00
    And the merchant settles
    And the customer's bank charges the sale back
    And the merchant accepts the dispute about the sale
    Then the dispute about the sale is over
