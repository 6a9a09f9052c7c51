"""Sales whose money was held for risk control, and what became of it, as lines of a report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from simulator.catalogue.language import Language, Message
from simulator.judge.verdict import RiskEnd, RiskHold
from simulator.judge.words.sentences import yuan
from simulator.local_time import datetime_at

ROWS_LISTED = 20
_M = Message
_SINCE = {
    RiskEnd.HELD: _M(
        "risk_held", "{case}  {sale} {sum}: held since {since}", "{case}  {sale} {sum}：自 {since} 起暂停划付"),
    RiskEnd.RELEASED: _M(
        "risk_released", "{case}  {sale} {sum}: held from {since}, released {until}",
        "{case}  {sale} {sum}：自 {since} 起暂停划付，{until} 解除"),
    RiskEnd.TAKEN_BACK: _M(
        "risk_taken_back", "{case}  {sale} {sum}: held from {since}, taken back {until}",
        "{case}  {sale} {sum}：自 {since} 起暂停划付，{until} 扣回"),
}
_MORE = _M("risk_more", "and {n} more", "另有 {n} 笔")


def risk_lines(rows: Iterable[RiskHold], language: Language) -> Iterator[str]:
    """A line for each sale, the first ones."""
    rows = tuple(rows)
    for row in rows[:ROWS_LISTED]:
        yield _SINCE[row.end].both(
            case=row.case, sale=row.sale or row.key, sum=yuan(row.amount_fen), since=_minute(row.from_ms),
            until=_minute(row.until_ms or 0)).say(language)
    if len(rows) > ROWS_LISTED:
        yield _MORE.both(n=len(rows) - ROWS_LISTED).say(language)


def _minute(at_ms: int) -> str:
    return f"{datetime_at(at_ms):%Y-%m-%d %H:%M}"
