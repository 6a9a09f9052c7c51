"""What can be asked of a live host over its control port, and what it answers; does nothing."""

from __future__ import annotations

from typing import Literal

import msgspec

from hil.control.control import Request


class HostStatus(Request, frozen=True, tag="status"):
    """How it stands."""


class Pending(msgspec.Struct, frozen=True):
    """Something unresolved, by an actor's own word."""

    actor: str
    what: str
    tid: str = ""
    batch: int = 0
    stan: int = 0
    detail: str = ""


class HostReport(msgspec.Struct, frozen=True, kw_only=True):
    """What a host knows of itself."""

    title: str
    phase: str
    now_ms: int
    ahead_ms: int  # of the calendar, against the wall clock
    connected: tuple[str, ...]  # TIDs
    terminals: tuple[tuple[str, str, str], ...]  # TID, MID and merchant of each
    outside: tuple[str, ...]  # TIDs of those at ports; the others are simulated
    serving: int  # terminals inside at which somebody is being served
    open_items: int  # captured and not settled
    waits_for_clearing: int  # items of settled batches that no cut-over has taken yet
    pending: tuple[Pending, ...]
    effects_done: int  # since this process began
    worst_lateness_ms: int


class Balances(Request, frozen=True, tag="balances"):
    """Every account of the ledger."""


class Ledger(msgspec.Struct, frozen=True):
    """Accounts and their fen; they sum to zero."""

    accounts: tuple[tuple[str, int], ...]


class JumpCalendar(Request, frozen=True, tag="jump", kw_only=True):
    """The calendar jumps forward: ``by_ms``, or ``to`` just after the next such moment."""

    by_ms: int | None = None
    to: Literal["cut_over", "payout"] | None = None


class Jumped(msgspec.Struct, frozen=True):
    """How far it jumped; devices on the same bench jump as far."""

    by_ms: int
    now_ms: int


class InjectFault(Request, frozen=True, tag="fault"):
    """A fault from now on, as the lines of a ``[[faults]]`` table of a scenario say it."""

    toml: str


class Injected(msgspec.Struct, frozen=True):
    """The fault as it was taken."""

    label: str
    mode: str
    may_stay_away: bool


class TakeAction(Request, frozen=True, tag="action"):
    """A documented remedy now: the lines of an ``[[actions]]`` table of a scenario without ``at``."""

    toml: str


class Announce(Request, frozen=True, tag="announce"):
    """What stands at the port of a terminal outside, by the word of whoever put it there."""

    tid: str
    device: str  # such as "virtual device"


class Heal(Request, frozen=True, tag="heal"):
    """All faults end."""


class Drain(Request, frozen=True, tag="drain"):
    """The last phase: nothing new is begun."""


class Crash(Request, frozen=True, tag="crash", kw_only=True):
    """Kill this process (SIGKILL) between two effects of the acquirer.

    One of: ``after_effects`` further effects are done; before the effect named ``before``
    ("store:asked", "ask:debit", "reply:0210") for the ``nth`` time.
    """

    after_effects: int | None = None
    before: str = ""
    nth: int = 1


class StopHost(Request, frozen=True, tag="stop"):
    """End in good order."""
