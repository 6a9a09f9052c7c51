"""Both sides of every account: what was booked, and what was told."""

from __future__ import annotations

import msgspec

from simulator.trace.records import MerchantSettled

News = tuple[str, str]  # sum, and the balance after it, as notices write them; "" where none is told


class Payout(msgspec.Struct, gc=False):
    """One payout under way: what was told and what was booked of it."""

    fen: int
    told: int = 0  # PayoutPosted
    booked: int = 0  # and posted
    balance: int = 0  # of the account after it


class Accounts(msgspec.Struct, gc=False):
    """Both sides of every account but customers' own."""

    booked: dict[str, int] = msgspec.field(default_factory=dict)
    told: dict[str, int] = msgspec.field(default_factory=dict)  # less what is posted and told alike
    below: dict[str, None] = msgspec.field(default_factory=dict)  # found below zero already
    opened: dict[str, None] = msgspec.field(default_factory=dict)  # whose funds the trace shows
    bank_of: dict[str, str] = msgspec.field(default_factory=dict)  # due account, by open key
    deferred: dict[str, int] = msgspec.field(default_factory=dict)  # told: banks settle it at the cut-over
    sale_of: dict[str, str] = msgspec.field(default_factory=dict)  # that a case is about
    bank_disputing: dict[str, str] = msgspec.field(default_factory=dict)  # due account, by disputed sale
    items: dict[str, int] = msgspec.field(default_factory=dict)  # captured and not cleared, by key
    settled: dict[str, MerchantSettled] = msgspec.field(default_factory=dict)  # and not booked yet
    payouts: dict[str, Payout] = msgspec.field(default_factory=dict)
    news: dict[str, list[News]] = msgspec.field(default_factory=dict)  # what is to be told, by MID
    diverted: dict[str, str] = msgspec.field(default_factory=dict)  # payout: who has it instead
    lent_fen: int = 0  # told: taken from the pool since it was last filled up
    has_clearing: bool = False  # the trace shows what clearing and payout book


def charges_of(mid: str) -> str:
    """What a merchant paid of deposit and SIM fee, in one."""
    return f"deposit + sim_fee:{mid}"


def move(memory: Accounts, account: str, fen: int) -> None:
    """Something is told of an account."""
    memory.told[account] = memory.told.get(account, 0) + fen
