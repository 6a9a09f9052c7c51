Feature: New software is demanded

  # passes
  Scenario: The terminal settles, updates and goes on
    Given a merchant "Noodle House" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-03-02 12:00
    And the merchant has sold for ¥100.00
    When the acquirer demands software 32000000
    And the merchant sells for ¥50.00
    And 30 minutes pass
    And the terminal installs the software that the host demands
    And 10 minutes pass
    When the merchant sells for ¥20.00
    Then the sale is approved
    When the merchant settles
    Then by 2026-03-03 18:00 the merchant has received ¥168.98
    And the judge passes the run
