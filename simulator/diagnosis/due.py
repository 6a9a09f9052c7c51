"""When money that is not cleared yet is due: by its business day, the merchant's terms, the banks' calendar.

Of the rules of money it knows the working days alone, which everybody knows.
"""

from __future__ import annotations

from datetime import date, timedelta

from simulator.diagnosis.evidence import Evidence
from simulator.local_time import DAY_MS, datetime_at, midnight_ms
from simulator.money.calendar import WorkingDays
from simulator.trace.records import AcquirerOpened

_INSTANT = "instant"
_USUAL = "T+1"  # of what a merchant that is paid at once has not had at once


class Due:
    """When an acquirer pays, as it says of itself; a trace that does not say it has no due times."""

    def __init__(self, evidence: Evidence) -> None:
        self._evidence = evidence
        self._acquirer = next(iter(evidence.of(AcquirerOpened)), None)
        self._days: WorkingDays | None = None

    @property
    def by_batch(self) -> bool:
        """Whether an item is cleared with its batch, and not by its approval."""
        return self._acquirer is None or self._acquirer.capture == "batch"

    def cut_over_ms(self, at_ms: int) -> int | None:
        """The end of the business day in which a moment lies."""
        if self._acquirer is None:
            return None
        return midnight_ms(self._business_day(self._acquirer, at_ms)) + self._acquirer.cut_over_ms

    def due_ms(self, mid: str, at_ms: int) -> int | None:
        """When is due what becomes ready to be cleared at a moment; None where nobody says.

        Nothing is due before the cut-over that clears it, though its day (D+0) begins earlier.
        """
        acquirer, merchant = self._acquirer, self._evidence.merchants.get(mid)
        if acquirer is None or merchant is None:
            return None
        terms = merchant.payout_rest or (_USUAL if merchant.payout == _INSTANT else merchant.payout)
        if self._days is None:
            self._days = WorkingDays(
                map(date.fromisoformat, acquirer.closed_days), map(date.fromisoformat, acquirer.opened_days))
        try:
            day = self._days.due_date(self._business_day(acquirer, at_ms), terms)
        except ValueError:
            return None
        if merchant.first_payout:
            day = max(day, date.fromisoformat(merchant.first_payout))
        return self.after_cut_over(
            self._business_day(acquirer, at_ms), midnight_ms(day) + acquirer.payout_at_ms)

    def after_cut_over(self, settlement_date: date, due_ms: int) -> int:
        """What a settlement date brings is there when it is closed, and due then at the earliest."""
        acquirer = self._acquirer
        return due_ms if acquirer is None else max(due_ms, midnight_ms(settlement_date) + acquirer.cut_over_ms)

    @staticmethod
    def _business_day(acquirer: AcquirerOpened, at_ms: int) -> date:
        day = datetime_at(at_ms).date()
        return day if (at_ms - midnight_ms(day)) % DAY_MS < acquirer.cut_over_ms else day + timedelta(days=1)
