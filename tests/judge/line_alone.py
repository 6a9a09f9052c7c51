"""A trace as it would be if its terminals had stood at ports: what the line shows, and nothing else."""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from simulator.judge.judge import Judge
from simulator.judge.verdict import Judgement
from simulator.trace.merge import closing_ms
from simulator.trace.records import (
    AT_A_PORT,
    ReceiptGiven,
    Record,
    SaleMeant,
    SaleUndone,
    Sent,
    TerminalOpened,
)

PEOPLE = (SaleMeant, SaleUndone, ReceiptGiven)


def line_alone(records: Iterable[Record]) -> list[Record]:
    """What a host would have written down of terminals at its port."""
    seen: list[Record] = []
    for record in records:
        if isinstance(record, TerminalOpened):
            seen.append(msgspec.structs.replace(record, observable=False, end=AT_A_PORT))
        elif isinstance(record, Sent):
            seen.append(msgspec.structs.replace(record, sale=""))
        elif not isinstance(record, PEOPLE) and (
            not record.actor.startswith("terminal.") or type(record).__name__ == "Arrived"
        ):
            seen.append(record)
    return seen


def judged_alone(records: Iterable[Record]) -> Judgement:
    """The judgement of the line alone."""
    seen = line_alone(records)
    judge = Judge(None)
    for record in seen:
        judge.feed(record)
    return judge.finish(closing_ms(seen))
