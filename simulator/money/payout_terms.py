"""On what terms a merchant is paid: what is taken off a settlement before it is sent, and in which order.

A sale may be paid at once (秒到): in a window of the day, up to so much a sale and a day.  Any other
money goes with its settlement date.  What is owed comes off first, then deposit and SIM fee until they are paid, then the fee for the
payout itself, on what is left.  Books nothing.
"""

from __future__ import annotations

import msgspec

from simulator.local_time import HOUR_MS
from simulator.money.statement import INSTANT

__all__ = [
    "INSTANT", "Charge", "Deductions", "InstantTerms", "PayoutFee", "PayoutTerms", "deducted",
]

BASIS_POINTS = 10_000  # in 100 %


class PayoutFee(msgspec.Struct, frozen=True, gc=False):
    """What the acquirer takes for one payout: a share of it and so much on top; never more than it.

    >>> PayoutFee(5, 50).fee_fen(9940), PayoutFee(0, 50).fee_fen(30), PayoutFee(5, 50).fee_fen(0)
    (55, 30, 0)
    """

    basis_points: int = 0
    plus_fen: int = 0

    def fee_fen(self, paid_fen: int) -> int:
        """The fee on a payout, its share rounded half up."""
        share = (paid_fen * self.basis_points * 2 + BASIS_POINTS) // (2 * BASIS_POINTS)
        return min(share + self.plus_fen, paid_fen) if paid_fen > 0 else 0


class Charge(msgspec.Struct, frozen=True, gc=False):
    """Taken from a merchant's first sales until it is paid."""

    name: str  # deposit, sim_fee
    fen: int


class InstantTerms(msgspec.Struct, frozen=True, gc=False):
    """Which sales are paid at once; a limit of 0 is none.  Times of day, ``until`` is past the window.

    >>> InstantTerms(from_ms=8, until_ms=20).is_open(20), InstantTerms(from_ms=20, until_ms=8).is_open(3)
    (False, True)
    """

    from_ms: int = 0
    until_ms: int = 24 * HOUR_MS
    sale_limit_fen: int = 0
    day_limit_fen: int = 0

    def is_open(self, time_of_day_ms: int) -> bool:
        """Whether a time of day is in the window, which may go past midnight."""
        if self.from_ms <= self.until_ms:
            return self.from_ms <= time_of_day_ms < self.until_ms
        return time_of_day_ms >= self.from_ms or time_of_day_ms < self.until_ms

    def admits(self, fen: int, before_fen: int) -> bool:
        """Whether a sale is within the limits, after so much on the same day."""
        return (
            (not self.sale_limit_fen or fen <= self.sale_limit_fen)
            and (not self.day_limit_fen or before_fen + fen <= self.day_limit_fen)
        )


class PayoutTerms(msgspec.Struct, frozen=True, gc=False):
    """The terms of one merchant."""

    mid: str
    fee: PayoutFee = PayoutFee()
    charges: tuple[Charge, ...] = ()
    instant: InstantTerms | None = None  # none: nothing is paid at once
    first_date: str = ""  # ISO: nothing is paid before
    advances_refunds: bool = False  # the acquirer's own money stands in for what the merchant owes


class Deductions(msgspec.Struct, frozen=True, gc=False):
    """What becomes of the net sum of one settlement: net = netted + withheld + fee + paid."""

    netted_fen: int = 0
    withheld: tuple[Charge, ...] = ()
    fee_fen: int = 0
    paid_fen: int = 0
    owed_fen: int = 0  # afterwards, as a positive sum

    @property
    def withheld_fen(self) -> int:
        """For all charges together."""
        return sum(charge.fen for charge in self.withheld)


def deducted(
    net_fen: int, owed_fen: int, charges: tuple[Charge, ...], fee: PayoutFee,
) -> Deductions:
    """What is taken off a net sum; ``charges`` are those that are not paid yet.

    >>> deducted(4970, 5964, (), PayoutFee())
    Deductions(netted_fen=4970, withheld=(), fee_fen=0, paid_fen=0, owed_fen=994)
    >>> deducted(9940, 994, (Charge("deposit", 9900),), PayoutFee(plus_fen=50)).paid_fen
    0
    """
    if net_fen <= 0:
        return Deductions(owed_fen=owed_fen - net_fen)
    netted = min(owed_fen, net_fen)
    left = net_fen - netted
    withheld = []
    for charge in charges:
        taken = min(charge.fen, left)
        if taken:
            withheld.append(Charge(charge.name, taken))
            left -= taken
    taken = fee.fee_fen(left)
    return Deductions(netted, tuple(withheld), taken, left - taken, owed_fen - netted)
