"""Issuers, wallets, clearing and payout as actors of the world."""
