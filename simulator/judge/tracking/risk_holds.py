"""Sales that the acquirer looks into, and what became of the money that it held; judges nothing."""

from __future__ import annotations

import msgspec

from simulator.judge.verdict import RiskEnd, RiskHold
from simulator.trace.records import RiskLooked

ROWS_KEPT = 1_000


class RiskHolds:
    """Hears RiskLooked."""

    __slots__ = ("_rows",)

    def __init__(self) -> None:
        self._rows: dict[str, RiskHold] = {}  # by case

    def looked(self, record: RiskLooked) -> None:
        """The money of a sale is held, or is not any more."""
        known = self._rows.get(record.case)
        if record.held:
            if known is None and len(self._rows) < ROWS_KEPT:
                self._rows[record.case] = RiskHold(
                    case=record.case, sale=record.sale, key=record.key, mid=record.mid, amount_fen=record.amount_fen,
                    from_ms=record.at_ms)
        elif known is not None and known.until_ms is None:
            end = RiskEnd.TAKEN_BACK if record.taken_back else RiskEnd.RELEASED
            self._rows[record.case] = msgspec.structs.replace(known, until_ms=record.at_ms, end=end)

    def rows(self) -> tuple[RiskHold, ...]:
        """All of them in the order in which they were held."""
        return tuple(self._rows.values())
