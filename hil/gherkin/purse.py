"""What customers have and have paid: by their cards, and, whoever is not named, by the codes of a wallet.

What a pre-authorisation holds is not paid.  A wallet's users are nobody in particular, so what was taken
from it for the sales of a scenario was paid by *the customer*.
"""

from __future__ import annotations

from collections.abc import Iterator

from hil.gherkin.references import Customer
from hil.gherkin.stage import Stage
from hil.targets.needs import Need
from simulator.trace.records import Posted, Sent
from simulator.wire.kinds import Kind

_USES_HOLD = frozenset({Kind.COMPLETION, Kind.PREAUTH_VOID})
_HELD, _WALLET = "hold:", "wallet:"  # accounts of what issuers hold, of wallets


def has_fen(stage: Stage, customer: Customer) -> int:
    """What a customer's card has."""
    return stage.target.balances()[stage.accounts.card(stage.cast.card_of(customer))]


def paid_fen(stage: Stage, customer: Customer) -> int:
    """What a customer was debited and not given back, fen."""
    card = stage.cast.card_of(customer)
    by_card = stage.accounts.opening_fen(card) - has_fen(stage, customer) - _held_fen(stage, card)
    return by_card if customer.name else by_card + _by_wallet_fen(stage)


def taken_fen(stage: Stage, customer: Customer) -> int:
    """All that a customer was ever debited, fen; what a lost answer hides stands in no terminal's word."""
    account = stage.accounts.card(stage.cast.card_of(customer))
    by_card = sum(fen for each in stage.records if isinstance(each, Posted) for name, fen in each.entries if name == account and fen < 0)
    return -by_card if customer.name else -by_card - sum(fen for fen in _wallet_entries(stage) if fen < 0)


def _held_fen(stage: Stage, card: str) -> int:
    """What is held on a card for pre-authorisations that are still open; one that ran out is held no more."""
    used = {id(each.of) for each in stage.made if each.wish.kind in _USES_HOLD and each.told.approved}
    asked_fen = sum(each.wish.amount_fen for each in stage.made if each.wish.kind is Kind.PREAUTH and each.wish.card == card and id(each) not in used)
    return min(asked_fen, sum(fen for name, fen in stage.target.balances().items() if name.startswith(_HELD)))


def _by_wallet_fen(stage: Stage) -> int:
    """What was taken from wallets for the sales of the steps; where no records can be seen nobody else buys."""
    if Need.RECORDS not in stage.kind.cannot:
        return -sum(_wallet_entries(stage))
    now = stage.target.balances()
    return sum(fen - now.get(name, 0) for name, fen in stage.opening.items() if name.startswith(_WALLET))


def _wallet_entries(stage: Stage) -> Iterator[int]:
    """What came to wallets, or, below nothing, was taken from them, for what the steps asked terminals for."""
    orders = {each.wish.order for each in stage.made}
    keys = {f"{each.tid}/{each.batch:06}/{each.stan:06}" for each in stage.records if isinstance(each, Sent) and each.sale in orders}
    for each in stage.records:
        if isinstance(each, Posted) and each.key in keys:
            yield from (fen for name, fen in each.entries if name.startswith(_WALLET))
