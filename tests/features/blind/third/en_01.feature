Feature: food truck w/ bad signal (Marcus)

  Scenario: one bar of 4G
    Given I run a taco truck and my only terminal is on a SIM card
    And reception is poor today
    When a guy taps for 11.50
    And the terminal keeps spinning for over a minute
    Then it gives up with a communication error
    And he shouldn't have been billed
    When I drive somewhere with better reception
    And he taps a second time
    Then the reversal for the first tap has already gone
    And he's out 11.50, no more

  Scenario: no signal at all so we go offline
    Given there's no network whatsoever
    And offline sales up to 50 are allowed on my terminal
    When I take 18 offline
    And I take 75 offline
    Then the 18 is accepted and stored
    And the 75 is refused since it's above the floor limit
    When I'm back in coverage an hour later
    Then the stored sale is uploaded by itself
    And the acquirer shows a sale of 18.00 for today

  Scenario: stored offline sale bounces
    Given an offline sale of 40.00 is waiting to be uploaded
    And the cardholder has closed her account in the meantime
    When the terminal gets online and uploads it
    Then the issuer refuses the upload
    And I lose the 40.00
