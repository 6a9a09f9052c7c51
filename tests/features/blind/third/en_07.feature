Feature: Software updates and firewall changes at a petrol station

  As Ingrid, who looks after 40 stations,
  I want a terminal with outdated software to fail politely.

  Background:
    Given a petrol station called "Nordfuel 12" with an indoor terminal and an outdoor one
    And both have been running since six o'clock this morning

  Scenario: Host insists on a newer version
    Given the indoor terminal's software is two versions behind
    And there are unsettled sales worth 640.00 on it
    When an attendant signs on
    Then the host demands an update
    But the terminal won't update while its batch is open
    When the attendant settles the batch and lets the update run
    Then the terminal restarts with the new version
    And none of the 640.00 is lost

  Scenario: IT changes the firewall overnight
    Given the firewall has blocked the acquirer's port since 01:00
    When the first driver of the day wants 300.00 worth of diesel on the outdoor terminal
    Then the connection is refused
    And the driver's card isn't touched
    When IT opens the port at a quarter past seven
    And the driver pays again
    Then the payment is approved within a few seconds
    And both terminals can reach the host

  Scenario: A slow line is not a dead line
    Given answers from the host are delayed by 25 seconds
    When a driver pays 200.00 indoors
    Then the terminal waits patiently and prints an approved receipt
    And no reversal has been sent
