"""On what terms a merchant is paid: what is taken off a settlement before it is sent, and in which order.

What is owed comes off first, then deposit and SIM fee until they are paid, then the fee for the
payout itself, on what is left.  Books nothing.
"""

from __future__ import annotations

import msgspec

from simulator.money.fees import BASIS_POINTS


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


class PayoutTerms(msgspec.Struct, frozen=True, gc=False):
    """The terms of one merchant."""

    mid: str
    fee: PayoutFee = PayoutFee()
    charges: tuple[Charge, ...] = ()
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
