"""A merchant's bank statement as lines and as CSV; what reconciliation compares with the host.

Books nothing.  Sums in CSV are yuan with two decimals, as banks write them.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable

import msgspec

from simulator.catalogue.disputes import CHARGEBACKS, ITEMS
from simulator.local_time import datetime_at

COMPENSATION = "compensation/"  # begins what is paid for a late payout; its id follows
INSTANT = "instant/"  # begins the id of a payout that is of one sale; its key follows
COLUMNS = (
    "date", "time", "account", "payout", "amount_yuan", "balance_yuan", "text",
    "gross_yuan", "fee_yuan", "taken_off_yuan",  # gross - fee - taken off = amount
    "chargeback_yuan", "representment_yuan", "credit_adjustment_yuan",  # within gross
    "chargeback_fee_yuan",  # within fee
)


class OfDisputes(msgspec.Struct, frozen=True, gc=False):
    """What disputes moved in one settlement, signed as the merchant sees it, and what that cost it."""

    chargeback_fen: int = 0  # the second one of a case too
    representment_fen: int = 0
    credit_adjustment_fen: int = 0
    fee_fen: int = 0  # for chargebacks


def in_disputes(items: Iterable[tuple[str, int, int]]) -> OfDisputes:
    """Added up over items, each as what, sum and fee; of others nothing counts.

    >>> in_disputes([("sale", 500, 3), ("chargeback", -200, 20), ("representment", 200, 0)])
    OfDisputes(chargeback_fen=-200, representment_fen=200, credit_adjustment_fen=0, fee_fen=20)
    """
    sums = dict.fromkeys(ITEMS, 0)
    fee_fen = 0
    for what, fen, item_fee_fen in items:
        if what in sums:
            sums[what] += fen
            fee_fen += item_fee_fen
    if not any(sums.values()):
        return NO_DISPUTES
    return OfDisputes(
        sum(sums[what] for what in CHARGEBACKS), sums["representment"], sums["credit_adjustment"], fee_fen)


NO_DISPUTES = OfDisputes()


class StatementLine(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One booking on a merchant's account."""

    at_ms: int
    number: str
    payout: str  # "<settlement date>/<MID>", "instant/<key of a sale>", or "compensation/" and one of these
    amount_fen: int
    balance_fen: int
    gross_fen: int | None = None  # what it is made of, where that is known
    fee_fen: int | None = None
    disputes: OfDisputes = NO_DISPUTES

    @property
    def made_of(self) -> tuple[str, str, str]:
        """Gross, fee, and what else was taken off, as texts.

        >>> StatementLine(at_ms=0, number="1", payout="p", amount_fen=3976, balance_fen=3976,
        ...     gross_fen=5000, fee_fen=30).made_of
        ('50.00', '0.30', '9.94')
        """
        if self.gross_fen is None or self.fee_fen is None:
            return "", "", ""
        off = self.gross_fen - self.fee_fen - self.amount_fen
        return yuan(self.gross_fen), yuan(self.fee_fen), yuan(off)

    @property
    def by_disputes(self) -> tuple[str, ...]:
        """Chargebacks, re-presentments, credit adjustments and the fee, as texts, where it is known what it is made of."""
        sums = msgspec.structs.astuple(self.disputes)
        return tuple("" if self.gross_fen is None else yuan(fen) for fen in sums)

    @property
    def text(self) -> str:
        """What the bank writes beside it.

        >>> line = StatementLine(at_ms=0, number="1", payout="2026-01-29/898310000000001",
        ...     amount_fen=1, balance_fen=1)
        >>> line.text
        'POS结算款 20260129'
        >>> msgspec.structs.replace(line, payout="instant/10000001/000001/000021").text
        'POS秒到款 000021'
        >>> msgspec.structs.replace(line, payout="compensation/2026-01-29/898310000000001").text
        'POS赔付款 2026-01-29/898310000000001'
        """
        if self.payout.startswith(COMPENSATION):
            return f"POS赔付款 {self.payout.removeprefix(COMPENSATION)}"
        if self.payout.startswith(INSTANT):
            return f"POS秒到款 {self.payout[-6:]}"
        return f"POS结算款 {self.payout[:10].replace('-', '')}"


def yuan(fen: int) -> str:
    """Fen as yuan.

    >>> yuan(6800), yuan(-5)
    ('68.00', '-0.05')
    """
    whole, cents = divmod(abs(fen), 100)
    return f"{'-' if fen < 0 else ''}{whole}.{cents:02}"


def rows(lines: Iterable[StatementLine]) -> list[tuple[str, ...]]:
    """A statement as texts, in the order of :data:`COLUMNS`."""
    table: list[tuple[str, ...]] = []
    for line in lines:
        moment = datetime_at(line.at_ms)
        table.append((
            moment.strftime("%Y-%m-%d"), moment.strftime("%H:%M:%S"), line.number, line.payout,
            yuan(line.amount_fen), yuan(line.balance_fen), line.text, *line.made_of,
            *line.by_disputes,
        ))
    return table


def to_csv(lines: Iterable[StatementLine]) -> str:
    """A statement as CSV with a header, line ends as in RFC 4180."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    writer.writerows(rows(lines))
    return text.getvalue()
