"""Sale by sale: one line each under its merchant, and below it whatever is not plain.

Reads rows of a judgement and adds nothing up.  A plain sale needs one line; one that did not simply
arrive says why, by which key it is found, and what its cardholder sees on the card.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import groupby

from rich.text import Text

from simulator.judge.verdict import SaleRow, Where
from simulator.judge.words.sentences import yuan
from simulator.local_time import datetime_at
from simulator.report.words import PLACES, Language, word
from simulator.report.wrap import filled, width_of, wrapped

HOLDS = "preauth"
LAST_DIGITS = 4  # of a card: what a slip and a bank's message show
_TIME, _WHEN, _PLACE, _CARD = 14, 11, 10, 5
_INDENT, _BELOW = "  ", "      "


def sale_lines(
    rows: Iterable[SaleRow], language: Language, styles: dict[Where, str], width: int,
) -> Iterator[Text]:
    """The lines of all rows, merchant by merchant."""
    listed = sorted(rows, key=lambda row: (row.merchant, row.mid))  # stable: as they were meant
    tid = max([8, *(width_of(row.tid) for row in listed)])
    fen = max([11, *(len(yuan(row.amount_fen)) for row in listed)])
    sale = width - len(_INDENT) - sum((_TIME, tid, _CARD, fen, _PLACE, _WHEN)) - 6
    names = ("sale_id", "time", "terminal", "card", "sum", "where", "when")
    head = [word(name, language) for name in names]
    yield from _line(head, (sale, tid, fen), Text(head[5]), "dim")
    for (merchant, mid), group in groupby(listed, key=lambda row: (row.merchant, row.mid)):
        if merchant or mid:
            told = word("of_merchant", language).format(merchant=merchant, mid=mid) if mid else merchant
            for line in wrapped(told, width, _INDENT):
                yield Text(line, style="bold")
        for row in group:
            when_ms = row.due_ms if row.when_ms is None else row.when_ms
            cells = [
                row.sale, f"{datetime_at(row.meant_ms):%m-%d %H:%M:%S}", row.tid,
                f"*{row.card[-LAST_DIGITS:]}" if row.card else "", yuan(row.amount_fen), "",
                "" if when_ms is None else _minute(when_ms),
            ]
            place = Text(PLACES[row.where].say(language), style=styles[row.where])
            yield from _line(cells, (sale, tid, fen), place)
            for said in _below(row, language):
                for line in wrapped(said, width, _BELOW):
                    yield Text(line, style="dim")


def _line(
    cells: list[str], widths: tuple[int, int, int], place: Text, style: str = "",
) -> Iterator[Text]:
    """One row; a sale's long name goes on below."""
    sale, tid, fen = widths
    name, *rest = wrapped(cells[0], sale)
    before = " ".join((
        _INDENT + filled(name, sale), filled(cells[1], _TIME), filled(cells[2], tid),
        filled(cells[3], _CARD), " " * (fen - width_of(cells[4])) + cells[4]))
    blanks = " " * max(0, _PLACE - width_of(place.plain))
    line = Text.assemble(before, " ", place, blanks, " ", cells[6])
    line.style = style
    yield line
    for more in rest:
        yield Text(_INDENT + more)


def _below(row: SaleRow, language: Language) -> Iterator[str]:
    """What is to be said of a sale that is not plain, each with the codes by which it is found."""
    dot = word("part", language)
    why = row.why if language == "en" else row.why_zh
    if row.where is not Where.ARRIVED or why:
        cause = f" ({row.cause})" if row.cause else ""
        told = (f"{why}{cause}".strip(), row.key, _due(row, language))
        if any(told):
            yield dot.join(each for each in told if each)
    holder = list(_of_cardholder(row, language))
    if holder and (row.given_back_ms is not None or row.where in (Where.HELD, Where.LOST)):
        yield f"{word('cardholder', language)}{dot.join(holder)}"


def _due(row: SaleRow, language: Language) -> str:
    if row.due_ms is None:
        return ""
    told = word("due_on", language).format(when=_minute(row.due_ms))
    if row.due_working_days is None:
        return told
    days = "working_day" if row.due_working_days == 1 else "working_days"
    return told + word(days, language).format(n=row.due_working_days)


def _of_cardholder(row: SaleRow, language: Language) -> Iterator[str]:
    if row.debited_ms is not None:
        name = "held_at" if row.what == HOLDS else "debited_at"
        yield word(name, language).format(when=_second(row.debited_ms))
    if row.given_back_ms is not None:
        yield word("given_back_at", language).format(
            fen=yuan(row.given_back_fen), when=_second(row.given_back_ms))
    elif row.where is Where.LOST and row.debited_ms is not None:
        yield word("nothing_back", language)


def _minute(at_ms: int) -> str:
    return f"{datetime_at(at_ms):%m-%d %H:%M}"


def _second(at_ms: int) -> str:
    return f"{datetime_at(at_ms):%m-%d %H:%M:%S}"
