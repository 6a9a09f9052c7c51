"""Two runs of one day side by side: what is counted of each, and what the difference did, in words.

Counts what two judgements and two traces hold; runs nothing and judges no one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import date, timedelta

import msgspec

from simulator.catalogue.language import Message, Told
from simulator.judge.verdict import Judgement, OverpaidRow, State, Tally, UnpaidRow, Verdict
from simulator.judge.words.sentences import yuan
from simulator.local_time import HOUR_MS, date_at
from simulator.money.calendar import WorkingDays
from simulator.report.sooner import Moments, sooner_or_later, time_told
from simulator.trace.records import (
    ActionTaken,
    Concluded,
    NoticeSent,
    PayoutPosted,
    Record,
    SaleMeant,
    SaleUndone,
    Sent,
    Suspended,
    Warned,
)

FORMAT = "daozhang.comparison.1"
REVERSAL = "0400"


class Counted:
    """Hears a trace and keeps what a judgement does not count."""

    def __init__(self) -> None:
        self.meant = 0
        self.failed = 0
        self.reversals: set[tuple[str, int, int]] = set()
        self.notices: Counter[bool] = Counter()
        self.last_notice = ""
        self.last_paid_ms: int | None = None
        self.suspensions = 0
        self.warnings: Counter[str] = Counter()
        self.told: list[str] = []
        self.moments = Moments()
        self.meant_fen: dict[str, int] = {}
        self.given_back_fen = 0  # that somebody meant to give back

    def feed(self, record: Record) -> None:
        """Take up one record."""
        self.moments.feed(record)
        if isinstance(record, SaleMeant):
            self.meant += 1
            self.meant_fen[record.sale] = record.amount_fen
        elif isinstance(record, SaleUndone):
            self.given_back_fen += record.amount_fen or self.meant_fen.get(record.sale, 0)
        elif isinstance(record, Concluded):
            self.failed += record.result == "failed"
        elif isinstance(record, Sent):
            if record.mti == REVERSAL:
                self.reversals.add((record.tid, record.batch, record.stan))
        elif isinstance(record, NoticeSent):
            self.notices[record.delivered] += 1
            self.last_notice = record.text
        elif isinstance(record, PayoutPosted):
            self.last_paid_ms = record.at_ms
        elif isinstance(record, Suspended):
            self.suspensions += 1
        elif isinstance(record, Warned):
            self.warnings[record.code] += 1
        elif isinstance(record, ActionTaken) and record.detail:
            self.told.append(record.detail)


class Side(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """What came of one run.  Sums in fen, moments in Unix milliseconds."""

    name: str
    name_zh: str
    verdict: Verdict
    violated: tuple[int, ...]  # invariants
    expected: int
    met: int  # of those expectations
    meant: Tally  # sales that customers wanted; fen 0
    taken: Tally
    arrived: Tally
    net_fen: int
    last_paid_ms: int | None
    on_the_way: Tally
    suspended: Tally
    suspensions: int  # how often money went into suspense, however it ended
    lost: Tally
    undone: Tally
    declined: Tally
    paid_twice: Tally  # customers, and what they paid too much
    for_nothing: Tally  # debited, and no counter gave goods for it
    not_paid: Tally  # of merchants: goods given, and the money lost or in suspense
    overpaid: tuple[OverpaidRow, ...]  # the first ones by name
    unpaid: tuple[UnpaidRow, ...]
    owed_fen: int
    reversals: int  # transactions of which a reversal went
    failed: int  # operations without an outcome
    undoings_refused: int
    notices: int  # delivered to merchants
    notices_lost: int
    last_notice: str
    warnings: int
    meant_fen: int = 0
    given_back_fen: int = 0  # that somebody meant to give back


class Change(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One difference: what the first run has more (or less) than the second, and whether that is good."""

    what: str
    by: int  # sales, fen, working days or times
    good: bool | None  # None: neither
    text: str
    text_zh: str


