"""What befell a world made by chance, as a hunt counts it: modes that struck, remedies that were taken, what was done.

It reads the trace alone.  A mode that is no fault but a setting struck where the money shows it.
"""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import msgspec

from simulator.catalogue.disputes import DisputeStage
from simulator.catalogue.failures import catalogue
from simulator.catalogue.places import Place
from simulator.catalogue.remedies import REMEDIES
from simulator.faults.modes import ROWS
from simulator.local_time import date_at
from simulator.money.calendar import parse_terms
from simulator.trace.records import (
    ActionTaken,
    BatchCounted,
    CarriedForward,
    Compensated,
    Concluded,
    Disputed,
    FaultFired,
    ItemCleared,
    MerchantOpened,
    MerchantSettled,
    PlanStepTaken,
    Record,
    Released,
    Suspended,
)

SATURDAY = 5
SETTINGS = tuple(row.id for row in catalogue().values() if row.setting and not row.ways)
MODES = (*(row.id for row in ROWS if Place.WORLD in row.places()), *SETTINGS)
# What people do and what becomes of money: each comes up in a hunt that is long enough.
DEEDS = (
    *(f"approved {kind}" for kind in (
        "sale", "void", "refund", "qr_sale", "qr_void", "qr_refund", "preauth", "preauth_void", "completion",
        "completion_void", "offline_sale", "tip", "adjust", "balance", "settlement", "sign_on", "echo_test")),
    *(f"dispute {stage.value}" for stage in DisputeStage),
    "paid at once", "forced batch", "owed", "advanced", "compensated", "suspended", "released",
)


class Befell(msgspec.Struct, frozen=True):
    """How often each mode struck, each remedy was taken and each deed was done."""

    modes: dict[str, int] = {}
    remedies: dict[str, int] = {}
    deeds: dict[str, int] = {}


class Counting:
    """Hears the records of one world."""

    def __init__(self) -> None:
        self._modes: Counter[str] = Counter()
        self._remedies: Counter[str] = Counter()
        self._deeds: Counter[str] = Counter()
        self._terms: dict[str, str] = {}

    def feed(self, record: Record) -> None:
        """One more."""
        match record:
            case FaultFired():
                self._modes[record.mode] += 1
            case ActionTaken():
                self._remedies[record.action] += 1
            case PlanStepTaken(taken=True):
                self._remedies[record.action] += 1
            case Concluded(result="approved"):
                self._deeds[f"approved {record.what}"] += 1
            case Disputed():
                self._deeds[f"dispute {record.stage.value}"] += 1
            case ItemCleared() if record.payout:
                self._deeds["paid at once"] += 1
            case BatchCounted(result="forced"):
                self._deeds["forced batch"] += 1
            case CarriedForward():
                self._deeds["advanced" if record.advanced else "owed"] += 1
            case Compensated() | Suspended() | Released():
                self._deeds[type(record).__name__.lower()] += 1
            case MerchantOpened() if record.payout.startswith("T") and not record.first_payout:
                self._terms[record.mid] = record.payout
            case MerchantSettled():
                self._settled(record)
            case _:
                pass

    def befell(self) -> Befell:
        """All of it."""
        return Befell(dict(self._modes), dict(self._remedies), dict(self._deeds))

    def _settled(self, record: MerchantSettled) -> None:
        if record.fee_fen:
            self._modes["fee.deducted"] += 1
        if record.withheld_fen or record.payout_fee_fen:
            self._modes["fee.surcharge"] += 1
        terms = self._terms.get(record.mid)
        if terms and date_at(record.due_ms) != _by_weekdays(date.fromisoformat(record.settlement_date), terms):
            self._modes["calendar.holiday"] += 1


def _by_weekdays(settled: date, terms: str) -> date:
    """When it would be due if only Saturdays and Sundays were free."""
    _, days = parse_terms(terms)
    while days:
        settled += timedelta(days=1)
        days -= settled.weekday() < SATURDAY
    return settled


def table(worlds: list[Befell]) -> str:
    """In how many worlds each mode struck, each remedy was taken and each deed was done; what never came up is said."""
    lines = []
    for title, rows, wanted in (
        ("modes", [world.modes for world in worlds], MODES),
        ("remedies", [world.remedies for world in worlds], tuple(REMEDIES)),
        ("deeds", [world.deeds for world in worlds], DEEDS),
    ):
        counted = Counter(name for row in rows for name in row)
        lines.append(f"{title}: " + ", ".join(f"{name} {counted[name]}" for name in wanted))
        lines.append(f"{title} that never came up: {', '.join(n for n in wanted if not counted[n]) or 'none'}")
        lines += [f"{title} that no table names: {', '.join(sorted(set(counted) - set(wanted)))}"] \
            * bool(set(counted) - set(wanted))
    return "\n".join(lines) + "\n"
