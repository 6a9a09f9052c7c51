"""The steps of machines as faults name them: what a terminal or the host is about to do.

A step is named whole (``store:armed``, ``send:0200``) or by its first word; made from the machines'
own unions of effects and records, so a new one is known here by itself.
"""

from __future__ import annotations

from typing import Any, get_args

from simulator.faults.modes import REQUEST_MTI
from simulator.faults.occurrences import START
from simulator.faults.points import Point
from simulator.machines.acquirer.events import (
    AcquirerEffect,
    AskIssuer,
    AskWallet,
    Capture,
    IssuerRequest,
    Reply,
    SettleBatch,
    StoreHost,
)
from simulator.machines.acquirer.records import AnyHostRecord
from simulator.machines.terminal.events import Send, Store, TerminalEffect
from simulator.machines.terminal.records import AnyNvmRecord
from simulator.wire.kinds import REPLY_MTI

WALLET_REQUESTS = ("pay", "query", "refund", "cancel")


def _names(union: Any, *left_out: type) -> tuple[str, ...]:
    return tuple(each.__name__.lower() for each in get_args(union) if each not in left_out)


def _all(word: str, names: tuple[str, ...]) -> tuple[str, ...]:
    return (word, *(f"{word}:{name}" for name in names))


_MTIS = tuple(sorted(set(REQUEST_MTI.values())))
STEPS_AT: dict[Point, tuple[str, ...]] = {
    Point.TERMINAL_STEP: (
        *_all("store", _names(AnyNvmRecord)), *_all("send", _MTIS),
        *_names(TerminalEffect, Store, Send),
    ),
    Point.HOST_STEP: (
        *_all("store", _names(AnyHostRecord)),
        *_all("ask", (*(each.value for each in IssuerRequest), *WALLET_REQUESTS)),
        *_all("reply", tuple(REPLY_MTI[mti] for mti in _MTIS)),
        # Money is booked with the store before it: no step lies between them.
        *_names(AcquirerEffect, StoreHost, AskIssuer, AskWallet, Reply, Capture, SettleBatch),
    ),
}
"""By point, the names that ``between`` may have as its second step; the first may be START too."""


def steps_before(point: Point) -> tuple[str, ...]:
    """The names that ``between`` may have as its first step."""
    return (START, *STEPS_AT[point])
