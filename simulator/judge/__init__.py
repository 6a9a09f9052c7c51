"""Judging a run from its trace alone: invariants, reconciliation, diagnosis; imports no machine."""
