"""The judge: reads a trace record by record and says what it proves.

Knows the trace and the rules of money, and no machine.  Its memory is bounded by what is open.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec

from simulator.judge.book import Book
from simulator.judge.diagnosis.chronicle import Chronicle
from simulator.judge.invariants import (
    BATCHES_AGREE,
    COMES_TO_REST,
    CONSERVED,
    DEBITED_ONCE,
    NO_LOST_SALE,
    NO_ONE_SIDED,
    PAID_ONCE,
)
from simulator.judge.open_items import Merchant, Terminal
from simulator.judge.rules import batches, line_witness
from simulator.judge.rules.conservation import Postings
from simulator.judge.rules.messages import Messages
from simulator.judge.rules.payouts import Payouts
from simulator.judge.rules.rest import Rest
from simulator.judge.rules.sales import Sales
from simulator.judge.verdict import Ends, Judgement, State, Verdict
from simulator.judge.whereabouts import Whereabouts
from simulator.trace import records as t

KEEP_SALES = 40
_NEEDS_BOOKS = frozenset({CONSERVED, DEBITED_ONCE, NO_LOST_SALE, NO_ONE_SIDED, PAID_ONCE})


_NEEDS_TERMINAL = frozenset({NO_LOST_SALE, COMES_TO_REST})  # what it shows, what it still owes


class TraceError(Exception):
    """A file that is no trace, or one that was cut: which line, and why."""


class Judge:
    """Feed it every record in order, then ask for the judgement once.

    ``keep_sales`` is how many uneventful sales are kept as rows; None keeps all.
    """

    __slots__ = (
        "_book", "_chronicle", "_hears", "_payouts", "_rest", "_run", "_sales", "_whereabouts",
        "began_ms",
    )

    def __init__(self, keep_sales: int | None = KEEP_SALES) -> None:
        book = self._book = Book()
        self._whereabouts = Whereabouts(book, keep_sales)
        sales = self._sales = Sales(book, self._whereabouts.add)
        payouts = self._payouts = Payouts(book, sales)
        messages = Messages(book, sales)
        postings = Postings(book, payouts)
        rest = self._rest = Rest(book)
        chronicle = self._chronicle = Chronicle()
        self._run: t.RunStarted | None = None
        self.began_ms: int | None = None
        self._hears: dict[type, Callable[..., None]] = {
            t.RunStarted: self._started, t.MerchantOpened: self._merchant,
            t.TerminalOpened: self._terminal, t.PhaseEntered: _both(rest.phase, chronicle.phase),
            t.SaleMeant: sales.meant, t.SaleUndone: sales.undone, t.Concluded: sales.concluded,
            t.ReceiptGiven: sales.receipt_given, t.ActionTaken: chronicle.acted,
            t.Sent: messages.sent, t.Arrived: messages.arrived, t.Lost: messages.lost,
            t.WireCarried: _nothing, t.Journaled: messages.journaled,
            t.Restarted: messages.restarted, t.Warned: _nothing, t.Posted: postings.posted,
            t.BatchCounted: self._counted, t.ItemCleared: payouts.item_cleared,
            t.MerchantSettled: payouts.settled, t.PayoutSent: _nothing,
            t.PayoutPosted: payouts.posted, t.PayoutReturned: payouts.returned,
            t.Suspended: payouts.suspended, t.Released: payouts.released, t.NoticeSent: _nothing,
            t.FaultBegan: _both(book.faults.began, chronicle.began),
            t.FaultEnded: _both(book.faults.ended, chronicle.ended),
            t.FaultFired: _both(book.faults.fired, chronicle.fired),
            t.StillPending: rest.pending,
        }

    def feed(self, record: t.Record) -> None:
        """Take the next record; ``KeyError`` for a type that the trace does not have."""
        self._hears[type(record)](record)

    def open_count(self) -> int:
        """How much is open now."""
        return self._book.open_count()

    def struck(self) -> frozenset[str]:
        """The labels of all faults that had an effect so far."""
        return frozenset(self._chronicle.struck)

    # ---- what is rare ------------------------------------------------------------------------

    def _started(self, record: t.RunStarted) -> None:
        self._run = record
        self.began_ms = record.at_ms

    def _merchant(self, record: t.MerchantOpened) -> None:
        merchants = self._book.merchants
        known = merchants.get(record.mid)
        merchant = merchants[record.mid] = Merchant(record, record.actor)
        accounts = {record.account} if record.account else set()
        if known is not None:  # corrected: what is on its way may still go to the old one
            merchant.owed_fen = known.owed_fen
            accounts |= known.accounts
        merchant.accounts = frozenset(accounts)

    def _terminal(self, record: t.TerminalOpened) -> None:
        terminal = self._book.terminals.get(record.tid)
        if terminal is not None:  # told again, or first heard of by a message
            terminal.opened = record
            return
        terminal = Terminal(record)
        self._book.terminals[record.tid] = terminal
        self._book.terminal_of_actor[record.actor] = terminal

    def _counted(self, record: t.BatchCounted) -> None:
        batches.counted(self._book, record)

    # ---- the end -----------------------------------------------------------------------------

    def finish(self, at_ms: int) -> Judgement:
        """The judgement of all that was fed; the judge is used up."""
        book = self._book
        book.now_ms = at_ms
        for terminal in book.terminals.values():
            line_witness.went_on(self._sales, terminal)
        self._sales.close_all(at_ms)
        if book.is_whole():
            self._payouts.finish(at_ms)
        self._rest.finish(at_ms)
        invariants = tuple(
            each.verdict(observable=self._is_observable(each.number))
            for each in book.invariants[1:]
        )
        findings = [finding for each in book.invariants for finding in each.findings]
        run = self._run
        reasons = [
            f"invariant {each.number} ({each.name}) violated {each.violations} times"
            for each in invariants if each.state is State.VIOLATED
        ]
        verdict = Verdict.FAIL if findings else Verdict.PASS
        if not book.is_whole():
            reasons.append(f"the trace ends in the phase {book.last_phase}, before its run did")
        if run is None:
            reasons.append("the trace does not say what was run")
        if reasons and verdict is Verdict.PASS:
            verdict = Verdict.INCONCLUSIVE
        return Judgement(
            verdict=verdict, reasons=tuple(reasons), title=run.title if run else "",
            seed=run.seed if run else 0, version=run.version if run else "",
            clock=run.clock if run else "", target=run.target if run else "",
            began_ms=at_ms if self.began_ms is None else self.began_ms, ended_ms=at_ms,
            invariants=invariants,
            findings=tuple(sorted(findings, key=lambda each: (each.at_ms, each.invariant))),
            money=self._whereabouts.money(), by_cause=self._whereabouts.by_cause(),
            faults=book.faults.tallies(at_ms), sales=self._whereabouts.rows(),
            sales_left_out=self._whereabouts.left_out, arrivals=self._whereabouts.arrivals(),
            events=self._chronicle.entries(), ends=_ends(book),
        )

    def _is_observable(self, number: int) -> bool:
        """Whether the trace could have shown a violation of an invariant."""
        book = self._book
        if number in _NEEDS_BOOKS and not book.invariants[CONSERVED].exercised:
            return not book.invariants[NO_LOST_SALE].exercised
        if number in _NEEDS_TERMINAL and not book.invariants[number].exercised:
            return not _unseen(book)
        if number == BATCHES_AGREE and not book.invariants[number].exercised and book.terminals:
            return any(each.opened.observable for each in book.terminals.values())
        return True


def _both(first: Callable[..., None], second: Callable[..., None]) -> Callable[..., None]:
    """Two who hear the same rare record."""
    def hear(record: t.Record) -> None:
        first(record)
        second(record)

    return hear


def _ends(book: Book) -> Ends:
    opened = [each.opened for each in book.terminals.values()]
    at_ports = tuple((each.tid, each.device) for each in opened if each.end == t.AT_A_PORT)
    return Ends(len(opened) - len(at_ports), at_ports, _unseen(book))


def _unseen(book: Book) -> tuple[str, ...]:
    """Terminals that took part and are known from the line alone."""
    return tuple(
        each.opened.tid for each in book.terminals.values()
        if not each.opened.observable and (each.batch or each.last_stan)
    )


def _nothing(_record: t.Record) -> None:
    """Records that show something and prove nothing."""


def judge_trace(lines: Iterable[bytes | str], keep_sales: int | None = KEEP_SALES) -> Judgement:
    """The judgement of a trace file, read line by line; :class:`TraceError` where it is none."""
    judge = Judge(keep_sales)
    last_ms = 0
    number = 0
    for number, line in enumerate(lines, 1):
        if not line.strip():
            continue
        try:
            record = t.from_line(line)
        except msgspec.ValidationError as error:
            raise TraceError(f"line {number}: no record of a trace: {error}") from None
        except (msgspec.DecodeError, UnicodeDecodeError) as error:
            raise TraceError(f"line {number}: cut off, or no trace at all: {error}") from None
        if judge.began_ms is None and not isinstance(record, t.RunStarted):
            raise TraceError(f"line {number}: a trace begins with run_started, not {record}")
        judge.feed(record)
        last_ms = max(last_ms, record.at_ms)
    if judge.began_ms is None:
        raise TraceError("empty: a trace begins with run_started")
    return judge.finish(last_ms)
