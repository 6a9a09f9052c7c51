"""What a merchant pays for each item, and who gets it: whole fen, rounded half up, item by item.

Takes no money by itself; clearing does.  A fee of a batch is the sum over its items, never a fee
on the batch's sum.
"""

from __future__ import annotations

import msgspec

BASIS_POINTS = 10_000  # in 100 %


class FeeRule(msgspec.Struct, frozen=True, gc=False):
    """A rate with an optional cap and minimum for each item (0: none)."""

    basis_points: int = 60
    cap_fen: int = 0
    minimum_fen: int = 0

    def fee_fen(self, amount_fen: int) -> int:
        """The fee on one item; negative, that is given back, on a negative one (refund, void).

        Never more than the item itself.  The same sum gives the same fee in both directions, so
        a sale and its whole refund cost nothing together.

        >>> FeeRule(60).fee_fen(6800), FeeRule(60).fee_fen(-6800), FeeRule(60, cap_fen=35).fee_fen(6800)
        (41, -41, 35)
        """
        size = amount_fen if amount_fen >= 0 else -amount_fen
        fee = (size * self.basis_points * 2 + BASIS_POINTS) // (2 * BASIS_POINTS)
        fee = max(fee, self.minimum_fen)
        if self.cap_fen and fee > self.cap_fen:
            fee = self.cap_fen
        fee = min(fee, size)
        return fee if amount_fen >= 0 else -fee

    def net_fen(self, amount_fen: int) -> int:
        """What is left for the merchant: net + fee = gross."""
        return amount_fen - self.fee_fen(amount_fen)


class FeeShares(msgspec.Struct, frozen=True, gc=False):
    """How a fee is shared, in percent; the acquirer has the rest and every odd fen."""

    issuer_percent: int = 70
    scheme_percent: int = 10

    def split(self, fee_fen: int) -> tuple[int, int, int]:
        """(issuer, scheme, acquirer) in fen; they always add up to the fee.

        >>> FeeShares().split(41), FeeShares().split(-41)
        ((28, 4, 9), (-28, -4, -9))
        """
        size = abs(fee_fen)
        issuer = size * self.issuer_percent // 100
        scheme = size * self.scheme_percent // 100
        if fee_fen < 0:
            return -issuer, -scheme, -(size - issuer - scheme)
        return issuer, scheme, size - issuer - scheme


class Category(msgspec.Struct, frozen=True, gc=False):
    """A class of merchants and its rule."""

    name: str
    label: str
    rule: FeeRule


# The guides name the standard class and the span of rates, no other class.
CATEGORIES: tuple[Category, ...] = (
    Category("standard", "标准类", FeeRule(60)),
    Category("lowest", "最低费率", FeeRule(50)),
    Category("highest", "最高费率", FeeRule(300)),
)
CATEGORY: dict[str, Category] = {category.name: category for category in CATEGORIES}
