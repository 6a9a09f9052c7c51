# By a fourth newcomer who had read docs/features.md once; first try, unchanged.
Feature: Lines, hosts and software

  # passes
  Scenario: The router is out over lunch
    Given a merchant "Dumpling Bar" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-03-03 12:00
    And the router is down from 12:05 for 10 minutes
    When the merchant sells for ¥30.00
    Then the terminal says that the sale is approved
    When it is 12:07
    And the merchant sells for ¥42.00
    Then it fails because the network is down
    When it is 12:30
    And the merchant sells for ¥42.00
    Then the terminal says that it is approved
    When the merchant settles
    Then 2 sales of ¥72.00 were settled
    And by 2026-03-04 18:00 the merchant has received ¥71.57
    And the judge passes the run

  # passes
  Scenario: The host dies when it has posted
    Given a merchant "Kiosk 7" with one terminal
    And a customer "Gao" with ¥100.00 on the card
    And it is 2026-03-03 09:00
    And the host goes down after it has posted the next sale
    When the merchant sells for ¥35.00 to customer "Gao"
    Then the terminal says that there is no reply
    And within 30 minutes the sale is reversed
    And customer "Gao" has got ¥35.00 back
    And customer "Gao" has ¥100.00 left on the card
    When the merchant sells for ¥35.00 to customer "Gao"
    Then customer "Gao" has paid ¥35.00
    And the judge passes the run

  # passes
  Scenario: A reply with a wrong MAC is not believed
    Given a merchant "Hardware Li" with one terminal
    And a customer "Ma" with ¥400.00 on the card
    And it is 2026-03-04 10:00
    And the MAC of the next reply to a sale is wrong
    When the merchant sells for ¥260.00 to customer "Ma"
    Then it fails because the MAC is wrong
    And the operator was warned
    And no receipt was printed for the sale
    And within 10 minutes the sale is reversed
    And customer "Ma" has paid nothing
    And the judge passes the run

  # fails at "it does not go through": the terminal said: approved 00; not: failed / declined / refused; the software that the host asks for must be there by 2026-03-04 22:00:00 (… within 10 minutes), until then the old one still sells
  Scenario: The host asks for newer software in the middle of the day
    Given a merchant "Fruit Corner" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-03-04 10:00
    When the merchant sells for ¥120.00
    And the acquirer demands software 31200000
    And the merchant sells for ¥75.00
    Then it does not go through
    When the merchant settles
    And terminal 1 installs the software that the host demands
    And 10 minutes pass
    And the merchant sells for ¥75.00
    Then the sale is approved
    When the merchant settles
    Then the settlement is taken
    And by 2026-03-05 18:00 the merchant has received ¥193.83
    And the judge passes the run

  # passes
  Scenario: Somebody resets the terminal with sales in it
    Given a merchant "Flower Girl" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And the acquirer closes batches by force after 2 days
    And it is 2026-03-02 10:00
    And the merchant has sold for ¥66.00
    When terminal 1 is reset to factory settings before the next operation
    And the merchant sells for ¥44.00
    And the merchant settles
    Then by 2026-03-05 12:00 the host has closed 1 batch by force
    And by 2026-03-06 18:00 the merchant has received ¥109.34
    And the judge passes the run
