"""The story of a finding: records as lines that a person reads, with local times.

Shows what the trace holds, which is masked already; adds nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from simulator.judge.open_items import Sale
from simulator.judge.sentences import yuan
from simulator.judge.trace import (
    Arrived,
    BatchCounted,
    Concluded,
    Lost,
    Posted,
    Record,
    Restarted,
    Sent,
)
from simulator.judge.verdict import Step
from simulator.local_time import datetime_at

STEPS_KEPT = 24


def local(at_ms: int) -> str:
    """Local date and time to the second.

    >>> local(0)
    '1970-01-01 08:00:00'
    """
    return datetime_at(at_ms).strftime("%Y-%m-%d %H:%M:%S")


def _message(record: Sent | Arrived | Lost) -> str:
    text = f"{record.mti} {record.what}"
    if record.stan:
        text += f" {record.batch:06}/{record.stan:06}"
    amount = getattr(record, "amount_fen", None)
    if amount is not None:
        text += f" {yuan(amount)}"
    code = getattr(record, "response_code", "")
    return f"{text} F39={code}" if code else text


def _sent(record: Sent) -> str:
    again = f" (try {record.attempt + 1})" if record.attempt else ""
    return f"{record.actor} → {record.to}: {_message(record)}{again}"


def _arrived(record: Arrived) -> str:
    text = f"{record.actor} got {_message(record)}"
    if record.copy:
        text += " (a copy)"
    return text if record.genuine else text + " (wrong MAC or forged)"


def _lost(record: Lost) -> str:
    return f"lost: {_message(record)} from {record.sender}: {record.why}"


def _concluded(record: Concluded) -> str:
    text = f"{record.actor} shows: {record.what} {record.result}"
    return " ".join(part for part in (text, record.response_code, record.reason) if part)


def _restarted(record: Restarted) -> str:
    return f"{record.actor} restarted: {record.why}"


def _posted(record: Posted) -> str:
    moved = ", ".join(f"{account} {yuan(fen)}" for account, fen in record.entries)
    return f"{record.actor} posted {record.why}: {moved}"


def totals(record: BatchCounted) -> str:
    """The totals of a batch in short."""
    return (
        f"{record.debit_count} debits {yuan(record.debit_fen)}, "
        f"{record.credit_count} credits {yuan(record.credit_fen)}"
    )


def _counted(record: BatchCounted) -> str:
    closed = ", closed" if record.closed else ""
    return f"{record.actor} counts batch {record.batch:06}: {totals(record)}{closed}"


_TOLD: dict[type, Callable[..., str]] = {
    Sent: _sent, Arrived: _arrived, Lost: _lost, Concluded: _concluded, Restarted: _restarted,
    Posted: _posted, BatchCounted: _counted,
}


def _moment(step: Step) -> int:
    return step.at_ms


def steps_of(story: Iterable[Record], sale: Sale | None) -> tuple[Step, ...]:
    """The lines of a story; of a sale that went smoothly only its beginning and end are kept."""
    steps = []
    if sale is not None and sale.amount_fen:
        steps.append(Step(sale.meant_ms, f"the customer means to pay {yuan(sale.amount_fen)}"))
    steps += [Step(record.at_ms, _TOLD[type(record)](record)) for record in story]
    if sale is not None and sale.story is None and sale.concluded_ms:
        steps.append(Step(sale.concluded_ms, f"terminal {sale.tid} shows: {sale.result}"))
    steps.sort(key=_moment)
    if len(steps) > STEPS_KEPT:
        half = STEPS_KEPT // 2
        left_out = len(steps) - 2 * half
        gap = Step(steps[half].at_ms, f"… {left_out} more …")
        steps = [*steps[:half], gap, *steps[-half:]]
    return tuple(steps)
