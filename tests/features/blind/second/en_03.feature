Feature: QR payments that hang in "pending"
  As the support lead I want the cashier to know what to do when
  Alipay or WeChat does not give a final answer.

  Background:
    Given Mr. Chen's noodle shop takes Alipay and WeChat Pay on his terminal
    And his rate for QR payments is 0.38%

  Scenario Outline: the wallet answers late
    When a customer scans to pay <amount> with <wallet>
    And the wallet does not answer for <wait>
    Then the terminal shows the payment as pending
    And no receipt comes out yet
    When the cashier queries the order
    Then the payment turns out to be <outcome>
    And the customer has paid <taken>

    Examples:
      | wallet | amount | wait       | outcome    | taken |
      | Alipay | 28.00  | 40 seconds | successful | 28.00 |
      | WeChat | 35.50  | 90 seconds | successful | 35.50 |
      | WeChat | 19.90  | 5 minutes  | closed     | 0.00  |

  Scenario: Cashier gets impatient and asks the customer to scan again
    Given an Alipay payment of 28.00 is still pending
    When the cashier cancels it and starts a new Alipay payment of 28.00
    And the customer confirms the new one on the phone
    Then the first payment is closed at Alipay
    And the customer pays 28.00 once, not twice
    And the day's QR total is 28.00
    And Mr. Chen is credited 27.89 tomorrow

  Scenario: Refund to the wallet
    Given a customer paid 66 by WeChat yesterday
    When the cashier refunds the whole amount
    Then the 66 goes back to the customer's WeChat wallet
    And a refund slip is printed