class Comparison(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """The run as it is, the other one, and what the difference changed."""

    format: str = FORMAT
    title: str
    seed: int
    first: Side
    other: Side
    changes: tuple[Change, ...]
    effect: str  # helped, harmed, mixed, other, none
    effect_text: str
    effect_text_zh: str


def side_of(name: Told, judgement: Judgement, counted: Counted) -> Side:
    """What came of one run."""
    money, wronged = judgement.money, judgement.wronged
    return Side(
        name=name.en, name_zh=name.zh, verdict=judgement.verdict,
        violated=tuple(
            each.number for each in judgement.invariants if each.state is State.VIOLATED),
        expected=len(judgement.expectations),
        met=sum(each.met for each in judgement.expectations),
        meant=Tally(counted.meant, 0), taken=money.taken, arrived=money.arrived,
        net_fen=money.net_fen, last_paid_ms=counted.last_paid_ms, on_the_way=money.on_the_way,
        suspended=money.suspended, suspensions=counted.suspensions, lost=money.lost,
        undone=money.undone, declined=money.declined, paid_twice=wronged.paid_twice,
        for_nothing=wronged.for_nothing, not_paid=wronged.not_paid, overpaid=wronged.overpaid,
        unpaid=wronged.unpaid, owed_fen=money.owed_fen,
        reversals=len(counted.reversals), failed=counted.failed,
        undoings_refused=judgement.returns.refused, notices=counted.notices[True],
        notices_lost=counted.notices[False], last_notice=counted.last_notice,
        warnings=sum(counted.warnings.values()),
        meant_fen=sum(counted.meant_fen.values()), given_back_fen=counted.given_back_fen,
    )


# ---- what is told of a difference --------------------------------------------------------------

_M = Message
VERDICT_IS = _M("verdict_is", "the verdict is {one}, not {other}", "判定为{one}，而非{other}")
MORE_SALES = _M(
    "more_sales", "{what}: {by} sale(s) more, {fen} more", "{what}：多 {by} 笔，多 {fen}")
LESS_SALES = _M(
    "less_sales", "{what}: {by} sale(s) fewer, {fen} less", "{what}：少 {by} 笔，少 {fen}")
OTHER_SUM = _M("other_sum", "{what}: {by:+} sale(s), {fen}", "{what}：{by:+} 笔，{fen}")
MORE = _M("more", "{what}: {by} more", "{what}：多 {by}")
LESS = _M("less", "{what}: {by} fewer", "{what}：少 {by}")
LATER = _M(
    "later", "the last money comes {days} working day(s) later", "最后一笔款晚 {days} 个工作日到账")
EARLIER = _M(
    "earlier", "the last money comes {days} working day(s) earlier",
    "最后一笔款早 {days} 个工作日到账")
A_WHILE_LATER = _M(
    "a_while_later", "the last money comes {time} later", "最后一笔款晚 {time} 到账")
A_WHILE_EARLIER = _M(
    "a_while_earlier", "the last money comes {time} earlier", "最后一笔款早 {time} 到账")
ONLY_HERE = _M("only_here", "money arrives at all", "有款到账")
ONLY_THERE = _M("only_there", "no money arrives at all", "没有款到账")
EFFECTS: dict[str, Message] = {each.code: each for each in (
    _M("helped", "{what}: that helped.", "{what}：有益。"),
    _M("harmed", "{what}: that did harm.", "{what}：有害。"),
    _M("mixed", "{what}: that helped in some ways and did harm in others.", "{what}：有益也有害。"),
    _M("other", "{what}: the day was another, for better or worse in nothing that is counted.",
       "{what}：情况有所不同，但所计各项未见好坏。"),
    _M("none", "{what}: that changed nothing that is counted.", "{what}：所计各项没有变化。"),
)}
TALLIES: dict[str, tuple[Told, Callable[[Side], Tally], bool | None]] = {
    "taken": (Told("taken", "收款"), lambda side: side.taken, True),
    "arrived": (Told("arrived", "已到账"), lambda side: side.arrived, True),
    "on_the_way": (Told("on its way", "在途"), lambda side: side.on_the_way, None),
    "suspended": (Told("in suspense", "挂账"), lambda side: side.suspended, False),
    "lost": (Told("lost", "未到账"), lambda side: side.lost, False),
    "undone": (Told("undone", "已撤销"), lambda side: side.undone, None),
    "declined": (Told("declined", "未成交"), lambda side: side.declined, None),
    "paid_twice": (
        Told("customers who paid twice", "重复付款的顾客"), lambda side: side.paid_twice, False),
    "for_nothing": (
        Told("paid and got nothing", "扣款未成交"), lambda side: side.for_nothing, False),
    "not_paid": (
        Told("merchants not paid", "商户未收到款"), lambda side: side.not_paid, False),
}
COUNTS: dict[str, tuple[Told, Callable[[Side], int], bool | None]] = {
    "violated": (Told("rules violated", "违反的规则"), lambda side: len(side.violated), False),
    "unmet": (Told("expectations not met", "未达到的预期"), lambda side: side.expected - side.met, None),
    "meant": (Told("sales that customers wanted", "顾客要做的交易"), lambda side: side.meant.sales, None),
    "suspensions": (Told("times in suspense", "挂账次数"), lambda side: side.suspensions, False),
    "reversals": (Told("reversals", "冲正"), lambda side: side.reversals, None),
    "failed": (Told("operations without an outcome", "没有结果的操作"), lambda side: side.failed, False),
    "undoings_refused": (
        Told("voids and refunds refused", "被拒的撤销和退货"), lambda side: side.undoings_refused, None),
    "owed_fen": (Told("fen that merchants owe", "商户欠款（分）"), lambda side: side.owed_fen, False),
    "notices": (Told("notices", "短信"), lambda side: side.notices, None),
    "warnings": (Told("warnings shown", "显示的告警"), lambda side: side.warnings, None),
}
"""What is compared: its words, where it stands, and whether more of it is good."""


def compared(
    title: str, seed: int, first: Side, other: Side, what: Told, days: WorkingDays,
    moments: tuple[Moments, Moments],
) -> Comparison:
    """Both runs and what the first has otherwise, because of ``what`` only it had."""
    sooner = [_change(each.what, each.by, each.good, each.told) for each in sooner_or_later(*moments)]
    changes = (*_verdict(first, other), *_tallies(first, other), *_arrival(first, other, days),
               *sooner, *_counts(first, other))
    effect = _effect(changes)
    told = EFFECTS[effect].both(what=what)
    return Comparison(
        title=title, seed=seed, first=first, other=other, changes=changes, effect=effect,
        effect_text=told.en, effect_text_zh=told.zh)


def _effect(changes: tuple[Change, ...]) -> str:
    found = {change.good for change in changes}
    if True in found:
        return "mixed" if False in found else "helped"
    if False in found:
        return "harmed"
    return "other" if changes else "none"


def _verdict(first: Side, other: Side) -> list[Change]:
    if first.verdict is other.verdict:
        return []
    told = VERDICT_IS.both(one=first.verdict.value, other=other.verdict.value)
    return [_change("verdict", 1, None, told)]


def _tallies(first: Side, other: Side) -> list[Change]:
    found = []
    for what, (words, of, more_is_good) in TALLIES.items():
        sales, fen = of(first).sales - of(other).sales, of(first).fen - of(other).fen
        if not sales and not fen:
            continue
        if sales * fen < 0 or not sales:  # fewer and larger, or as many and larger
            told = OTHER_SUM.both(what=words, by=sales, fen=signed(fen))
        else:
            row = MORE_SALES if sales > 0 else LESS_SALES
            told = row.both(what=words, by=abs(sales), fen=yuan(abs(fen)))
        as_meant = what in _MEANT and _is_meant(first, other, fen)
        good = None if more_is_good is None or not fen or as_meant else (fen > 0) == more_is_good
        found.append(_change(what, fen, good, told))
    return found


_MEANT = frozenset({"taken", "arrived"})


def _is_meant(first: Side, other: Side, fen: int) -> bool:
    """Whether so much less is what people meant: they gave it back, and sold what they wanted instead."""
    back_fen = first.given_back_fen - other.given_back_fen
    return back_fen != 0 and fen in (-back_fen, first.meant_fen - other.meant_fen - back_fen)


def _counts(first: Side, other: Side) -> list[Change]:
    found = []
    for what, (words, of, more_is_good) in COUNTS.items():
        by = of(first) - of(other)
        if not by:
            continue
        told = (MORE if by > 0 else LESS).both(what=words, by=abs(by))
        found.append(_change(
            what, by, None if more_is_good is None else (by > 0) == more_is_good, told))
    return found


def _arrival(first: Side, other: Side, calendar: WorkingDays) -> list[Change]:
    """When the last money came; a day on which more comes is no delay of what came before."""
    one, two = first.last_paid_ms, other.last_paid_ms
    if one == two:
        return []
    if one is None or two is None:
        told = (ONLY_THERE if one is None else ONLY_HERE).both()
        return [_change("last_paid", 0, one is not None, told)]
    days = working_days_between(date_at(two), date_at(one), calendar)
    more = first.arrived.sales > other.arrived.sales
    good = None if more and one > two else one < two
    if days:
        told = (LATER if days > 0 else EARLIER).both(days=abs(days))
    else:
        good = good if abs(one - two) >= HOUR_MS else None
        told = (A_WHILE_LATER if one > two else A_WHILE_EARLIER).both(time=time_told(abs(one - two)))
    return [_change("last_paid", days, good, told)]


def working_days_between(one: date, two: date, calendar: WorkingDays) -> int:
    """How many working days ``two`` is after ``one``; below zero: before it."""
    if two < one:
        return -working_days_between(two, one, calendar)
    days = 0
    while one < two:
        one += timedelta(days=1)
        days += calendar.is_working_day(one)
    return days


def signed(fen: int) -> str:
    """A difference as a person writes it.

    >>> signed(1205), signed(-5)
    ('+¥12.05', '-¥0.05')
    """
    return f"{'-' if fen < 0 else '+'}{yuan(abs(fen))}"


def _change(what: str, by: int, good: bool | None, told: Told) -> Change:
    return Change(what=what, by=by, good=good, text=told.en, text_zh=told.zh)
