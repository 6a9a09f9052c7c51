Feature: A batch upload cut off half way

  The upload is taken up again; each record counts once.

  Background:
    Given a merchant "Corner Shop" with one terminal
    And the merchant is paid on the next working day, less a fee of 0.6%
    And it is 2026-01-26 10:00

  Scenario: Cut off, and settled again
    Given the merchant has sold for ¥68.00
    And the fault "record.wrong_details" strikes at the merchant
      | how | totals |
      | nth | 1      |
    And the fault "record.upload_late" strikes at the merchant for 20 minutes
      | how | dropped |
    When the merchant settles
    Then the settlement is not taken
    When 25 minutes pass
    And the merchant settles
    Then the settlement is taken
    And by 2026-01-27 18:00 the merchant has received ¥67.59
    And the judge passes the run
