"""Findings and trace records said to a person, in two languages."""
