Feature: Balance enquiries, lost cards and other small things at the pharmacy

  Scenario: Checking before buying
    Given Grandma Liu has 93.20 left on her bank card
    And the pharmacy's terminal is ready
    When she asks for her balance
    Then the screen shows 93.20 and nothing is deducted
    When she pays 93.20 with the chip and her PIN
    Then the payment succeeds and her balance is zero
    When she tries to buy cough syrup for 1 yuan
    Then she is turned down for lack of funds

  Scenario: Card reported lost between sale and refund
    Given she bought medicine for 58.00 on Sunday
    And on Monday she reported her card lost
    When the pharmacist refunds 58.00 to the old card on Tuesday
    Then the refund is accepted
    And the bank passes the money on to her new card
    When a stranger tries to use the lost card for 10.00
    Then the pharmacist is asked to keep the card

  Scenario: The cashier presses the key twice
    Given the pharmacy's terminal is ready
    When the cashier accidentally sends the same sale of 36.00 twice
    Then the host recognises the duplicate by its trace number
    And only one of them is posted
    And Grandma Liu receives a single SMS about 36.00
    And the daily report lists a single sale
    When the pharmacist wants to be sure and checks the last transaction
    Then it reads 36.00, approved
