"""Ledgers built wrong on purpose: what they book is not what they were told to book."""

from __future__ import annotations

from collections.abc import Callable

from simulator.catalogue.money_reasons import PostingReason
from simulator.defect import Defect, Replacements, instead
from simulator.money import accounts
from simulator.money.ledger import Entries, Ledger, Posting

Post = Callable[[Ledger, PostingReason, str, Entries], Posting]
_FEES = (accounts.FEE_ISSUER, accounts.FEE_SCHEME, accounts.FEE_ACQUIRER)


def booking(change: Callable[[PostingReason, Entries], Entries]) -> Replacements:
    """A ledger that books other entries than it was given."""
    def wrong(
        right: Post, ledger: Ledger, why: PostingReason, key: str, entries: Entries,
    ) -> Posting:
        return right(ledger, why, key, change(why, entries))

    return instead(Ledger, (Ledger.post, wrong))


# Loses the scheme's share of each fee and does not check sums.


def _post_without_scheme(
    _right: object, ledger: Ledger, why: PostingReason, key: str, entries: Entries,
) -> Posting:
    kept = tuple(entry for entry in entries if entry[0] != accounts.FEE_SCHEME)
    for account, fen in kept:
        ledger._balances[account] += fen
    return Posting(why, key, kept)


# Books the fees of a settlement as the merchant's.


def _fees_to_merchant(why: PostingReason, entries: Entries) -> Entries:
    if why is not PostingReason.CLEARING:
        return entries
    fee = sum(fen for account, fen in entries if account in _FEES)
    return tuple(
        (account, fen + fee if account.endswith(":payable") else fen)
        for account, fen in entries if account not in _FEES
    )


# Books all of a fee as the acquirer's own.


def _fees_to_acquirer(why: PostingReason, entries: Entries) -> Entries:
    if why is not PostingReason.CLEARING:
        return entries
    fee = sum(fen for account, fen in entries if account in _FEES)
    kept = tuple(entry for entry in entries if entry[0] not in _FEES)
    return (*kept, (accounts.FEE_ACQUIRER, fee)) if fee else kept


# Moves a fen more of each payout.


def _fen_more(reasons: frozenset[PostingReason]) -> Callable[[PostingReason, Entries], Entries]:
    def change(why: PostingReason, entries: Entries) -> Entries:
        if why not in reasons:
            return entries
        (source, out), (target, into) = entries[0], entries[-1]
        return ((source, out - 1), *entries[1:-1], (target, into + 1))

    return change


# Books a movement twice in one posting.


def _twice(reasons: frozenset[PostingReason]) -> Callable[[PostingReason, Entries], Entries]:
    def change(why: PostingReason, entries: Entries) -> Entries:
        return entries + entries if why in reasons else entries

    return change


# Books a charge for the merchant with the next number.


def _charges_neighbour(why: PostingReason, entries: Entries) -> Entries:
    if why is not PostingReason.WITHHOLD:
        return entries
    return tuple(
        (account if account.startswith("merchant:") else f"{account[:-1]}{(int(account[-1]) + 1) % 10}", fen)
        for account, fen in entries)


# Books half of what the acquirer advanced.


def _half_advanced(why: PostingReason, entries: Entries) -> Entries:
    if why is not PostingReason.ADVANCE:
        return entries
    return tuple((account, int(fen / 2)) for account, fen in entries)


# Books in the opposite direction.


def _backwards(why: PostingReason, entries: Entries) -> Entries:
    if why is not PostingReason.CREDIT:
        return entries
    return tuple((account, -fen) for account, fen in entries)


ROWS = (
    Defect("ledger.one_legged", "the scheme's share of the fee is booked nowhere",
           (1,), instead(Ledger, (Ledger.post, _post_without_scheme)), shown_by="lost-reply",
           zh="手续费中归卡组织的部分没有入账"),
    Defect("ledger.books_no_fee", "fees are told and never booked: they stay with the merchant",
           (21,), booking(_fees_to_merchant), shown_by="lost-reply",
           zh="手续费已告知却未入账，仍留在商户处"),
    Defect("ledger.fees_to_acquirer", "the shares of issuer and scheme are booked for the acquirer",
           (21,), booking(_fees_to_acquirer), shown_by="lost-reply",
           zh="发卡行和卡组织的手续费分润都记给收单机构"),
    Defect("ledger.payout_fen_more", "a fen more than was told reaches the merchant's account",
           (21,), booking(_fen_more(frozenset({PostingReason.PAYOUT_POSTED}))), shown_by="lost-reply",
           zh="入账比告知的金额多一分"),
    Defect("ledger.payout_twice", "a payout that was told once is booked twice",
           (21,), booking(_twice(frozenset({PostingReason.PAYOUT, PostingReason.PAYOUT_POSTED}))),
           shown_by="lost-reply",
           zh="只告知一次的付款入账两次"),
    Defect("ledger.debit_fen_more", "a cardholder is debited a fen more than was approved",
           (4,), booking(_fen_more(frozenset({PostingReason.DEBIT}))), shown_by="lost-reply",
           zh="持卡人比批准金额多扣一分"),
    Defect("ledger.suspense_twice", "what goes into suspense is booked there twice",
           (21,), booking(_twice(frozenset({PostingReason.SUSPEND}))), shown_by="defects/closed-account",
           zh="挂账金额重复入账"),
    Defect("ledger.charges_neighbour", "a merchant's deposit is booked for another merchant",
           (17,), booking(_charges_neighbour), shown_by="money/deposit-from-first-sales",
           zh="商户的押金记到了别的商户名下"),
    Defect("ledger.withholds_twice", "what is withheld once is booked twice",
           (21,), booking(_twice(frozenset({PostingReason.WITHHOLD}))),
           shown_by="money/deposit-from-first-sales",
           zh="只扣留一次的款项记账两次"),
    Defect("ledger.lends_fen_more", "a fen more is taken from the pool than is paid at once",
           (21,), booking(_fen_more(frozenset({PostingReason.POOL_LENT}))), shown_by="money/instant-pool-dry",
           zh="垫资池借出比秒到付款多一分"),
    Defect("ledger.advances_half", "of what the acquirer advances half is booked",
           (21,), booking(_half_advanced), shown_by="money/refund-advanced",
           zh="收单机构的垫款只记一半"),
    Defect("ledger.credits_backwards", "what a void gives back is taken once more",
           (4,), booking(_backwards), shown_by="defects/voided-sale",
           zh="撤销应退的钱反而再扣一次"),
    Defect("ledger.capture_fen_more", "a fen more than was approved is booked for the merchant",
           (4,), booking(_fen_more(frozenset({PostingReason.CAPTURE}))), shown_by="lost-reply",
           zh="给商户入账比批准金额多一分"),
)
