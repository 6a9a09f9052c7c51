Feature: Declines
  Dave M. / acceptance / run before every release

  Background:
    Given I have a merchant with a terminal online and a cashier logged in

  Scenario Outline: issuer says no
    Given the card is <problem>
    When the customer pays <amt>
    Then it's declined with code <rc>
    And the display says "<text>"
    And the customer isn't charged

    Examples:
      | problem             | amt    | rc | text               |
      | short of money      | 900.00 | 51 | Insufficient funds |
      | reported lost       | 20     | 41 | Pick up card       |
      | expired             | 20     | 54 | Expired card       |
      | over its daily limit | 6000  | 61 | Exceeds limit      |

  Scenario: three wrong PINs
    Given a card with PIN 123456 and a balance of 1,500.00
    When the customer pays 80 and enters 111111
    Then the sale is declined, wrong PIN
    When he tries twice more with a wrong PIN
    Then the card is locked
    When he enters the right PIN
    Then it's still declined with code 75
    And the balance remains 1,500.00

  Scenario: nobody signed in
    Given the cashier has logged off
    When a customer wants to pay 15 contactless
    Then the terminal asks for a cashier to sign in first
    And no message is sent to the host
    When cashier 02 signs in with her own password
    And the customer taps again
    Then 15.00 is approved
    And the slip carries operator number 02
