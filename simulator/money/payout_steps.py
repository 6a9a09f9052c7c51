"""What the payout desk is given and what it wants done: plain data, decides nothing."""

from __future__ import annotations

import msgspec

from simulator.catalogue.money_reasons import PayoutReason
from simulator.money.ledger import Posting
from simulator.money.statement import OfDisputes


class BoundAccount(msgspec.Struct, frozen=True, gc=False):
    """The bank account that a merchant bound, and the name it gave for it."""

    mid: str
    bank: str
    holder: str  # name on the binding
    legal_name: str  # name the merchant is registered under
    number: str = ""  # "": the MID stands for it


class PayInstruction(msgspec.Struct, frozen=True, gc=False):
    """Send this to the merchant's bank.  (payout, attempt) names one instruction."""

    payout: str
    mid: str
    bank: str
    number: str
    holder: str
    net_fen: int
    attempt: int
    gross_fen: int = 0  # what it is made of, as the merchant is told
    fee_fen: int = 0
    disputes: OfDisputes = OfDisputes()


class Suspension(msgspec.Struct, frozen=True, gc=False):
    """Money stands in suspense (挂账)."""

    payout: str
    mid: str
    net_fen: int
    reason: PayoutReason


class ReleaseFromSuspense(msgspec.Struct, frozen=True, gc=False):
    """Money left suspense; it is due at once."""

    payout: str
    mid: str
    net_fen: int
    reason: PayoutReason | None  # why it stood there


class CarriedForward(msgspec.Struct, frozen=True, gc=False):
    """Nothing is paid: what the merchant owes is taken from later settlements."""

    payout: str
    mid: str
    owed_fen: int  # after this settlement, as a positive sum
    advanced: bool = False  # the acquirer's own money stands in for it


PayoutStep = Posting | PayInstruction | Suspension | ReleaseFromSuspense | CarriedForward
