"""Modes injected at random into busy worlds, hidden, and diagnosed from the evidence: who is right how often.

Decides nothing about causes: it draws, runs, asks the diagnosis and counts.
"""
