"""What the user says of how records are to be read together: terms, tolerance, rate; decides nothing."""

from __future__ import annotations

import msgspec

from simulator.reconciliation.differences import TOLERANCE_MS


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """All of it."""

    terms: str = "T+1"  # when a payout is due where nobody says it: T+n working days, D+n days
    fee_ppm: int | None = None  # millionths of a sale, where the host's record has no fee
    fee_cap: int = 0  # fen; 0: none
    as_of: int | None = None  # day; None: the last one that the bank's records have
    tolerance_ms: int = TOLERANCE_MS

    def fee_of(self, amount: int) -> int:
        """The fee by the given rate, rounded half up to the fen; that of a return is given back.

        >>> Terms(fee_ppm=6000).fee_of(6800), Terms(fee_ppm=6000).fee_of(-6800)
        (41, -41)
        """
        fee = (abs(amount) * (self.fee_ppm or 0) + 500_000) // 1_000_000
        if self.fee_cap:
            fee = min(fee, self.fee_cap)
        return -fee if amount < 0 else fee
