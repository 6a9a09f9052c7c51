"""What a merchant can look at after a run: bank statement and notices, as CSV; from the trace alone.

Reconciles nothing.  The balance is that of the run: an account begins with nothing.
"""

from __future__ import annotations

import csv
import io

from simulator.catalogue.disputes import ITEMS
from simulator.local_time import datetime_at
from simulator.money.statement import NO_DISPUTES, OfDisputes, StatementLine, in_disputes, to_csv
from simulator.trace.records import (
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
            self._posted(record)
        elif isinstance(record, MerchantSettled):
            self._made_of[record.payout] = (record.gross_fen, record.fee_fen)
            disputes = self._disputes.pop((record.mid, record.settlement_date), None)
            if disputes is not None and record.payout.startswith(record.settlement_date):
                self._disputed[record.payout] = in_disputes(disputes)
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

    def _posted(self, record: PayoutPosted) -> None:
        number = self._accounts[record.mid]
        balance_fen = self._balances.get(number, 0) + record.net_fen
        self._balances[number] = balance_fen
        gross_fen, fee_fen = self._made_of.pop(record.payout, (None, None))
        self._lines.append(StatementLine(
            at_ms=record.at_ms, number=number, payout=record.payout, amount_fen=record.net_fen,
            balance_fen=balance_fen, gross_fen=gross_fen, fee_fen=fee_fen,
            disputes=self._disputed.pop(record.payout, NO_DISPUTES),
        ))
