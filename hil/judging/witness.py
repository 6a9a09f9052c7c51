"""What was written down at terminals, made records of the trace and tied to what their lines carried.

A line of a log names an order, the trace names a number: the first new request of the same kind that
left the terminal between *meant* and *told* is the order's.  What was said of a request comes after
it and before the next one, whatever the seconds of the log say; nothing else of it is changed.
"""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from hil.judging import sayings as say
from hil.judging.calendar import Calendar
from hil.judging.terminal_log import (
    AnyLine,
    Batch,
    Meant,
    PowerOn,
    Receipt,
    Reversed,
    TerminalLog,
    Told,
    Written,
)
from simulator.catalogue.run_reasons import RestartReason
from simulator.commands.inputs import InputError
from simulator.judge.transactions import HOST, RETURNING, STORED
from simulator.local_time import DAY_MS, datetime_at, moment_ms
from simulator.trace.merge import SKEW_MS
from simulator.trace.records import (
    AnyRecord,
    Arrived,
    BatchCounted,
    Concluded,
    Journaled,
    MerchantOpened,
    ReceiptGiven,
    Restarted,
    SaleMeant,
    SaleUndone,
    Sent,
    TerminalOpened,
)

AT_COUNTER = frozenset({"offline_sale", "adjust", "tip"})  # approved there: what is told needs no reply
SLACK_MS = 2_000  # so far the clocks of log and host may be apart; nearer ones are looked at first
_REQUESTS = frozenset({"0100", "0200", "0220"})
_RESULTS = {"approved": "approved", "declined": "declined", "unknown": "failed", "refused": "refused"}


class Testimony(msgspec.Struct, frozen=True, gc=False):
    """The host's records with orders in them, and the records of people."""

    host: tuple[AnyRecord, ...]
    people: list[AnyRecord]


class Clock:
    """Turns the time of a line into the calendar of the run."""

    def __init__(self, host: Sequence[AnyRecord], offset_ms: int) -> None:
        self._offset_ms = offset_ms
        self._calendar = Calendar(host)

    def of(self, line: AnyLine) -> int:
        """The moment of a line, Unix milliseconds of the run's calendar."""
        if line.at is None:
            return (line.at_ms or 0) - self._offset_ms
        return self._calendar.at(moment_ms(line.at) - self._offset_ms)


def testify(
    host: Sequence[AnyRecord], observed: Sequence[str], log: TerminalLog, offset_ms: int,
) -> Testimony:
    """Join logs to the trace of a host; ``observed`` are terminals that have traces of their own."""
    opened = {each.tid: each for each in host if isinstance(each, TerminalOpened)}
    merchants = {each.mid: each.actor for each in host if isinstance(each, MerchantOpened)}
    clock = Clock(host, offset_ms)
    orders: dict[int, str] = {}  # of records of the host, by their place
    people: list[AnyRecord] = []
    for tid, lines in log.of.items():
        if tid not in opened:
            raise InputError(say.NOT_OF_RUN.say(where=lines[0].where, tid=tid))
        if opened[tid].observable or tid in observed:
            raise InputError(say.NOT_OUTSIDE.say(where=lines[0].where, tid=tid))
        _check_times(lines, clock, host)
        witness = _Witness(host, opened[tid], merchants.get(opened[tid].mid, HOST), clock)
        people += witness.records(lines)
        orders |= witness.orders
    people.sort(key=lambda record: record.at_ms)
    return Testimony(tuple(_noted(place, record, orders, log) for place, record in enumerate(host)), people)


def _noted(
    place: int, record: AnyRecord, orders: dict[int, str], log: TerminalLog,
) -> AnyRecord:
    if isinstance(record, TerminalOpened) and record.tid in log.events:
        return msgspec.structs.replace(record, log=tuple(sorted(log.events[record.tid])))
    if place in orders and isinstance(record, Sent):
        return msgspec.structs.replace(record, sale=orders[place])
    return record


def _check_times(lines: Sequence[Written], clock: Clock, host: Sequence[AnyRecord]) -> None:
    began_ms, ended_ms = host[0].at_ms, host[-1].at_ms
    for each in lines:
        at_ms = clock.of(each.line)
        if not began_ms - DAY_MS <= at_ms <= ended_ms + DAY_MS:
            raise InputError(say.OUTSIDE_THE_RUN.say(
                where=each.where, at=f"{datetime_at(at_ms):%Y-%m-%d %H:%M:%S}",
                began=f"{datetime_at(began_ms):%Y-%m-%d %H:%M:%S}",
                ended=f"{datetime_at(ended_ms):%Y-%m-%d %H:%M:%S}"))


