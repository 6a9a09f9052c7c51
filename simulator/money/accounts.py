"""The chart of accounts: the name of every place where money can be, and what each place is.

Posts nothing and knows no balance.  A name is text (it stands in the trace); its first part says
which row of the chart it belongs to.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

import msgspec


class AccountRow(msgspec.Struct, frozen=True, gc=False):
    """One kind of account."""

    begins: str  # how its names begin
    ends: str  # how its names end, "" where that says nothing
    what: str
    rests_at_zero: bool  # once all is quiet nothing may be left here


OUTSIDE = "outside"
SCHEME_RECEIVABLE = "scheme:receivable"
FEE_ISSUER = "fee:issuer"
FEE_SCHEME = "fee:scheme"
FEE_ACQUIRER = "fee:acquirer"
FEE_PAYOUT = "fee:payout"
POOL = "pool:free"
POOL_LENT = "pool:lent"
IN_TRANSIT = "payout:in_transit"
COMPENSATION = "compensation:acquirer"

CHART: tuple[AccountRow, ...] = (
    AccountRow("outside", "", "where opening funds come from; negative by their sum", False),
    AccountRow("cardholder:", "", "a cardholder's own money at the issuer", False),
    AccountRow("wallet:", "", "the money of a wallet's users", False),
    AccountRow("hold:", "", "held by pre-authorisations at the issuer", False),
    AccountRow("dispute:", "", "disputed money at the cardholder's bank until the case is decided", True),
    AccountRow("due:", "", "taken from cardholders, owed to the scheme until interbank settlement",
               True),
    AccountRow("scheme:receivable", "", "minus what the scheme still owes the acquirer", True),
    AccountRow("merchant:", ":pending", "captured, not cleared yet", True),
    AccountRow("merchant:", ":payable", "cleared, to be paid; negative where it is carried forward",
               True),
    AccountRow("fee:", "", "fees earned", False),
    AccountRow("payout:in_transit", "", "sent to a merchant's bank, no answer yet", True),
    AccountRow("suspense:", "", "on suspense (挂账): cannot be paid for a stated reason", False),
    AccountRow("advance:", "", "minus what the acquirer advanced (垫款) for refunds of a merchant that owes them",
               False),
    AccountRow("deposit:", "", "a merchant's deposit (押金), taken from its first sales", False),
    AccountRow("sim_fee:", "", "a merchant's SIM fee (流量费), taken from its first sales", False),
    AccountRow("pool:free", "", "the acquirer's money for payouts at once (垫资池)", False),
    AccountRow("pool:lent", "", "of it, until the interbank settlement brings it back", True),
    AccountRow("intermediary:", "", "paid to an intermediary (二清) in the place of a merchant", False),
    AccountRow("compensation:", "", "minus what the acquirer paid its merchants for late payouts (赔付)", False),
    AccountRow("account:", "", "a merchant's account at its bank", False),
)


@cache
def cardholder(bank: str, ref: str = "") -> str:
    """The account of one card (masked number or other reference), or a bank's pool of cards.

    >>> cardholder("bank.a", "622000******0120")
    'cardholder:bank.a/622000******0120'
    """
    return f"cardholder:{bank}/{ref}" if ref else f"cardholder:{bank}"


@cache
def wallet(name: str, user: str = "") -> str:
    """The money of one user of a wallet, or what all those share whom nobody named.

    >>> wallet("wallet.a", "user.li")
    'wallet:wallet.a/user.li'
    """
    return f"wallet:{name}/{user}" if user else f"wallet:{name}"


@cache
def hold(bank: str) -> str:
    """What an issuer holds for pre-authorisations."""
    return f"hold:{bank}"


@cache
def dispute(bank: str) -> str:
    """Disputed money that the cardholder's bank took back, and has not decided on."""
    return f"dispute:{bank}"


@cache
def due(bank: str) -> str:
    """What an issuer or wallet took and owes the scheme."""
    return f"due:{bank}"


@cache
def pending(mid: str) -> str:
    """Captured for a merchant, not cleared."""
    return f"merchant:{mid}:pending"


@cache
def payable(mid: str) -> str:
    """Cleared for a merchant, not sent."""
    return f"merchant:{mid}:payable"


@cache
def suspense(mid: str) -> str:
    """On suspense (挂账) for a merchant."""
    return f"suspense:{mid}"


@cache
def advanced(mid: str) -> str:
    """What the acquirer advanced (垫款) for a merchant, as a negative sum."""
    return f"advance:{mid}"


@cache
def charge(name: str, mid: str) -> str:
    """What was taken from a merchant's first sales: ``name`` is deposit or sim_fee."""
    return f"{name}:{mid}"


@cache
def intermediary(mid: str) -> str:
    """What an intermediary has of a merchant's money."""
    return f"intermediary:{mid}"


@cache
def bank_account(bank: str, number: str) -> str:
    """An account at a merchant's bank; ``number`` is the MID unless it is bound otherwise."""
    return f"account:{bank}/{number}"


def row_of(account: str) -> AccountRow:
    """The chart's row for a name; ``KeyError`` where the chart has none.

    >>> row_of("merchant:898310000000001:payable").rests_at_zero
    True
    """
    for row in CHART:
        if account.startswith(row.begins) and account.endswith(row.ends):
            return row
    raise KeyError(account)


def unsettled(balances: Iterable[tuple[str, int]]) -> list[tuple[str, int]]:
    """The accounts that should be empty once all is quiet, and are not, by name."""
    return sorted(
        (account, fen) for account, fen in balances if fen and row_of(account).rests_at_zero
    )
