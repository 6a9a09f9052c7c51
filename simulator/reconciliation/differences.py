"""In which fields two records of one transaction differ; decides nothing.

Only what both sides have is compared: an absent value contradicts nobody.
"""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from simulator.local_time import DAY_MS, MINUTE_MS

TOLERANCE_MS = 10 * MINUTE_MS  # between two clocks
NAMING = ("tid", "batch", "stan", "rrn", "auth", "order", "trade", "mid")


class Look(msgspec.Struct, frozen=True, gc=False):
    """What of a record is compared."""

    id: int
    amount: int
    at: int | None
    day: int | None
    tid: str
    batch: str
    stan: str
    rrn: str
    auth: str
    order: str
    trade: str
    mid: str
    pan: str
    fee: int | None
    ok: int


COLUMNS = "id, amount, at, day, tid, batch, stan, rrn, auth, ord, trade, mid, pan, fee, ok"


class Difference(msgspec.Struct, frozen=True, gc=False):
    """One field and what both say."""

    field: str
    one: str | int
    other: str | int


def differences(one: Look, other: Look, tolerance_ms: int = TOLERANCE_MS) -> list[Difference]:
    """All of them, the sum first."""
    return list(_differences(one, other, tolerance_ms))


def _differences(one: Look, other: Look, tolerance_ms: int) -> Iterator[Difference]:
    if one.amount != other.amount:
        yield Difference("amount", one.amount, other.amount)
    if one.ok != other.ok:
        yield Difference("status", one.ok, other.ok)
    if one.fee is not None and other.fee is not None and one.fee != other.fee:
        yield Difference("fee", one.fee, other.fee)
    yield from named(one, other)
    yield from _moments(one, other, tolerance_ms)


def named(one: Look, other: Look) -> Iterator[Difference]:
    """Numbers and cards that speak against each other."""
    for field, here, there in _names(one, other):
        if here != there and here and there:
            yield Difference(field, here, there)
    if one.pan != other.pan and one.pan and other.pan and not _same_card(one.pan, other.pan):
        yield Difference("pan", one.pan, other.pan)


def agreeing(one: Look, other: Look) -> Iterator[str]:
    """Names that both have and that are the same."""
    return (field for field, here, there in _names(one, other) if here and here == there)


def _names(one: Look, other: Look) -> tuple[tuple[str, str, str], ...]:
    return (
        ("tid", one.tid, other.tid), ("batch", one.batch, other.batch), ("stan", one.stan, other.stan),
        ("rrn", one.rrn, other.rrn), ("auth", one.auth, other.auth), ("order", one.order, other.order),
        ("trade", one.trade, other.trade), ("mid", one.mid, other.mid),
    )


def _moments(one: Look, other: Look, tolerance_ms: int) -> Iterator[Difference]:
    if one.at is not None and other.at is not None:
        gap = abs(one.at - other.at)
        if one.day != other.day and gap > tolerance_ms:  # within a day: stored, and delivered later
            yield Difference("date" if gap >= DAY_MS // 2 else "time", one.at, other.at)
    elif one.day is not None and other.day is not None and one.day != other.day:
        yield Difference("date", one.day, other.day)


def _same_card(one: str, other: str) -> bool:
    """Whether two masked numbers can be of one card: what both show is the same."""
    if one[-4:].isdigit() and other[-4:].isdigit() and one[-4:] != other[-4:]:
        return False
    return not (one[:6].isdigit() and other[:6].isdigit() and one[:6] != other[:6])
