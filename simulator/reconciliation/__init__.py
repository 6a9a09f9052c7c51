"""Reconciliation (对账): terminal journal, host record and bank statement held against one another.

Reads what a merchant, an acquirer and a bank would have, from a trace or from files; never the
injected faults, and no machine.
"""
