"""The emergency plan of a run in lines: alarms, who was told, who acted, compensation, lessons."""

from __future__ import annotations

from collections.abc import Iterator

from simulator.catalogue.alarms import CHANNELS
from simulator.judge.verdict import PlanAlarm, PlanTold
from simulator.judge.words.sentences import yuan
from simulator.local_time import MINUTE_MS, datetime_at
from simulator.report.words import Language, word

ALARMS_LISTED = 20


def plan_lines(plan: PlanTold, language: Language) -> Iterator[str]:
    """Line by line."""
    if not plan.alarms:
        yield word("plan_quiet", language)
    for alarm in plan.alarms[:ALARMS_LISTED]:
        yield _alarm(alarm, language)
    more = plan.alarms_left_out + len(plan.alarms[ALARMS_LISTED:])
    if more:
        yield word("plan_left_out", language).format(n=f"{more:,}")
    for each in plan.compensations[:ALARMS_LISTED]:
        yield word("plan_paid", language).format(
            when=_at(each.at_ms), merchant=each.merchant or each.mid, fen=yuan(each.fen), payout=each.payout,
            days=each.days)
    if plan.compensations:
        yield word("plan_paid_sum", language).format(fen=yuan(plan.compensated_fen))
    for lesson in plan.lessons_zh if language == "zh" else plan.lessons:
        yield word("plan_lesson", language).format(lesson=lesson)


def _alarm(row: PlanAlarm, language: Language) -> str:
    watch = row.watch_text_zh if language == "zh" else row.watch_text
    parts = [word("plan_alarm", language).format(
        number=row.number, at=_at(row.at_ms), alarm=row.alarm, watch=watch)]
    if row.drill:
        parts.append(word("plan_drill", language))
    about = " ".join(filter(None, (row.merchant, row.about)))
    if about:
        parts.append(about)
    if row.seen:
        parts.append(word("plan_seen", language).format(seen=row.seen))
    parts += _told(row, language)
    if not row.drill:
        parts.append(word("plan_not_over", language) if row.over_ms is None else word(
            "plan_over", language).format(when=_at(row.over_ms)))
    return word("part", language).join(parts)


def _told(row: PlanAlarm, language: Language) -> Iterator[str]:
    if row.told_ms is None:
        yield word("plan_not_told", language)
    else:
        yield word("plan_told", language).format(when=_at(row.told_ms), who=word("listed", language).join(
            f"{who} ({CHANNELS[over].say(language)})" if over in CHANNELS else who for who, over in row.told))
    if row.acted_ms is None:
        yield word("plan_not_acted", language)
        return
    how = "" if row.in_time is None else word(
        "plan_in_time" if row.in_time else "plan_too_late", language)
    yield word("plan_acted", language).format(
        when=_at(row.acted_ms), who=row.acted, took=f"{(row.reacted_ms or 0) / MINUTE_MS:g} min") + how
    for name, taken in (("plan_did", True), ("plan_could_not", False)):
        steps = [step for step, was_taken in row.steps if was_taken is taken]
        if steps:
            yield word(name, language).format(steps=word("listed", language).join(steps))


def _at(at_ms: int) -> str:
    return datetime_at(at_ms).strftime("%m-%d %H:%M")