class _Request(msgspec.Struct, gc=False):
    """A new request of one terminal, as the host's trace has it."""

    places: list[int]  # of its Sent records: itself, repetitions, reversals
    record: Sent
    replied_ms: int = 0
    next_ms: int = 0  # when the next new request left
    claimed: bool = False


class _Witness:
    """One terminal: its lines in order, its requests in order."""

    def __init__(
        self, host: Sequence[AnyRecord], opened: TerminalOpened, merchant: str, clock: Clock,
    ) -> None:
        self._opened = opened
        self._merchant = merchant
        self._clock = clock
        self._requests = _requests_of(host, opened)
        self.orders: dict[int, str] = {}

    def records(self, lines: Sequence[Written]) -> list[AnyRecord]:
        """What the lines say, as records."""
        made: list[AnyRecord] = []
        meant: dict[str, tuple[Meant, int]] = {}
        claimed: dict[str, _Request] = {}
        told_ms: dict[str, int] = {}
        known: set[str] = set()
        restarts = [self._clock.of(each.line) for each in lines if isinstance(each.line, PowerOn)]
        for place, each in enumerate(lines):
            line, at_ms = each.line, self._clock.of(each.line)
            if isinstance(line, Meant):
                meant[line.order] = line, at_ms
                request = self._request_of(line, at_ms, lines[place + 1:])
                claimed.pop(line.order, None)
                if request is not None:
                    claimed[line.order] = request
                    at_ms = min(at_ms, request.record.at_ms)
                made += self._meant(line, at_ms, known)
            elif isinstance(line, Told):
                request = self._numbered(line) or claimed.get(line.order)
                if request is not None:
                    made += _stored_before_a_cut(line, at_ms, request, restarts)
                    claimed[line.order] = request
                    self._claim(request, line.order)
                    replied_ms = 0 if request.record.what in AT_COUNTER else request.replied_ms
                    at_ms = max(at_ms, replied_ms + 1, request.record.at_ms + 1)
                    if request.next_ms:  # at one time, what people saw comes first
                        at_ms = min(at_ms, request.next_ms)
                told_ms[line.order] = at_ms
                kind = meant[line.order][0].kind if line.order in meant else "sale"
                made.append(self._told(line, at_ms, kind, request))
            elif isinstance(line, Receipt):
                made += self._receipt(line, max(at_ms, told_ms.get(line.order, 0)))
            elif isinstance(line, Batch):
                made.append(self._counted(line, at_ms))
            elif isinstance(line, Reversed):
                made.append(Journaled(
                    at_ms, self._opened.actor, entry="reversed", tid=line.tid, batch=line.batch,
                    stan=int(line.stan)))
            elif isinstance(line, PowerOn):
                made.append(Restarted(at_ms, self._opened.actor, why=RestartReason.POWER_RETURNED))
        made.sort(key=lambda record: record.at_ms)
        return made

    # ---- records ------------------------------------------------------------------------------

    def _meant(self, line: Meant, at_ms: int, known: set[str]) -> list[AnyRecord]:
        if line.kind in RETURNING and line.order in known:
            return [SaleUndone(at_ms, self._merchant, sale=line.order, how=line.kind,
                               amount_fen=line.fen)]
        if line.kind == "balance":
            return []
        known.add(line.order)
        return [SaleMeant(at_ms, self._merchant, sale=line.order, amount_fen=line.fen, what=line.kind)]

    def _told(self, line: Told, at_ms: int, kind: str, request: _Request | None) -> Concluded:
        sent = request.record if request is not None else None
        return Concluded(
            at_ms, self._opened.actor, sale=line.order, what=sent.what if sent else kind,
            result=_RESULTS[line.outcome], batch=sent.batch if sent else line.batch,
            stan=sent.stan if sent else line.stan, response_code=line.code, amount_fen=line.fen,
        )

    def _receipt(self, line: Receipt, at_ms: int) -> list[AnyRecord]:
        if line.outcome != "approved":
            return []  # a slip that says so takes no goods out of the shop
        return [ReceiptGiven(
            at_ms, self._opened.actor, sale=line.order, amount_fen=line.fen, again=line.again)]

    def _counted(self, line: Batch, at_ms: int) -> BatchCounted:
        sums = line.debit_fen, line.debit_count, line.credit_fen, line.credit_count
        if line.totals:
            halves = line.totals[:31], line.totals[31:]
            debit_fen, debits, credit_fen, credits_ = (
                sum(int(half[begin:end]) for half in halves)
                for begin, end in ((0, 12), (12, 15), (15, 27), (27, 30))
            )
            sums = debit_fen, debits, credit_fen, credits_
        return BatchCounted(
            at_ms, self._opened.actor, tid=line.tid, batch=int(line.batch), debit_fen=sums[0],
            debit_count=sums[1], credit_fen=sums[2], credit_count=sums[3], result="0", closed=True)

    # ---- which request ------------------------------------------------------------------------

    def _request_of(self, line: Meant, at_ms: int, later: Sequence[Written]) -> _Request | None:
        """The request of what is meant; None where none left."""
        told = next(
            (each.line for each in later
             if isinstance(each.line, Told) and each.line.order == line.order), None)
        if told is not None and told.outcome == "refused":
            return None
        until_ms = self._clock.of(told) if told is not None else next(
            (self._clock.of(each.line) for each in later if isinstance(each.line, Meant)), None)
        if line.kind in STORED:  # it may go up much later
            until_ms = None
        of_others = {  # that are named by their number: later tries of this order, and what came behind it
            each.line.stan for each in later if isinstance(each.line, Told) and each.line is not told and each.line.stan}
        of_others -= {told.stan if told is not None else 0}
        for slack_ms in (SKEW_MS, SLACK_MS):
            fitting = [
                each for each in self._requests
                if not each.claimed and each.record.what == line.kind and each.record.stan not in of_others
                and each.record.at_ms >= at_ms - slack_ms
                and (until_ms is None or each.record.at_ms <= until_ms + slack_ms)
            ]
            exact = [each for each in fitting if each.record.amount_fen == line.fen]
            if line.kind in STORED:
                fitting = exact
            if fitting:
                request = (exact or fitting)[0]
                self._claim(request, line.order)
                return request
        return None

    def _numbered(self, line: Told) -> _Request | None:
        """The request of a number that was shown."""
        if not line.stan:
            return None
        return next((
            each for each in reversed(self._requests) if each.record.stan == line.stan
            and line.batch in (0, each.record.batch) and each.record.at_ms <= self._clock.of(line) + SLACK_MS
        ), None)

    def _claim(self, request: _Request, order: str) -> None:
        request.claimed = True
        for place in request.places:
            self.orders[place] = order


