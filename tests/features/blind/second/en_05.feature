Feature: Power cut in the middle of things

  Scenario: Plug pulled while waiting for the host
    Given terminal POS-3 at Bakery Li is signed in
    And a debit card holding 200
    When I start a contactless sale for 45
    And the power goes off before the answer arrives
    And ten minutes later the power is restored
    Then POS-3 boots up and finds an unfinished sale in its journal
    And it sends the reversal automatically before anything else
    And the card has 200 again
    And the cashier is told that the last sale was cancelled

  Scenario: Power dies while the slip is printing
    Given terminal POS-3 at Bakery Li is signed in
    And a debit card holding 200
    When I sell 45 by chip
    And the terminal loses power during printing
    And it is switched on again
    Then the sale still stands
    And I can reprint the last receipt
    And the reprint is marked DUPLICATE
    And the card holds 155

  Scenario: Factory reset with an open batch
    Given POS-3 has 4 unsettled sales totalling 312.40
    When somebody does a factory reset on POS-3
    Then the local journal is empty
    But the host still has 4 sales for 312.40
    When the journal is restored from last night's backup
    And I settle POS-3
    Then the totals do not agree and the host asks for a batch upload
    And after the upload the batch is settled for 312.40
