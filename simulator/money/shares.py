"""Who gets what of a fee: issuer and network by item, each rounded half up; the acquirer the rest.

The rest may be less than nothing: the acquirer pays then.  Sources of the figures and what is a
setting without a claim: docs/money.md.  Knows no merchant and no date.
"""

from __future__ import annotations

import msgspec

MILLION = 1_000_000
STANDARD, REDUCED, EXEMPT = "standard", "reduced", "exempt"  # classes of merchants


class Shares(msgspec.Struct, frozen=True, gc=False):
    """What issuer and network have of the fee of one item."""

    issuer_fen: int = 0
    scheme_fen: int = 0

    def __sub__(self, before: Shares) -> Shares:
        """What is due now, less what was due before."""
        return Shares(self.issuer_fen - before.issuer_fen, self.scheme_fen - before.scheme_fen)


class ShareRule(msgspec.Struct, frozen=True, gc=False):
    """Rates in millionths with a cap (0: none): the issuer's, and the network's of each side."""

    issuer_per_million: int = 0
    issuer_cap_fen: int = 0
    network_per_million: int = 0
    network_cap_fen: int = 0

    def of(self, remains_fen: int) -> Shares:
        """The shares of a sale of which so much remains.

        Issuer and acquirer both pay the network; the issuer out of what it has from the acquirer.

        >>> ShareRule(3500, 1300, 325, 325).of(100_000)
        Shares(issuer_fen=317, scheme_fen=66)
        """
        issuer = part_fen(remains_fen, self.issuer_per_million, self.issuer_cap_fen)
        network = part_fen(remains_fen, self.network_per_million, self.network_cap_fen)
        return Shares(issuer - network, 2 * network)

    def at(self, basis_points: int) -> ShareRule:
        """The same at so many hundredths of a percent of its rates and caps, each rounded half up.

        >>> ShareRule(3500, 1300, 325, 325).at(7800)
        ShareRule(issuer_per_million=2730, issuer_cap_fen=1014, network_per_million=254, network_cap_fen=254)
        """
        def part(whole: int) -> int:
            return (whole * basis_points + 5_000) // 10_000

        return ShareRule(
            part(self.issuer_per_million), part(self.issuer_cap_fen),
            part(self.network_per_million), part(self.network_cap_fen))


def part_fen(fen: int, per_million: int, cap_fen: int) -> int:
    """A rate of a sum, rounded half up and capped (0: no cap).

    >>> part_fen(100_000, 3500, 0), part_fen(1_000_000, 3500, 1300), part_fen(-5, 3500, 0)
    (350, 1300, 0)
    """
    part = (max(fen, 0) * per_million * 2 + MILLION) // (2 * MILLION)
    return min(part, cap_fen) if cap_fen else part


# 发改价格〔2016〕557号, the highest rates; of foreign cards and QR nobody published one.
USUAL: tuple[tuple[str, ShareRule], ...] = (
    ("debit", ShareRule(3500, 13_00, 325, 3_25)),
    ("credit", ShareRule(4500, 0, 325, 3_25)),
)


class ShareTable(msgspec.Struct, frozen=True, gc=False):
    """Rules by kind of card; a kind without a row shares nothing."""

    rows: tuple[tuple[str, ShareRule], ...] = USUAL
    reduced: tuple[tuple[str, ShareRule], ...] = USUAL  # of the class with reduced rates

    def of(self, kind: str, merchant_class: str) -> ShareRule:
        """The rule of a kind of card at a class of merchant; exempt: nothing is shared."""
        if merchant_class == EXEMPT:
            return _NOTHING
        for name, rule in self.reduced if merchant_class == REDUCED else self.rows:
            if name == kind:
                return rule
        return _NOTHING


_NOTHING = ShareRule()