def _stored_before_a_cut(line: Told, at_ms: int, request: _Request, restarts: Sequence[int]) -> list[AnyRecord]:
    """What is told behind a power cut of a reply that came before it had been stored by then.

    A terminal that was asked how its last order ended says so when it is back.
    """
    record, replied_ms = request.record, request.replied_ms
    if line.outcome not in ("approved", "declined") or not replied_ms or not any(
            replied_ms < each <= at_ms for each in restarts):
        return []
    return [Journaled(replied_ms + 1, record.actor, entry="booked", tid=line.tid, batch=record.batch, stan=record.stan)]


def _requests_of(host: Sequence[AnyRecord], opened: TerminalOpened) -> list[_Request]:
    found: dict[tuple[int, int], _Request] = {}
    last: _Request | None = None
    for place, record in enumerate(host):
        if isinstance(record, Sent) and record.actor == opened.actor:
            key = record.batch, record.stan
            if record.mti in _REQUESTS:
                if key in found:
                    found[key].places.append(place)
                    continue
                request = found[key] = _Request([place], record)
                if last is not None:
                    last.next_ms = record.at_ms
                last = request
            elif record.mti == "0400" and key in found:
                found[key].places.append(place)
        elif isinstance(record, Arrived) and record.actor == opened.actor and (
            record.mti in ("0110", "0210", "0230")
        ):
            request_ = found.get((record.batch, record.stan))
            if request_ is not None and not request_.replied_ms:
                request_.replied_ms = record.at_ms
    return list(found.values())
