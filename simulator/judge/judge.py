"""The judge: reads a trace record by record and says what it proves.

Knows the trace and no machine, and no rule by name: it is built from a table of them.  Its memory
is bounded by what is open, and by what may still be referred to: so many sales, or so many days.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial
from typing import Any, get_args

import msgspec

from simulator.catalogue.language import Told
from simulator.judge.book import Book
from simulator.judge.hearing import AT_HOST, AT_TERMINAL, Hear, Hearer, by_kind, feed_to
from simulator.judge.rule import Case, Rule
from simulator.judge.rules import RULES
from simulator.judge.tracking import batches, line_witness
from simulator.judge.tracking.chronicle import Chronicle
from simulator.judge.tracking.disputes import Disputes
from simulator.judge.tracking.forced_batches import ForcedBatches
from simulator.judge.tracking.host_side import SAID, HostSide
from simulator.judge.tracking.messages import Messages
from simulator.judge.tracking.orders import Orders
from simulator.judge.tracking.payout_rows import ROWS_KEPT, PayoutRows
from simulator.judge.tracking.payouts import Payouts
from simulator.judge.tracking.plain_way import STRETCHES, PlainWay
from simulator.judge.tracking.plan import PlanRows
from simulator.judge.tracking.postings import Postings
from simulator.judge.tracking.risk_holds import RiskHolds
from simulator.judge.tracking.sales import Sales
from simulator.judge.tracking.setting import Setting
from simulator.judge.tracking.sightings import OF_JOURNALS, Sightings
from simulator.judge.tracking.stretches import RECORDS_OF, Stretch
from simulator.judge.verdict import Ends, Judgement, Owed, State, Verdict
from simulator.judge.whereabouts.due import open_until
from simulator.judge.whereabouts.sums import Whereabouts
from simulator.judge.words import day
from simulator.trace import records as t

KEEP_SALES = 40
UNDECIDED_KEPT = 10  # of one rule
_TERMINALS, _HOST = frozenset({AT_TERMINAL}), frozenset({AT_HOST})


class TraceError(Exception):
    """A file that is no trace, or one that was cut: which line, and why."""


class Judge:
    """Feed it every record in order, then ask for the judgement once.

    ``feed`` raises ``KeyError`` for a type that the trace does not have.
    ``keep_sales`` is how many uneventful sales are kept as rows; None keeps all.  ``rules``: what
    is judged, by number.  ``hears`` is what ``feed`` looks a record's type up in, for whoever feeds many.
    """

    __slots__ = (
        "_begins", "_book", "_cases", "_chronicle", "_disputes", "_forced", "_orders", "_payout_rows", "_plain", "_plan",
        "_risk_holds", "_run", "_sales",
        "_sightings", "_whereabouts", "began_ms", "feed", "hears",
    )

    def __init__(
        self, keep_sales: int | None = KEEP_SALES, rules: Sequence[Rule] = RULES,
    ) -> None:
        book = self._book = Book()
        self._whereabouts = Whereabouts(book, keep_sales)
        sales = self._sales = Sales(book, self._whereabouts.add)
        payouts = Payouts(book, sales, PayoutRows(book, None if keep_sales is None else ROWS_KEPT))
        self._payout_rows = payouts.rows
        messages = Messages(book, sales)
        postings = Postings(book, payouts)
        host_side = HostSide(book)
        orders = self._orders = Orders(book, keep_all=keep_sales is None)
        disputes = self._disputes = Disputes()
        risk_holds = self._risk_holds = RiskHolds()
        forced = self._forced = ForcedBatches(book)
        seen = self._sightings = Sightings(is_kept=keep_sales is None)
        setting = Setting(book)
        chronicle = self._chronicle = Chronicle()
        plan = self._plan = PlanRows(book)
        self._run: t.RunStarted | None = None
        self.began_ms: int | None = None
        self._cases: tuple[Case[Any], ...] = tuple(Case(rule, book) for rule in rules)
        trackers: dict[type[t.Record], tuple[Hear | Hearer, ...]] = {
            t.RunStarted: (self._started, setting.started), t.AcquirerOpened: (setting.acquirer,),
            t.BankOpened: (setting.bank,), t.MerchantOpened: (setting.merchant,), t.SettlementsPlanned: (setting.plan,),
            t.TerminalOpened: (setting.terminal,),
            t.StateAccepted: (setting.accepted, chronicle.accepted),
            t.PhaseEntered: (setting.phase, chronicle.phase),
            t.SaleMeant: (sales.meant, book.wishes.meant, self._whereabouts.wronged.meant),
            t.SaleUndone: (sales.undone, orders.undone, book.wishes.undone),
            t.Concluded: (sales.concluded, orders.concluded, book.wishes.concluded),
            t.Unentitled: (orders.unentitled,), t.ReceiptGiven: (sales.receipt_given,),
            t.ActionTaken: (chronicle.acted,), t.Sent: (Hearer(messages.sent, _TERMINALS), Hearer(host_side.sent, _HOST)),
            t.Arrived: (messages.arrived, Hearer(host_side.arrived, _HOST)), t.Lost: (messages.lost,),
            t.ChannelAnswered: (host_side.answered,),
            t.Journaled: (
                messages.journaled, Hearer(host_side.journaled, SAID),
                Hearer(partial(batches.journaled, book), batches.SETTLES)),
            t.Restarted: (forced.restarted, messages.restarted),
            t.Posted: (postings.posted, orders.posted), t.BatchCounted: (partial(batches.counted, book), forced.counted),
            t.ItemCleared: (payouts.item_cleared,), t.MerchantSettled: (payouts.settled,),
            t.PayoutPosted: (payouts.posted,), t.PayoutReturned: (payouts.returned,), t.PayoutDiverted: (payouts.diverted,),
            t.Suspended: (payouts.suspended,), t.Released: (payouts.released,),
            t.Disputed: (disputes.disputed, payouts.disputed), t.RiskLooked: (risk_holds.looked,),
            t.FaultBegan: (book.faults.began, chronicle.began),
            t.FaultEnded: (book.faults.ended, chronicle.ended),
            t.FaultFired: (book.faults.fired, chronicle.fired),
            t.PowerSwitched: (chronicle.switched,), t.HandsAsked: (chronicle.asked,),
            t.LinePassed: (chronicle.passed,),
            t.PlanMade: (plan.made,), t.AlarmRaised: (plan.raised,), t.TeamTold: (plan.told,),
            t.TeamActed: (plan.acted,), t.PlanStepTaken: (plan.stepped,), t.AlarmOver: (plan.over,),
            t.Compensated: (plan.compensated,),
        }
        if keep_sales is None:
            for kind, hears in _seen_by(seen).items():
                trackers[kind] = (*trackers.get(kind, ()), *hears)
        heard = self._heard_by_rules()
        self.hears = by_kind({
            kind: [*heard.get(kind, ()), *map(_hearer, trackers.get(kind, ()))]
            for kind in get_args(t.AnyRecord)
        })
        self.feed: t.Listener = feed_to(self.hears)
        self._plain = PlainWay(book, sales, self._told_to_rules())
        all_know = all(case.rule.knows(stretch) for case in self._cases for stretch in RECORDS_OF)
        self._begins = self._plain.begins if all_know else {}

    def _told_to_rules(self) -> dict[type[Stretch], Hear]:
        """How rules hear of each stretch."""
        return by_kind({
            stretch: [
                Hearer(hear, None, case) for case in self._cases
                if callable(hear := case.rule.plain.get(stretch))]
            for stretch in RECORDS_OF})

    def feed_all(self, records: Sequence[t.Record]) -> None:
        """Feed it many, in their order: a stretch that stands among them is heard as one.

        The judgement is that of each by itself; a rule that knows no stretches has all of them heard so.
        """
        begins, hears = self._begins, self.hears
        before = tuple(self._plain.taken)
        at, end = 0, len(records)
        while at < end:
            record = records[at]
            take = begins.get(type(record))
            if take is not None and (heard := take(records, at)):
                at += heard
                continue
            hears[type(record)](record)
            at += 1
        self._count_stretches(before)

    def _count_stretches(self, before: Sequence[int]) -> None:
        """Count what came up in stretches for rules that have nothing else to do in them."""
        for stretch, taken, earlier in zip(STRETCHES, self._plain.taken, before, strict=True):
            for case in self._cases:
                times = case.rule.plain.get(stretch)
                if isinstance(times, int):
                    case.exercised += times * (taken - earlier)

    def _heard_by_rules(self) -> dict[type, list[Hearer]]:
        """Who of the rules hears which record; moments they hear of the book."""
        heard: dict[type, list[Hearer]] = {}
        for case in self._cases:
            for kind, function in case.rule.hears.items():
                if issubclass(kind, t.Record):
                    heard.setdefault(kind, []).append(
                        Hearer(function, case.rule.only.get(kind), case))
                else:
                    self._book.listen(kind, function, case)
        return heard

    def open_count(self) -> int:
        """How much is open now."""
        return self._book.open_count()

    @property
    def found(self) -> int:
        """How many findings there are by now; what is open may become one at the end."""
        return sum(len(case.findings) for case in self._cases)

    def open_until(self, at_ms: int) -> int | None:
        """Until when a run has to go on for all that is due to have been due; None: it may end.

        By the judge's own rules: what machines call done or pending is not asked for.
        """
        return open_until(self._book, at_ms)

    def struck(self) -> frozenset[str]:
        """The labels of all faults that had an effect so far."""
        return frozenset(self._chronicle.struck)

    # ---- what is rare ------------------------------------------------------------------------

    def _started(self, record: t.RunStarted) -> None:
        self._run = record
        self.began_ms = record.at_ms

    # ---- the end -----------------------------------------------------------------------------

    def finish(self, at_ms: int) -> Judgement:
        """The judgement of all that was fed; the judge is used up."""
        book = self._book
        book.now_ms = at_ms
        for terminal in book.terminals.values():
            line_witness.went_on(self._sales, terminal)
        self._sales.close_all(at_ms)
        for case in self._cases:
            if case.rule.at_end is not None:
                case.rule.at_end(case)
        invariants = tuple(case.verdict() for case in self._cases)
        findings = [finding for case in self._cases for finding in case.findings]
        run = self._run
        reasons = [
            day.VIOLATED.both(number=each.number, name=Told(each.name, each.name_zh), times=each.violations)
            for each in invariants if each.state is State.VIOLATED
        ]
        verdict = Verdict.FAIL if findings else Verdict.PASS
        reasons += [told for case in self._cases for told in case.undecided[:UNDECIDED_KEPT]]
        reasons += [
            day.EVIDENCE_MISSING.both(accepted=day.kinds_of_state(gap.accepted), missing=gap.missing) for gap in book.gaps]
        if not book.is_whole():
            reasons.append(day.CUT_OFF.both(phase=book.last_phase))
        if run is None:
            reasons.append(day.NOT_SAID.both())
        if reasons and verdict is Verdict.PASS:
            verdict = Verdict.INCONCLUSIVE
        return Judgement(
            verdict=verdict, reasons=tuple(each.en for each in reasons),
            reasons_zh=tuple(each.zh for each in reasons), title=run.title if run else "",
            seed=run.seed if run else 0, version=run.version if run else "",
            clock=run.clock if run else "", target=run.target if run else "",
            began_ms=at_ms if self.began_ms is None else self.began_ms, ended_ms=at_ms,
            invariants=invariants,
            findings=tuple(sorted(findings, key=lambda each: (each.at_ms, each.invariant))),
            money=self._whereabouts.money(), by_cause=self._whereabouts.by_cause(),
            faults=book.faults.tallies(at_ms), sales=self._whereabouts.rows(),
            sales_left_out=self._whereabouts.left_out, arrivals=self._whereabouts.arrivals(),
            events=self._chronicle.entries(), ends=_ends(book), undoings=self._orders.rows(),
            returns=self._orders.returns(), owed=_owed(book), disputes=self._disputes.rows(),
            risk_holds=self._risk_holds.rows(),
            payouts=self._payout_rows.rows(), payouts_left_out=self._payout_rows.left_out,
            payout_sums=self._payout_rows.sums(), merchants=self._whereabouts.merchants(),
            forced_batches=self._forced.rows(), sightings=self._sightings.rows(),
            plan=self._plan.told_at_end(), wronged=self._whereabouts.wronged.told(),
        )


def _seen_by(seen: Sightings) -> dict[type[t.Record], tuple[Hear | Hearer, ...]]:
    """Where rows are kept: what shows, too."""
    return {
        t.MerchantOpened: (seen.merchant,), t.TerminalOpened: (seen.terminal,), t.Concluded: (seen.concluded,),
        t.Warned: (seen.warned,), t.Journaled: (Hearer(seen.journaled, frozenset(OF_JOURNALS)),),
        t.Sent: (Hearer(seen.asked, _TERMINALS), Hearer(seen.answered, _HOST)),
        t.BatchCounted: (seen.counted,), t.PayoutPosted: (seen.posted,), t.PayoutReturned: (seen.returned,),
        t.Suspended: (seen.suspended,), t.Released: (seen.released,), t.NoticeSent: (seen.told,),
        t.AlarmRaised: (seen.alarm,), t.TeamTold: (seen.team_told,), t.TeamActed: (seen.team_acted,),
        t.PlanStepTaken: (seen.step_taken,), t.AlarmOver: (seen.alarm_over,), t.Compensated: (seen.compensated,),
    }


def _hearer(each: Hear | Hearer) -> Hearer:
    return each if isinstance(each, Hearer) else Hearer(each)


def _ends(book: Book) -> Ends:
    opened = [each.opened for each in book.terminals.values()]
    at_ports = tuple((each.tid, each.device) for each in opened if each.end == t.AT_A_PORT)
    return Ends(len(opened) - len(at_ports), at_ports, book.unseen())


def _owed(book: Book) -> tuple[Owed, ...]:
    """What merchants owe the acquirer, by name."""
    return tuple(
        Owed(merchant.actor.removeprefix("merchant."), mid, merchant.owed_fen, merchant.owed_for)
        for mid, merchant in book.merchants.items() if merchant.owed_fen > 0
    )


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
