"""The emergency plan as it went: alarms, who was told and acted, what was paid, and what to learn.

Judges nothing: whether the plan was kept is a rule's affair.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.alarms import ALARMS
from simulator.catalogue.language import Told
from simulator.judge.book import Book
from simulator.judge.verdict import CompensationRow, PlanAlarm, PlanTold
from simulator.judge.words import plan as say
from simulator.local_time import MINUTE_MS
from simulator.trace.records import (
    AlarmOver,
    AlarmRaised,
    AlarmTerm,
    Compensated,
    PlanMade,
    PlanStepTaken,
    TeamActed,
    TeamTold,
)

ROWS_KEPT = 100
LESSONS_OF_A_KIND = 10


class PlanRows:
    """Hears the records of a plan; keeps the first alarms, and counts all."""

    __slots__ = ("_book", "_left_out", "_paid", "_paid_fen", "_plan", "_rows", "_terms")

    def __init__(self, book: Book) -> None:
        self._book = book
        self._plan: PlanMade | None = None
        self._terms: dict[str, AlarmTerm] = {}
        self._rows: dict[int, PlanAlarm] = {}
        self._left_out = 0
        self._paid: list[CompensationRow] = []
        self._paid_fen = 0

    def made(self, record: PlanMade) -> None:
        """There is a plan."""
        self._plan = record
        self._terms = {alarm.name: alarm for alarm in record.alarms}

    def raised(self, record: AlarmRaised) -> None:
        """An alarm went off."""
        if len(self._rows) >= ROWS_KEPT:
            self._left_out += 1
            return
        watch = self._terms[record.alarm].watch if record.alarm in self._terms else ""
        told = ALARMS[watch].told if watch in ALARMS else Told(watch, watch)
        self._rows[record.number] = PlanAlarm(
            alarm=record.alarm, number=record.number, watch=watch, watch_text=told.en, watch_text_zh=told.zh,
            drill=record.drill, mid=record.mid, merchant=self._name(record.mid), about=record.about,
            seen=record.seen, at_ms=record.at_ms)

    def told(self, record: TeamTold) -> None:
        """Somebody of the team was told."""
        if (row := self._rows.get(record.number)) is not None:
            first_ms = record.at_ms if row.told_ms is None else row.told_ms
            self._change(row, told_ms=first_ms, told=(*row.told, (record.who, record.over)))

    def acted(self, record: TeamActed) -> None:
        """The team began to act."""
        row = self._rows.get(record.number)
        if row is None or row.acted_ms is not None:
            return
        reacted_ms, within_ms = record.at_ms - row.at_ms, self._plan.react_within_ms if self._plan else 0
        self._change(
            row, acted_ms=record.at_ms, acted=record.who, reacted_ms=reacted_ms,
            in_time=reacted_ms <= within_ms if within_ms else None)

    def stepped(self, record: PlanStepTaken) -> None:
        """It did something, or could not."""
        if (row := self._rows.get(record.number)) is not None:
            self._change(row, steps=(*row.steps, (record.action, record.taken)))

    def over(self, record: AlarmOver) -> None:
        """It is over."""
        if (row := self._rows.get(record.number)) is not None:
            self._change(row, over_ms=record.at_ms)

    def compensated(self, record: Compensated) -> None:
        """A merchant was paid."""
        self._paid_fen += record.fen
        if len(self._paid) < ROWS_KEPT:
            self._paid.append(CompensationRow(
                mid=record.mid, merchant=self._name(record.mid), payout=record.payout, days=record.days,
                fen=record.fen, at_ms=record.at_ms))

    def told_at_end(self) -> PlanTold | None:
        """All of it; None where there is no plan."""
        if self._plan is None:
            return None
        lessons = self._lessons(self._plan)
        return PlanTold(
            alarms=tuple(self._rows.values()), alarms_left_out=self._left_out,
            compensations=tuple(self._paid), compensated_fen=self._paid_fen,
            lessons=tuple(each.en for each in lessons), lessons_zh=tuple(each.zh for each in lessons))

    def _lessons(self, plan: PlanMade) -> list[Told]:
        rows, found = list(self._rows.values()), []
        silent = [
            alarm.name for alarm in plan.alarms
            if not any(row.alarm == alarm.name and not row.drill for row in rows)]
        if silent:
            found.append(say.NEVER_WENT_OFF.both(alarms=", ".join(silent)))
        idle = [
            row.alarm for row in rows
            if not row.drill and self._terms.get(row.alarm) is not None
            and not self._terms[row.alarm].steps and not self._terms[row.alarm].tells]
        found += [say.NOTHING_TO_DO.both(alarm=name) for name in dict.fromkeys(idle)]
        late = [row for row in rows if row.in_time is False]
        found += [say.REACTED_LATE.both(
            alarm=row.alarm, number=row.number, took=_minutes(row.reacted_ms or 0),
            within=_minutes(plan.react_within_ms)) for row in late[:LESSONS_OF_A_KIND]]
        waited = [row for row in rows if row.told_ms is not None and row.told_ms > row.at_ms]
        found += [say.NOBODY_THERE.both(
            alarm=row.alarm, number=row.number, waited=_minutes((row.told_ms or 0) - row.at_ms))
            for row in waited[:LESSONS_OF_A_KIND]]
        vain = [(row, step) for row in rows for step, taken in row.steps if not taken]
        found += [say.STEP_IN_VAIN.both(alarm=row.alarm, number=row.number, step=step)
                  for row, step in vain[:LESSONS_OF_A_KIND]]
        still = [row for row in rows if row.over_ms is None and not row.drill]
        found += [say.NOT_OVER.both(alarm=row.alarm, number=row.number)
                  for row in still[:LESSONS_OF_A_KIND]]
        return found

    def _name(self, mid: str) -> str:
        merchant = self._book.merchants.get(mid)
        return merchant.actor.removeprefix("merchant.") if merchant is not None else ""

    def _change(self, row: PlanAlarm, **fields: object) -> None:
        self._rows[row.number] = msgspec.structs.replace(row, **fields)


def _minutes(ms: int) -> str:
    return f"{ms / MINUTE_MS:g} min"
