"""What a merchant pays for each item: whole fen, rounded half up, once.

Takes no money by itself; clearing does.  A fee stands on what remains of a sale
(:mod:`simulator.money.remains`); a fee of a batch is the sum over its items, never a fee on the
batch's sum.  Who gets a fee is :mod:`simulator.money.shares`'s business.
"""

from __future__ import annotations

import msgspec

BASIS_POINTS = 10_000  # in 100 %


class FeeRule(msgspec.Struct, frozen=True, gc=False):
    """A rate with an optional minimum and cap, and a sum on top of these, of each sale (0: none)."""

    basis_points: int = 60
    cap_fen: int = 0
    minimum_fen: int = 0
    plus_fen: int = 0

    def fee_fen(self, remains_fen: int) -> int:
        """The fee of a sale of which so much remains; of nothing, nothing.

        Rate, then minimum, then cap, then what comes on top; never more than what remains.

        >>> FeeRule(60).fee_fen(6800), FeeRule(60, cap_fen=35).fee_fen(6800), FeeRule(60).fee_fen(0)
        (41, 35, 0)
        >>> FeeRule(60, plus_fen=100).fee_fen(6800), FeeRule(60, plus_fen=100).fee_fen(50)
        (141, 50)
        """
        if remains_fen <= 0:
            return 0
        fee = (remains_fen * self.basis_points * 2 + BASIS_POINTS) // (2 * BASIS_POINTS)
        fee = max(fee, self.minimum_fen)
        if self.cap_fen and fee > self.cap_fen:
            fee = self.cap_fen
        return min(fee + self.plus_fen, remains_fen)
