"""What a merchant can look at after a run: bank statement and notices, as CSV; from the trace alone.

Reconciles nothing.  The balance is that of the run: an account begins with nothing.
"""

from __future__ import annotations

import csv
import io

from simulator.catalogue.disputes import ITEMS
from simulator.local_time import datetime_at
from simulator.money.statement import (
    COMPENSATION,
    INSTANT,
    NO_DISPUTES,
    OfDisputes,
    StatementLine,
    in_disputes,
    to_csv,
)
from simulator.trace.records import (
    Compensated,
    ItemCleared,
    MerchantOpened,
    MerchantSettled,
    NoticeSent,
    PayoutPosted,
    Record,
)

NOTICE_COLUMNS = ("date", "time", "merchant", "delivered", "text")


class MerchantRecords:
    """Listens to a run and keeps what its merchants were paid and told."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}
        self._accounts: dict[str, str] = {}
        self._balances: dict[str, int] = {}
        self._lines: list[StatementLine] = []
        self._made_of: dict[str, tuple[int, int]] = {}  # gross and fee of payouts to come
        self._disputes: dict[tuple[str, str], list[tuple[str, int, int]]] = {}  # by MID and date, not settled yet
        self._disputed: dict[str, OfDisputes] = {}  # by payout
        self._notices: list[tuple[str, ...]] = []

    def feed(self, record: Record) -> None:
        """One record of the trace."""
        if isinstance(record, PayoutPosted):
            self._booked(record.at_ms, record.mid, record.payout, record.net_fen)
        elif isinstance(record, Compensated):
            self._booked(record.at_ms, record.mid, f"{COMPENSATION}{record.payout}", record.fen)
        elif isinstance(record, MerchantSettled):
            self._made_of[record.payout] = (record.gross_fen, record.fee_fen)
            if not record.payout.startswith(INSTANT):  # no dispute is of a sale that is paid by itself
                self._disputed[record.payout] = in_disputes(
                    self._disputes.pop((record.mid, record.settlement_date), ()))
        elif isinstance(record, ItemCleared) and record.what in ITEMS:
            self._disputes.setdefault((record.mid, record.settlement_date), []).append(
                (record.what, record.amount_fen, record.fee_fen))
        elif isinstance(record, NoticeSent):
            moment = datetime_at(record.at_ms)
            self._notices.append((
                f"{moment:%Y-%m-%d}", f"{moment:%H:%M:%S}", self._names[record.mid],
                "yes" if record.delivered else "no", record.text,
            ))
        elif isinstance(record, MerchantOpened):
            self._names[record.mid] = record.actor.partition(".")[2]
            self._accounts[record.mid] = record.account.partition(":")[2]

    def statement(self) -> bytes:
        """Every booking on every merchant's account, in the order in which they were made."""
        return to_csv(self._lines).encode()

    def notices(self) -> bytes:
        """Every notice, in the order in which they came or were lost."""
        text = io.StringIO()
        writer = csv.writer(text)
        writer.writerow(NOTICE_COLUMNS)
        writer.writerows(self._notices)
        return text.getvalue().encode()

    def _booked(self, at_ms: int, mid: str, payout: str, fen: int) -> None:
        number = self._accounts[mid]
        balance_fen = self._balances.get(number, 0) + fen
        self._balances[number] = balance_fen
        gross_fen, fee_fen = self._made_of.pop(payout, (None, None))
        self._lines.append(StatementLine(
            at_ms=at_ms, number=number, payout=payout, amount_fen=fen,
            balance_fen=balance_fen, gross_fen=gross_fen, fee_fen=fee_fen,
            disputes=self._disputed.pop(payout, NO_DISPUTES),
        ))
