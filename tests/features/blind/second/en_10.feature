Feature: What happens when the host itself is the problem

  Scenario: The host posts the sale and then falls over
    Given a merchant on instant payout with a 3% fee
    And the host is going to crash straight after posting the next transaction
    When a customer pays 1,000.00 by contactless
    Then the cashier sees a timeout
    And the money has left the customer's account
    When the host is restarted half an hour later
    And the terminal sends its pending reversal
    Then the 1,000.00 is given back to the customer
    And nothing has been paid out to the merchant

  Scenario: Planned maintenance window 02:00 to 04:00
    Given it is 02:15 and the host is down for maintenance
    When a night-shift clerk tries to sell 26.00
    Then the terminal reports that the host is unavailable
    When the clerk waits until 04:05 and retries
    Then the sale goes through
    And there is only one entry of 26.00 in the host's books

  Scenario: Bad MAC after a key change
    Given the host renewed its keys but the terminal still uses the old ones
    When the customer pays 55.00
    Then the host rejects the message because of a MAC error
    And the response code is A0
    When the terminal signs on again and downloads new working keys
    And the customer pays 55.00 once more
    Then the payment is approved and a receipt is printed
    And the customer's account has been debited 55.00 in total
