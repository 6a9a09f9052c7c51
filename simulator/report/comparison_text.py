"""A comparison as text: both runs in two columns, then what the difference did; eighty columns."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from simulator.catalogue.language import Language, Told
from simulator.judge.verdict import Tally
from simulator.judge.words.sentences import yuan
from simulator.local_time import datetime_at
from simulator.report.comparison import COUNTS, TALLIES, Change, Comparison, Side
from simulator.report.words import VERDICTS
from simulator.report.wrap import WIDTH, filled, wrapped

FIRST, COLUMN = 26, 26
_SHOWN_ALWAYS = frozenset({
    "taken", "arrived", "suspended", "paid_twice", "not_paid", "reversals", "notices", "undoings_refused"})
NAMED = 3  # of those who paid twice, or were not paid
_WHO = Told("who paid twice", "谁付了两次")
_WHOM = Told("who was not paid", "谁没收到款")
_MORE = Told("and {n} more", "等另 {n} 个")
_CHANGED = Told("What the first has otherwise than the second:", "前者与后者的不同：")
_LAST = Told("last money came", "最后到账")
_NEVER = Told("never", "从未")
_MET = Told("expectations met", "达到的预期")
_NET = Told("net in accounts", "净额到账")
_SAID = Told("last notice", "最后一条短信")
_SEED = Told("seed", "种子")
_MARKS: dict[bool | None, Told] = {
    True: Told("better:", "好："), False: Told("worse:", "坏："), None: Told("other:", "不同："),
}


def comparison_text(comparison: Comparison, language: Language) -> str:
    """What a person reads."""
    lines = [
        *wrapped(f"{comparison.title} · {_SEED.say(language)} {comparison.seed}", WIDTH), "",
        *_row("", *(_name(side, language) for side in (comparison.first, comparison.other))),
    ]
    for name, first, other in _rows(comparison, language):
        lines += _row(name, first, other)
    lines += ["", *wrapped(_effect(comparison).say(language))]
    if comparison.changes:
        lines.append(_CHANGED.say(language))
    for change in _by_worth(comparison.changes):
        mark = _MARKS[change.good].say(language)
        told = change.text if language == "en" else change.text_zh
        lines += wrapped(f"{mark} {told}", WIDTH, "  ", "    ")
    return "".join(f"{line}\n" for line in lines)


def _effect(comparison: Comparison) -> Told:
    """What it came to in a sentence."""
    return Told(comparison.effect_text, comparison.effect_text_zh)


def _by_worth(changes: tuple[Change, ...]) -> list[Change]:
    """What is worse first: nobody should have to look for it."""
    order = {False: 0, True: 1, None: 2}
    return sorted(changes, key=lambda change: order[change.good])


def _name(side: Side, language: Language) -> str:
    return side.name if language == "en" else side.name_zh


def _rows(comparison: Comparison, language: Language) -> Iterator[tuple[str, str, str]]:
    sides = comparison.first, comparison.other

    def row(name: Told, show: Callable[[Side], str]) -> tuple[str, str, str]:
        return name.say(language), show(sides[0]), show(sides[1])

    yield row(Told("verdict", "判定"), lambda side: VERDICTS[side.verdict].say(language))
    if sides[0].expected or sides[1].expected:
        yield row(_MET, lambda side: f"{side.met}/{side.expected}")
    for what, (name, of, _) in TALLIES.items():
        if what in _SHOWN_ALWAYS or any(of(side).sales or of(side).fen for side in sides):
            yield row(name, lambda side, of=of: _tally(of(side)))  # type: ignore[misc]
    for name, who in ((_WHO, _overpaid), (_WHOM, _unpaid)):
        if any(who(side) for side in sides):
            yield row(name, lambda side, who=who: _first(who(side), language))  # type: ignore[misc]
    yield row(_NET, lambda side: yuan(side.net_fen))
    yield row(_LAST, lambda side: _moment(side.last_paid_ms, language))
    for what, (name, count, _) in COUNTS.items():
        if what in _SHOWN_ALWAYS or any(count(side) for side in sides):
            yield row(name, lambda side, count=count: str(count(side)))  # type: ignore[misc]
    yield row(_SAID, lambda side: side.last_notice or "-")


def _overpaid(side: Side) -> list[str]:
    return [f"{' + '.join(row.sales)}: {yuan(row.fen)}" for row in side.overpaid]


def _unpaid(side: Side) -> list[str]:
    return [f"{row.merchant or row.mid}: {row.sales} · {yuan(row.fen)}" for row in side.unpaid]


def _first(named: list[str], language: Language) -> str:
    """The first ones, and how many more there are."""
    more = len(named) - NAMED
    shown = [*named[:NAMED], *([_MORE.say(language).format(n=more)] if more > 0 else [])]
    return "; ".join(shown) or "-"


def _tally(tally: Tally) -> str:
    return f"{tally.sales} · {yuan(tally.fen)}"


def _moment(at_ms: int | None, language: Language) -> str:
    return _NEVER.say(language) if at_ms is None else f"{datetime_at(at_ms):%Y-%m-%d %H:%M}"


def _row(name: str, first: str, other: str) -> list[str]:
    """One row, on as many lines as its longest cell needs."""
    cells = [wrapped(name, FIRST - 1), wrapped(first, COLUMN - 1), wrapped(other, COLUMN)]
    height = max(len(cell) for cell in cells)
    return [
        "".join(filled(cell[at] if at < len(cell) else "", width) for cell, width in zip(
            cells, (FIRST, COLUMN, COLUMN), strict=True)).rstrip()
        for at in range(height)
    ]
