"""Invariant 27: messages bear the date and the time at which they were made, in Beijing's calendar.

F12 and F13 of a request are the moment at which it was made, of what is stored the moment at the
counter; of a reply the moment at which it left the host; and what is repeated bears the same again.
The date that a reversal names in F61 is one that a message of its original had, at every try.
Computed here on its own.  A terminal at a port has a clock of its own: of it only repetitions are
compared.
"""

from __future__ import annotations

from datetime import date
from typing import Any

import msgspec

from simulator.judge.open_items import Sale
from simulator.judge.rule import Case, Evidence, Rule
from simulator.judge.tracking.moments import ReversalSent
from simulator.judge.tracking.stretches import SaleAsked, SaleDecided
from simulator.judge.transactions import HOST, NO_KIND, STORED
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.judge.words.story import local
from simulator.trace.records import IN_THE_WORLD, Arrived, Sent, key_of

DAY_S, HOUR_S = 86_400, 3_600
EAST_S = 8 * HOUR_S  # Beijing, all year
EPOCH = date(1970, 1, 1).toordinal()
SLACK_S = 2  # between what was made and what was written down
COUNTER_S = 600  # so long before it was approved at the counter a stored request was begun
KEPT = 10_000
NO_DATE = "0000"  # in F61 of a reversal, where no reply told one
REPEATED = "0220"
UPLOAD = "0320"
_TWO = tuple(f"{number:02}" for number in range(60))


class Seen(msgspec.Struct, gc=False):
    """What is remembered: the day that now is, and what is repeated until it is answered."""

    minute: int = -1
    hhmm: str = ""
    day: int = -1
    mmdd: str = ""
    has_dates: bool = False
    without: bool = False  # messages came that should have dates, and the trace shows none
    repeated: dict[str, tuple[str, str]] = msgspec.field(default_factory=dict)  # F13, F12 by key


_Case = Case[Seen]


