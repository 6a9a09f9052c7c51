"""What a soak does, number by number: a pure function of seed and number, so any stretch can be done again.

Tables of what is sold, of small faults and of windows; carries out nothing.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

import msgspec

from hil.relay.seen import Way
from hil.sweep.harms import HARMS
from hil.sweep.kinds import Ask
from simulator.catalogue.language import Told
from simulator.wire.kinds import Kind

LEAST_FEN, MOST_FEN = 100, 60_000
T = TypeVar("T")


class Sold(msgspec.Struct, frozen=True):
    """One row of the mix: what is asked for, one after the other."""

    kinds: tuple[Kind, ...]  # each refers to the one before
    weight: int


_K = Kind
MIX: tuple[Sold, ...] = (
    Sold((_K.SALE,), 700),
    Sold((_K.SALE, _K.VOID), 40),
    Sold((_K.SALE, _K.REFUND), 20),
    Sold((_K.QR_SALE,), 120),
    Sold((_K.QR_SALE, _K.QR_VOID), 10),
    Sold((_K.QR_SALE, _K.QR_REFUND), 10),
    Sold((_K.PREAUTH, _K.COMPLETION), 25),
    Sold((_K.PREAUTH, _K.PREAUTH_VOID), 10),
    Sold((_K.PREAUTH, _K.COMPLETION, _K.COMPLETION_VOID), 5),
    Sold((_K.OFFLINE_SALE,), 20),
    Sold((_K.BALANCE,), 30),
    Sold((_K.ECHO_TEST,), 10),
)
TROUBLES: tuple[tuple[str, int], ...] = (  # harms of the table of boundaries, and how often in 10,000
    ("lost-request", 40), ("lost-reply", 60), ("late-reply", 30), ("late-after-reversal", 20),
    ("repeated-reply", 60), ("repeated-request", 40), ("wrong-mac", 20), ("cut-short", 20), ("garbage", 10),
    ("reset-request", 20), ("reset-reply", 20), ("power-before", 20), ("power-after", 20), ("power-soon", 20),
)
PER = 10_000


FAULT_MS = 1_800_000  # of the calendar, which jumps over it when the window ends


class Window(msgspec.Struct, frozen=True, kw_only=True):
    """The line, or somebody behind it, is so for a number of operations; a settlement waits for its end."""

    name: str
    what: Told
    operations: tuple[int, int]  # from, to
    latency_ms: float = 0
    jitter_ms: float = 0
    bytes_per_s: float = 0
    slice: int = 0
    fault: str = ""  # at the host from now for FAULT_MS, in the text of a scenario's [[faults]]


WINDOWS: tuple[Window, ...] = (
    Window(name="slow", what=Told("a slow line", "线路慢"), operations=(10, 40), latency_ms=150, jitter_ms=80),
    Window(name="narrow", what=Told("a narrow line", "线路窄"), operations=(5, 20), bytes_per_s=2_400),
    Window(name="sliced", what=Told("messages in slices", "报文分片"), operations=(10, 40), slice=7),
    Window(name="bank", what=Told("maintenance of the banks", "银行维护"), operations=(5, 15),
           fault='mode = "bank.maintenance"\nat = "0s"\nfor = "30m"\nmay_stay_away = true'),
    Window(name="acquirer", what=Told("maintenance of the acquirer", "收单机构维护"), operations=(5, 15),
           fault='mode = "acquirer.maintenance"\nat = "0s"\nfor = "30m"\nmay_stay_away = true'),
)
WINDOW_EVERY = 150  # operations, about
SETTLES_EVERY = (80, 160)  # operations
NIGHTS_IN = 2  # of so many settlements one is followed by a night


class Trouble(msgspec.Struct, frozen=True):
    """What the line or the power does to one operation."""

    harm: str
    way: Way
    nth: int  # message of that way in the operation


class Turn(msgspec.Struct, frozen=True, kw_only=True):
    """One number of the soak."""

    number: int
    kinds: tuple[Kind, ...]
    amount_fen: int
    part_fen: int  # of a refund
    trouble: Trouble | None
    window: Window | None  # that begins before it
    window_operations: int
    settles: bool  # after it
    night: bool  # after that


def turn_of(seed: int, number: int, mix: Sequence[Sold] = MIX, troubles: Sequence[tuple[str, int]] = TROUBLES) -> Turn:
    """The turn of a number, from 1 on; ``mix`` and ``troubles``: what this bench can do.

    >>> turn_of(1, 7) == turn_of(1, 7), turn_of(1, 7) == turn_of(2, 7)
    (True, False)
    """
    chance = random.Random(f"soak/{seed}/{number}")  # noqa: S311 - no secret
    sold = _drawn(chance, [(row, row.weight) for row in mix])
    amount = round(LEAST_FEN * (MOST_FEN / LEAST_FEN) ** chance.random())
    part = max(1, round(amount * chance.uniform(0.1, 1.0)))
    trouble = _trouble(chance, troubles)
    window = chance.choice(WINDOWS) if chance.randrange(WINDOW_EVERY) == 0 else None
    lasts = chance.randint(*window.operations) if window is not None else 0
    settles = is_settled_after(seed, number)
    return Turn(
        number=number, kinds=sold.kinds, amount_fen=amount, part_fen=part, trouble=trouble, window=window,
        window_operations=lasts, settles=settles, night=settles and chance.randrange(NIGHTS_IN) == 0)


def ask_of(turn: Turn, place: int, kind: Kind, orders: Sequence[str]) -> Ask:
    """The operation of a turn at a place; each but the first refers to the one before."""
    fen = turn.part_fen if kind in {Kind.REFUND, Kind.QR_REFUND} else turn.amount_fen if place == 0 else 0
    if kind is Kind.COMPLETION:
        fen = turn.amount_fen
    if kind in {Kind.BALANCE, Kind.ECHO_TEST}:
        fen = 0
    return Ask(kind=kind, order=f"S{turn.number}-{place + 1}", amount_fen=fen, of=orders[-1] if orders else "")


def is_settled_after(seed: int, number: int) -> bool:
    """Whether a settlement follows: stretches of the length that the table allows, one drawn for each."""
    end = stretch = 0
    while end < number:
        stretch += 1
        end += random.Random(f"soak/{seed}/stretch/{stretch}").randint(*SETTLES_EVERY)  # noqa: S311 - no secret
    return end == number


def _trouble(chance: random.Random, troubles: Sequence[tuple[str, int]]) -> Trouble | None:
    at = chance.randrange(PER)
    for name, share in troubles:
        if at < share:
            way = chance.choice(sorted(HARMS[name].ways))
            return Trouble(name, way, 1)
        at -= share
    return None


def _drawn(chance: random.Random, rows: Sequence[tuple[T, int]]) -> T:
    return chance.choices([row for row, _ in rows], [weight for _, weight in rows])[0]
