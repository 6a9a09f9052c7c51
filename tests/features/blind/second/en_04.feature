Feature: Hotel pre-authorisation life cycle

  Scenario: Guest checks out with a smaller bill than held
    Given the "Harbour View Hotel" has a terminal at the front desk
    And the guest's credit card has an available balance of 8,000.00
    When the front desk pre-authorises 3,000.00 on the guest's card
    Then 3,000.00 is on hold and the guest can still spend 5,000.00
    But nothing has been paid to the hotel yet
    When three days later the front desk completes the pre-authorisation for 2,460.00
    Then the guest has been charged 2,460.00
    And the remaining 540.00 is released
    And the guest's available balance is 5,540.00

  Scenario: Completion above the permitted 115%
    Given the "Harbour View Hotel" has a terminal at the front desk
    And a pre-authorisation of 1,000.00 was approved on Monday
    When on Wednesday the clerk tries to complete it for 1,200.00
    Then the completion is declined because the amount is more than 115% of the hold
    When the clerk completes it for 1,150.00
    Then the completion is approved
    And the hotel's batch shows one completion of 1,150.00

  Scenario: Guest never arrives
    Given the "Harbour View Hotel" has a terminal at the front desk
    And a pre-authorisation of 500.00 was approved today
    When the front desk cancels the pre-authorisation
    Then the hold is lifted
    And the guest's statement shows no charge
    When thirty days pass
    And the clerk tries to complete the cancelled pre-authorisation
    Then the host answers that no original transaction was found
