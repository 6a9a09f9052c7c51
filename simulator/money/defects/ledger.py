"""Ledgers built wrong on purpose: what they book is not what they were told to book."""

from __future__ import annotations

from simulator.catalogue.money_reasons import PostingReason
from simulator.defect import Defect, instead
from simulator.money import accounts
from simulator.money.ledger import Entries, Ledger, Posting

# Loses the scheme's share of each fee and does not check sums.


def _post_without_scheme(
    _right: object, ledger: Ledger, why: PostingReason, key: str, entries: Entries,
) -> Posting:
    kept = tuple(entry for entry in entries if entry[0] != accounts.FEE_SCHEME)
    for account, fen in kept:
        ledger._balances[account] += fen
    return Posting(why, key, kept)


ROWS = (
    Defect("ledger.one_legged", "the scheme's share of the fee is booked nowhere",
           (1,), instead(Ledger, (Ledger.post, _post_without_scheme)), shown_by="lost-reply",
           zh="手续费中归卡组织的部分没有入账"),
)
