"""The books: double-entry ledger, fees, calendar, clearing, payout, suspense; integer fen only."""
