"""Everything that is open while a trace is read, and who hears when that changes.

Decides nothing: trackers keep it, rules look at it, and all share one Book.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

import msgspec

from simulator.judge.calendar import Calendar
from simulator.judge.diagnosis.faults import Faults
from simulator.judge.oldest import forget_oldest, most
from simulator.judge.open_items import (
    Batch,
    Merchant,
    Sale,
    Settlement,
    Terminal,
    Transaction,
)
from simulator.judge.wishes import Wishes
from simulator.local_time import HOUR_MS
from simulator.trace.records import (
    AcquirerOpened,
    Arrived,
    LogEvent,
    Sent,
    SettlementsPlanned,
    StateAccepted,
    TerminalOpened,
    key_of,
)

INSTANT = "instant/"  # begins the id of a payout that is of one sale
SALE_ACTORS = 8  # at most so many actors are asked about faults
WATCHED_KEPT = 20_000
REFERENCES_KEPT = 20_000
REFERENCES_MOST = most(REFERENCES_KEPT)
BY_REFERENCE = frozenset({"refund", "qr_refund"})  # of any till of a merchant
NOTHING_NAMED = "/000000/000000"  # F61 of zeros, behind the TID
RESTS_WITHIN_MS = 26 * HOUR_MS
"""So long after the last fault what is pending is delivered: there was a settlement since, and a sign-on."""


CAPTURED_BY_HOST = "host"
SCREEN = frozenset({LogEvent.TOLD})


def _took_part(terminal: Terminal) -> bool:
    return bool(terminal.batch or terminal.last_stan)


class FeesCleared(msgspec.Struct, gc=False):
    """The fees of all that was cleared, and what issuers and network have of them, as told."""

    fee_fen: int = 0
    issuer_fen: int = 0
    scheme_fen: int = 0


class Book:
    """The judge's own memory, bounded by what is open."""

    __slots__ = (
        "_by_rrn", "_listeners", "acquirer", "batches", "calendar", "faults",
        "fees_cleared", "gaps", "has_postings",
        "has_sold", "healed_ms", "is_virtual", "last_phase", "merchants",
        "now_ms", "payouts", "phases_seen", "plans", "preauth_days", "quiet", "sales", "settlements",
        "terminal_of_actor", "terminals", "transactions", "transactions_begun", "watched", "wishes",
    )

    def __init__(self) -> None:
        self._by_rrn: dict[str, str] = {}  # keys of approvals by their F37
        self._listeners: dict[type, list[tuple[Callable[[Any, Any], None], Any]]] = {}
        self.faults = Faults()
        self.acquirer = AcquirerOpened(0, "acquirer")  # as usual, where a trace does not say
        self.calendar: Calendar | None = None  # None: the trace does not say when days end
        self.plans: dict[str, SettlementsPlanned] = {}  # by MID
        self.preauth_days: dict[str, int] = {}  # by bank: days after its own on which a hold may be completed
        self.merchants: dict[str, Merchant] = {}
        self.terminals: dict[str, Terminal] = {}
        self.terminal_of_actor: dict[str, Terminal] = {}
        self.sales: dict[str, Sale] = {}
        self.transactions: dict[str, Transaction] = {}
        self.batches: dict[tuple[str, int], Batch] = {}
        self.settlements: dict[tuple[str, str], Settlement] = {}
        self.payouts: dict[str, Settlement] = {}
        self.quiet: deque[tuple[int, Sale]] = deque()  # (since, sale) that may be dropped later
        self.watched: dict[str, None] = {}  # keys under which rules want to hear what is booked
        self.wishes = Wishes()
        self.transactions_begun = 0
        self.has_postings = False  # the trace shows the books
        self.has_sold = False  # some sale ended with an approved receipt
        self.healed_ms = 0  # when all faults ended
        self.is_virtual = False  # a live run ends when its people end it
        self.last_phase = ""
        self.phases_seen = False
        self.now_ms = 0
        self.fees_cleared = FeesCleared()
        self.gaps: list[StateAccepted] = []  # what came after one may have its cause in what is not known

    # ---- what is open ------------------------------------------------------------------------

    def open_count(self) -> int:
        """How much is open: what the judge's memory is bounded by."""
        return (
            len(self.sales) + len(self.transactions) + len(self.batches) + len(self.settlements)
            + len(self.payouts) + len(self.quiet)
        )

    def cleared_by_batch(self) -> bool:
        """Whether the settlement of its batch clears an item; else its approval does."""
        return self.acquirer.capture != CAPTURED_BY_HOST

    def is_whole(self) -> bool:
        """Whether the trace goes to the end of its run, as far as one can see."""
        return not self.phases_seen or self.last_phase == "ended"

    def ended_early(self) -> bool:
        """Whether a run was over before what is under way could come to rest: nothing is said of that."""
        return self.is_virtual and 0 <= self.now_ms - self.healed_ms < RESTS_WITHIN_MS and bool(self.healed_ms)

    def may_go_on(self) -> bool:
        """Whether what is under way at the end of the trace may still come to something."""
        return not self.is_whole() or self.ended_early()

    def has_drained(self) -> bool:
        """Whether a run came as far as its last phase, in which nothing new begins."""
        return self.last_phase in ("drain", "ended")

    def terminal(self, tid: str) -> Terminal:
        """A terminal; one that was never introduced is taken as it comes."""
        found = self.terminals.get(tid)
        if found is None:
            actor = f"terminal.{tid}"
            found = Terminal(TerminalOpened(self.now_ms, actor, tid, "", "", ""))
            self.terminals[tid] = self.terminal_of_actor[actor] = found
        return found

    def batch(self, tid: str, batch: int, at_ms: int) -> Batch:
        """A batch that is open, or from now on is."""
        found = self.batches.get((tid, batch))
        if found is None:
            terminal = self.terminals.get(tid)
            first_ms = at_ms
            if terminal is not None and terminal.batch == batch and terminal.batch_first_ms:
                first_ms = terminal.batch_first_ms
            found = self.batches[tid, batch] = Batch(tid, batch, first_ms)
        return found

    def settlement(self, mid: str, date: str, payout: str = "") -> Settlement:
        """A settlement that is open, or from now on is; of one sale where its payout is by itself."""
        name = payout if payout.startswith(INSTANT) else date
        found = self.settlements.get((mid, name))
        if found is None:
            found = self.settlements[mid, name] = Settlement(mid, date, [], name=name)
        return found

    def used(self, tid: str, batch: int, stan: int) -> Transaction | None:
        """The transaction of a number; mostly its terminal's last one, whose name is known."""
        terminal = self.terminals.get(tid)
        current = terminal.current if terminal is not None else None
        if current is not None and current.stan == stan and current.batch == batch:
            return self.transactions.get(current.key)
        return self.transactions.get(key_of(tid, batch, stan))

    # ---- what refers to what -----------------------------------------------------------------

    def reference(self, rrn: str, key: str) -> None:
        """The host gave an approval this reference number."""
        self._by_rrn[rrn] = key
        if len(self._by_rrn) > REFERENCES_MOST:
            forget_oldest(self._by_rrn, REFERENCES_KEPT)

    def named_by(self, record: Sent | Arrived) -> str:
        """The key of what a request refers to; "" where it names nothing.

        F61 has no TID: a refund at another till bears batch and number of the till that sold, and
        only the reference number (F37) tells which that was.  A refund by a wallet's voucher may bear
        neither.
        """
        named = record.original
        if not named or record.what not in BY_REFERENCE or not record.rrn.strip("0"):
            return "" if named.endswith(NOTHING_NAMED) else named
        here = self.transactions.get(named)
        if here is not None and here.given_rrn == record.rrn:
            return named
        return self._by_rrn.get(record.rrn, named if here is None else "")

    # ---- who hears ---------------------------------------------------------------------------

    def listen(self, kind: type, hear: Callable[[Any, Any], None], case: Any) -> None:
        """Have a rule told of every moment of a kind, its case first."""
        self._listeners.setdefault(kind, []).append((hear, case))

    def tell(self, moment: object) -> None:
        """Hand a moment to whoever hears its kind."""
        for hear, case in self._listeners.get(type(moment), ()):
            hear(case, moment)

    def watch(self, key: str) -> None:
        """Have what is booked and approved under a key told as a moment, before it is tracked."""
        self.watched[key] = None
        if len(self.watched) > WATCHED_KEPT:
            del self.watched[next(iter(self.watched))]

    # ---- who is involved ---------------------------------------------------------------------

    def unseen(self, sees: frozenset[LogEvent] = SCREEN) -> tuple[str, ...]:
        """TIDs of terminals that took part, and of which nobody wrote down what must be seen."""
        return tuple(
            each.opened.tid for each in self.terminals.values()
            if not each.opened.observable and _took_part(each) and not sees <= set(each.opened.log)
        )

    def taking_part(self) -> int:
        """How many terminals took part."""
        return sum(map(_took_part, self.terminals.values()))

    def actors_of(self, tid: str, mid: str = "") -> list[str]:
        """Everybody whose faults may explain what became of a terminal's or merchant's money."""
        actors: list[str] = []
        terminal = self.terminals.get(tid)
        if terminal is not None:
            mid = mid or terminal.opened.mid
            actors += [tid, f"terminal.{tid}", f"link.{tid}"]
        merchant = self.merchants.get(mid)
        if merchant is not None:
            opened = merchant.opened
            actors += [mid, merchant.actor, merchant.actor.removeprefix("merchant."),
                       opened.bank, f"bank.{opened.bank.removeprefix('bank.')}"]
        return actors[:SALE_ACTORS]
