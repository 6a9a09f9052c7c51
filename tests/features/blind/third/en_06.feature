Feature: reconciliation

# terse. one fact a line. --hk

Background:
  Given merchant M1
  And terminal A
  And fee 0.6% max 35

Scenario: all three books agree
  When chip sale 1500.00
  And tap 8.80
  And refund 100.00
  And batch close
  Then terminal net 1408.80
  And host net 1408.80
  And day passes
  And bank file matches host file
  And no exceptions

Scenario: long one, host has it, terminal doesn't
  Given terminal A was wiped after a 72.00 sale
  When reconcile
  Then 72.00 is listed as host only
  And it goes to suspense
  And ops clear it by hand
  And suspense 0

Scenario: fee cap
  When sale 10000
  And batch close
  And day passes
  Then fee is 35
  And M1 is credited 9965
