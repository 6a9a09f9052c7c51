"""Merchants, clerks and customers: who wants what, and when."""
