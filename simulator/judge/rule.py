"""What a rule is: one value that says all the judge must know of an invariant, and its case.

A rule hears records and moments, remembers what it needs, and writes findings; the judge knows none
by name.  Rules hear a record before the trackers take it in, and a moment when a tracker tells it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Generic, TypeVar

import msgspec

from simulator.catalogue.language import Told
from simulator.judge.book import Book
from simulator.judge.diagnosis.causes import cause_of
from simulator.judge.open_items import Sale
from simulator.judge.tracking.moments import Moment
from simulator.judge.tracking.stretches import RECORDS_OF, Stretch
from simulator.judge.verdict import Finding, InvariantVerdict, State
from simulator.judge.words import day
from simulator.judge.words.sentences import Sentence
from simulator.judge.words.story import steps_of
from simulator.trace.records import LogEvent, Record

FINDINGS_KEPT = 50  # of one rule; all are counted
HELD_BACK_KEPT = 10
M = TypeVar("M")  # what a rule remembers


class RuleError(Exception):
    """Rules that cannot stand side by side: a mistake of whoever wrote one, raised at once."""


class Evidence(msgspec.Struct, frozen=True, gc=False):
    """What a trace must hold for a rule to be seen broken; without it the rule is not observable."""

    en: str
    zh: str
    is_there: Callable[[Case[Any]], bool]


class Rule(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One invariant.  Every function takes the rule's :class:`Case` first."""

    number: int
    en: str
    zh: str
    findings: tuple[Sentence, ...]
    hears: Mapping[type[Record | Moment], Callable[..., None]]
    only: Mapping[type[Record], frozenset[str]] = msgspec.field(default_factory=dict)
    """Of a frequent type the values that it hears, see :data:`~simulator.judge.hearing.FACETS`."""
    plain: Mapping[type[Stretch], Callable[..., None] | int] = msgspec.field(default_factory=dict)
    """How it hears a stretch in place of its records; a number: nothing is left to do, its case came up so often."""
    needs: Evidence | None = None  # None: whatever the trace holds shows it
    sees: frozenset[LogEvent] = frozenset()  # of a terminal at a port; the line shows all else
    remembers: Callable[[], Any] = lambda: None  # a fresh memory, in ``case.memory``
    at_end: Callable[..., None] | None = None  # after the last record and the last sale

    def knows(self, stretch: type[Stretch]) -> bool:
        """Whether it hears a stretch as well as its records, or none of these."""
        only: Mapping[Any, frozenset[str]] = self.only
        return stretch in self.plain or not any(
            kind in self.hears and (kind not in only or value in only[kind])
            for kind, value in RECORDS_OF[stretch])


class Case(Generic[M]):
    """One rule while a trace is read: what it may look at, what it remembers, what it counted."""

    __slots__ = (
        "_sentences", "book", "exercised", "findings", "held_back", "memory", "rule", "undecided", "violations",
    )

    def __init__(self, rule: Rule, book: Book) -> None:
        self._sentences = {row.code: row for row in rule.findings}
        self.rule = rule
        self.book = book
        self.memory: M = rule.remembers()
        self.exercised = 0  # how often its case came up
        self.violations = 0
        self.held_back = 0  # findings that may have their cause in evidence that is missing
        self.findings: list[Finding] = []
        self.undecided: list[Told] = []  # what the end of the run leaves open: neither right nor wrong

    def find(
        self, code: str, *, at_ms: int | None = None, sale: Sale | None = None, tid: str = "",
        key: str = "", mid: str = "", amount_fen: int = 0, since_ms: int | None = None,
        story: list[Record] | None = None, cause: str | None = None, **facts: object,
    ) -> None:
        """Write down one of the rule's findings, with story, cause and remedy."""
        if self.book.gaps:
            self._hold_back(code, {"sale": sale.sale if sale else "", "tid": tid, "key": key, "mid": mid, **facts})
            return
        self.violations += 1
        if len(self.findings) >= FINDINGS_KEPT:
            return
        row = self._sentences[code]
        book = self.book
        at_ms = book.now_ms if at_ms is None else at_ms
        keys: tuple[str, ...] = (key,) if key else ()
        if sale is not None:
            keys += sale.keys
            tid = tid or sale.tid
            amount_fen = amount_fen or sale.amount_fen
            since_ms = sale.meant_ms if since_ms is None else since_ms
            story = sale.story if story is None else story
        if cause is None:
            since_ms = at_ms if since_ms is None else since_ms
            cause = book.faults.cause(keys, book.actors_of(tid, mid), since_ms, at_ms)
        told = cause_of(cause)
        facts = {"sale": sale.sale if sale else "", "tid": tid, "key": key, "mid": mid, **facts}
        self.findings.append(Finding(
            invariant=self.rule.number, code=code, urgency=row.urgency,
            what=row.en.format_map(facts), what_zh=row.zh.format_map(facts), at_ms=at_ms,
            sale=sale.sale if sale else "", tid=tid, key=keys[0] if keys else "",
            amount_fen=amount_fen, steps=steps_of(story or (), sale),
            cause=cause, cause_text=told.en, cause_text_zh=told.zh, remedy=told.remedy,
            remedy_zh=told.remedy_zh,
        ))

    def _hold_back(self, code: str, facts: Mapping[str, object]) -> None:
        """Say what was seen without holding it against anybody."""
        self.held_back += 1
        if self.held_back > HELD_BACK_KEPT:
            return
        row = self._sentences[code]
        self.undecided.append(day.HELD_BACK.both(
            number=self.rule.number, what=Told(row.en.format_map(facts), row.zh.format_map(facts))))

    def verdict(self) -> InvariantVerdict:
        """What is known of the rule now."""
        rule = self.rule
        if self.violations:
            state = State.VIOLATED
        elif self.held_back or (rule.needs is not None and not rule.needs.is_there(self)):
            state = State.NOT_OBSERVABLE
        else:
            state = State.HELD if self.exercised else State.NOT_EXERCISED
        unseen = self.book.unseen(rule.sees)
        if unseen and len(unseen) == self.book.taking_part() and not self.violations:
            state = State.NOT_OBSERVABLE
        exercised = max(self.exercised, self.violations)  # what went wrong came up
        if state is State.NOT_OBSERVABLE:
            exercised = 0
        return InvariantVerdict(
            rule.number, rule.en, rule.zh, state, exercised, self.violations, unseen,
        )


def table(rules: Iterable[Rule]) -> tuple[Rule, ...]:
    """Rules by number; :class:`RuleError` where two share a number, a name or a code of a finding."""
    ordered = tuple(sorted(rules, key=lambda rule: rule.number))
    _refuse_shared("number", [rule.number for rule in ordered])
    _refuse_shared("English name", [rule.en for rule in ordered])
    _refuse_shared("Chinese name", [rule.zh for rule in ordered])
    _refuse_shared("finding", [row.code for rule in ordered for row in rule.findings])
    for rule in ordered:
        if rule.number < 1:
            raise RuleError(f"rule {rule.number} ({rule.en}): numbers of rules begin with 1")
        for kind in rule.hears:
            if not issubclass(kind, Record | Moment):
                raise RuleError(
                    f"rule {rule.number} ({rule.en}) hears {kind.__name__}, which is neither a"
                    " record of the trace nor a moment")
    return ordered


def _refuse_shared(what: str, values: Sequence[object]) -> None:
    for value in values:
        if values.count(value) > 1:
            raise RuleError(f"two rules have the {what} {value!r}")
