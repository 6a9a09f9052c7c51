Feature: Over the Spring Festival

  Make-up workdays count: Saturday 14 February 2026 is one, then come nine days off.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-02-13 10:00

  Scenario: Friday before the festival
    Given the merchant has sold for ¥68.00
    When the merchant settles
    Then until 2026-02-14 08:55 the merchant has received nothing
    And by 2026-02-14 18:00 the merchant has received ¥67.59
    And the judge passes the run

  Scenario: Saturday before the festival
    Given it is 2026-02-14 11:00
    And the merchant has sold for ¥120.00
    When the merchant settles
    Then until 2026-02-24 08:55 the merchant has received nothing
    And by 2026-02-24 18:00 the merchant has received ¥119.28
    And the judge passes the run