def sent(case: _Case, record: Sent) -> None:
    """A message leaves its sender."""
    memory = case.memory
    said = record.local_time
    if not said:
        memory.without = memory.without or record.actor == HOST
        return
    memory.has_dates = True
    now_s = record.at_ms // 1000 + EAST_S
    minute = now_s // 60
    if minute != memory.minute:
        memory.minute = minute
        day, minutes = divmod(minute, DAY_S // 60)
        memory.hhmm = _TWO[minutes // 60] + _TWO[minutes % 60]
        if day != memory.day:
            memory.day, memory.mmdd = day, mmdd_of(day)
    is_host = record.actor == HOST
    if not is_host and record.mti == REPEATED and _is_repeated(case, record):
        return
    case.exercised += 1
    if said[:4] == memory.hhmm and said[4:] == _TWO[now_s % 60] and record.local_date == memory.mmdd:
        return
    if is_host:
        if record.what != NO_KIND and not _is_near(record, now_s, SLACK_S):
            _find(case, "reply_of_other_time", record)
        return
    if not _is_simulated(case, record.tid):
        return
    if not _is_near(record, now_s, _age_s(case, record, now_s)):
        _find(case, "request_of_other_time", record)


def _is_repeated(case: _Case, record: Sent) -> bool:
    """Whether a stored request goes up once more; it bears what it bore the first time."""
    key = key_of(record.tid, record.batch, record.stan)
    first = case.memory.repeated.get(key)
    bears = record.local_date, record.local_time
    if first is None:
        case.memory.repeated[key] = bears
        if len(case.memory.repeated) > KEPT:
            del case.memory.repeated[next(iter(case.memory.repeated))]
        return False
    if first != bears and _is_simulated(case, record.tid):
        _find(case, "repeated_with_other_time", record, first=" ".join(first))
        return True
    return first == bears


def _is_simulated(case: _Case, tid: str) -> bool:
    terminal = case.book.terminals.get(tid)
    return terminal is not None and terminal.opened.end == IN_THE_WORLD


def _age_s(case: _Case, record: Sent, now_s: int) -> int:
    """How old a request may be: what is stored is as old as its approval at the counter."""
    if record.mti == UPLOAD:
        return now_s  # a record goes up with the time of its transaction
    if record.mti != REPEATED:
        return SLACK_S
    sale = case.book.sales.get(record.sale) if record.sale else None
    if sale is None or record.what not in STORED:
        transaction = case.book.transactions.get(key_of(record.tid, record.batch, record.stan))
        sale = transaction.sale if transaction is not None else sale
    if sale is None:
        return now_s  # nobody knows when it was begun
    return max(now_s - EAST_S - sale.meant_ms // 1000, 0) + COUNTER_S


def reversal(case: _Case, moment: ReversalSent) -> None:
    """A 0400 leaves its terminal, perhaps once more."""
    transaction, record = moment.transaction, moment.record
    named = record.original_date
    if not transaction.reversals or named in ("", NO_DATE):
        return  # of the first try, see invariant 11
    case.exercised += 1
    dates = _dates(transaction.sale, record)
    if dates and named not in dates:
        _find(case, "reversal_repeats_other_date", record, right=", ".join(sorted(dates)),
              sale=transaction.sale)


def _dates(sale: Sale, reversal: Sent) -> set[str]:
    """F13 of the original, and of what came as its reply."""
    return {
        record.local_date for record in sale.story or ()
        if isinstance(record, Sent | Arrived) and record.stan == reversal.stan
        and record.batch == reversal.batch and record.mti[1] != "4" and record.local_date
    }


def mmdd_of(day: int) -> str:
    """F13 of a day, counted from 1970-01-01.

    >>> mmdd_of(0), mmdd_of(20_512)
    ('0101', '0228')
    """
    when = date.fromordinal(EPOCH + day)
    return f"{when.month:02}{when.day:02}"


def seconds_of(hhmmss: str) -> int:
    """Seconds since midnight of F12; below none where it is no time.

    >>> seconds_of("080001"), seconds_of("25")
    (28801, -1)
    """
    if len(hhmmss) != 6 or not hhmmss.isdecimal():
        return -1
    return int(hhmmss[:2]) * 3600 + int(hhmmss[2:4]) * 60 + int(hhmmss[4:])


def _is_near(record: Sent, now_s: int, most_s: int) -> bool:
    """Whether F13 and F12 are a moment of the last so many seconds."""
    seconds = seconds_of(record.local_time)
    today = now_s // DAY_S
    for day in range(today, today - most_s // DAY_S - 2, -1):
        if mmdd_of(day) == record.local_date:
            return seconds >= 0 and 0 <= now_s - (day * DAY_S + seconds) <= most_s
    return False


def _find(case: _Case, code: str, record: Sent, sale: Sale | None = None, **facts: Any) -> None:
    key = key_of(record.tid, record.batch, record.stan)
    if sale is None:
        transaction = case.book.transactions.get(key)
        sale = transaction.sale if transaction is not None else None
    case.find(
        code, at_ms=record.at_ms, tid=record.tid, key=key, sale=sale,
        story=[*(sale.story or () if sale is not None else ()), record],
        message=f"{record.mti} {record.what}", date=record.local_date, time=record.local_time,
        said=record.original_date, now=local(record.at_ms), **facts,
    )


def _shows_dates(case: _Case) -> bool:
    return case.memory.has_dates or not case.memory.without


def asked(case: _Case, stretch: SaleAsked) -> None:
    """A sale leaves its terminal."""
    sent(case, stretch.sent)


def decided(case: _Case, stretch: SaleDecided) -> None:
    """And is answered."""
    sent(case, stretch.reply)


RULE = Rule(
    number=27, en="dates and times on the line", zh="报文日期时间正确", remembers=Seen,
    needs=Evidence("F12 and F13 of messages", "报文中的 F12 与 F13", _shows_dates),
    findings=(
        Sentence("request_of_other_time", Urgency.SAFETY,
                 "terminal {tid} sent {message} {key} at {now} with F13 {date} and F12 {time}",
                 "终端 {tid} 于 {now} 发出 {message} {key}，F13 为 {date}，F12 为 {time}"),
        Sentence("reply_of_other_time", Urgency.SAFETY,
                 "the host answered terminal {tid} at {now} with {message} {key} of F13 {date} and F12 {time}",
                 "主机于 {now} 以 {message} {key} 应答终端 {tid}，F13 为 {date}，F12 为 {time}"),
        Sentence("repeated_with_other_time", Urgency.SAFETY,
                 "terminal {tid} repeats {message} {key} with F13 {date} and F12 {time}, before {first}",
                 "终端 {tid} 重发 {message} {key} 时 F13 为 {date}，F12 为 {time}，原为 {first}"),
        Sentence("reversal_repeats_other_date", Urgency.SAFETY,
                 "terminal {tid} repeats the reversal of {key} and names the date {said} in F61; messages of it"
                 " have {right}",
                 "终端 {tid} 重发 {key} 的冲正时 F61 中的日期为 {said}；该交易报文的日期为 {right}"),
    ),
    plain={SaleAsked: asked, SaleDecided: decided},
    hears={Sent: sent, ReversalSent: reversal},
)
