"""A reconciliation as data: JSON facts of the whole, a CSV line for each record."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from simulator.local_time import datetime_at
from simulator.reconciliation.listing import every, open_cases, payouts
from simulator.reconciliation.reconcile import Count, Result
from simulator.reconciliation.states import CLOSED
from simulator.reconciliation.store import Store
from simulator.reconciliation.values import begins
from simulator.report.reconciled import Files

LISTED = 1000  # open records of a state, and payouts
COLUMNS = (
    "side", "file", "line", "state", "why", "matched_by", "amount_fen", "date", "time", "tid", "batch", "stan", "rrn",
    "order", "trade", "pan", "mid", "payout", "text",
)


def facts_of(result: Result, store: Store, files: Files) -> dict[str, Any]:
    """The whole, for JSON; sums in fen."""
    money = result.money
    return {
        "closed": result.is_closed,
        "as_of": None if result.as_of_ms is None else f"{datetime_at(result.as_of_ms):%Y-%m-%d}",
        "read": {side.value: _count(count) for side, count in result.read.items()},
        "states": {
            state.value: {"closed": state in CLOSED, **{side.value: _count(count) for side, count in counts.items()}}
            for state, counts in result.states.items()
        },
        "matched_by": {each.level: each.count for each in result.matched_by},
        "paid_by": {each.level: each.count for each in result.paid_by},
        "not_compared": list(result.own_names),
        "slips_again": result.slips_again,
        "money": None if money is None else {
            "gross_fen": money.gross, "fee_fen": money.fee, "taken_off_fen": money.taken_off, "net_fen": money.net,
            "due_fen": money.due, "arrived_fen": money.arrived, "open_fen": money.open,
            "compensated_fen": money.compensated,
        },
        "payouts": [
            {
                "payout": each.ref, "mid": each.mid, "settlement_date": _day(each.settled), "state": each.state.value,
                "why": each.why, "items": each.items, "gross_fen": each.gross, "fee_fen": each.fee,
                "taken_off_fen": each.taken_off, "net_fen": each.net, "paid_fen": each.paid, "late_ms": each.late,
                "due": None if each.due is None else datetime_at(each.due).isoformat(),
            } for each in payouts(store, all_of_them=True, limit=LISTED)
        ],
        "open": [
            {
                "state": state.value, "side": case.record.side.value, "file": _file(case.record.side, case.record.file, files),
                "line": case.record.line, "amount_fen": case.record.amount, "why": case.record.why,
                "rrn": case.record.rrn, "tid": case.record.tid, "batch": case.record.batch, "stan": case.record.stan,
                "order": case.record.order, "trade": case.record.trade,
                "other": None if case.other is None else {"side": case.other.side.value, "line": case.other.line},
                "differences": [
                    {"field": each.field, case.record.side.value: each.one,
                     case.other.side.value if case.other is not None else "other": each.other}
                    for each in case.differences
                ],
            }
            for state in result.states if state not in CLOSED for case in open_cases(store, state, LISTED)
        ],
        "bills": [
            {"file": each.file, "total": each.name, "told": each.told, "found": each.found} for each in result.bills
        ],
    }


def csv_lines(store: Store, files: Files) -> Iterator[bytes]:
    """Every record with its state."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(COLUMNS)
    for record in every(store):
        moment = "" if record.at is None else f"{datetime_at(record.at):%H:%M:%S}"
        writer.writerow((
            record.side.value, _file(record.side, record.file, files), record.line, record.state.value, record.why,
            record.level, record.amount, _day(record.day) or "", moment, record.tid, record.batch, record.stan, record.rrn,
            record.order, record.trade, record.pan, record.mid, record.payout, record.note))
        if text.tell() > 1 << 16:
            yield text.getvalue().encode()
            text.seek(0)
            text.truncate()
    yield text.getvalue().encode()


def _count(count: Count) -> dict[str, int]:
    return {"count": count.count, "sum_fen": count.fen}


def _day(number: int | None) -> str | None:
    return None if number is None else f"{datetime_at(begins(number)):%Y-%m-%d}"


def _file(side: Any, file: int, files: Files) -> str:
    paths = files.get(side, ())
    return str(paths[file]) if file < len(paths) else ""
