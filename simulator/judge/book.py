"""Everything that is open while a trace is read, and the way in which a finding is written down.

Decides nothing: the rules are in the modules of the invariants, which all share one Book.
"""

from __future__ import annotations

from collections import deque

from simulator.judge.diagnosis.causes import cause_of
from simulator.judge.diagnosis.faults import Faults
from simulator.judge.invariants import fresh
from simulator.judge.open_items import (
    Batch,
    Merchant,
    Reuse,
    Sale,
    Settlement,
    Terminal,
    Transaction,
)
from simulator.judge.verdict import Finding
from simulator.judge.words.sentences import SENTENCE
from simulator.judge.words.story import steps_of
from simulator.trace.records import Arrived, Record, TerminalOpened

SALE_ACTORS = 8  # at most so many actors are asked about faults


class Book:
    """The judge's own memory, bounded by what is open."""

    __slots__ = (
        "batches", "fakes", "faults", "invariants", "last_phase", "merchants", "now_ms",
        "payouts", "phases_seen", "quiet", "reused", "sales", "settlements",
        "terminal_of_actor", "terminals", "transactions",
    )

    def __init__(self) -> None:
        self.invariants = fresh()
        self.faults = Faults()
        self.merchants: dict[str, Merchant] = {}
        self.terminals: dict[str, Terminal] = {}
        self.terminal_of_actor: dict[str, Terminal] = {}
        self.sales: dict[str, Sale] = {}
        self.transactions: dict[str, Transaction] = {}
        self.batches: dict[tuple[str, int], Batch] = {}
        self.settlements: dict[tuple[str, str], Settlement] = {}
        self.payouts: dict[str, Settlement] = {}
        self.quiet: deque[tuple[int, Sale]] = deque()  # (since, sale) that may be dropped later
        self.reused: dict[str, Reuse] = {}
        self.fakes: dict[str, Arrived] = {}
        self.last_phase = ""
        self.phases_seen = False
        self.now_ms = 0

    # ---- what is open ------------------------------------------------------------------------

    def open_count(self) -> int:
        """How much is open: what the judge's memory is bounded by."""
        return (
            len(self.sales) + len(self.transactions) + len(self.batches) + len(self.settlements)
            + len(self.payouts) + len(self.quiet)
        )

    def is_whole(self) -> bool:
        """Whether the trace goes to the end of its run, as far as one can see."""
        return not self.phases_seen or self.last_phase == "ended"

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

    def settlement(self, mid: str, date: str) -> Settlement:
        """A settlement that is open, or from now on is."""
        found = self.settlements.get((mid, date))
        if found is None:
            found = self.settlements[mid, date] = Settlement(mid, date, [])
        return found

    # ---- findings ----------------------------------------------------------------------------

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

    def find(
        self, code: str, *, at_ms: int | None = None, sale: Sale | None = None, tid: str = "",
        key: str = "", mid: str = "", amount_fen: int = 0, since_ms: int | None = None,
        story: list[Record] | None = None, cause: str | None = None, **facts: object,
    ) -> None:
        """Write down a finding of the table of sentences, with story, cause and remedy."""
        row = SENTENCE[code]
        at_ms = self.now_ms if at_ms is None else at_ms
        keys: tuple[str, ...] = (key,) if key else ()
        if sale is not None:
            keys += sale.keys
            tid = tid or sale.tid
            amount_fen = amount_fen or sale.amount_fen
            since_ms = sale.meant_ms if since_ms is None else since_ms
            story = sale.story if story is None else story
        if cause is None:
            since_ms = at_ms if since_ms is None else since_ms
            cause = self.faults.cause(keys, self.actors_of(tid, mid), since_ms, at_ms)
        told = cause_of(cause)
        facts = {"sale": sale.sale if sale else "", "tid": tid, "key": key, "mid": mid, **facts}
        self.invariants[row.invariant].violated(Finding(
            invariant=row.invariant, code=code, urgency=row.urgency,
            what=row.en.format_map(facts), what_zh=row.zh.format_map(facts), at_ms=at_ms,
            sale=sale.sale if sale else "", tid=tid, key=keys[0] if keys else "",
            amount_fen=amount_fen, steps=steps_of(story or (), sale),
            cause=cause, cause_text=told.en, cause_text_zh=told.zh, remedy=told.remedy,
            remedy_zh=told.remedy_zh,
        ))
