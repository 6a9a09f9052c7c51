"""Invariant 36: the emergency plan is kept: the team is told and acts, and late payouts are compensated.

Who is to be told when, and what a payout that came late costs, the judge computes by itself, from the
terms of the plan, the due dates and the postings.  A payout that stood in suspense was late for a reason
of its merchant's or by the law, and one that an intermediary had was paid by the acquirer's books:
neither is compensated.  An alarm that is on does not go off again, whoever restarts in between.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.calendar import day_of
from simulator.judge.evidence import BOOKS
from simulator.judge.rule import Case, Rule
from simulator.judge.verdict import Urgency
from simulator.judge.whereabouts.due import due_of
from simulator.judge.words.sentences import Sentence, yuan
from simulator.judge.words.story import local
from simulator.local_time import DAY_MS, MINUTE_MS, time_of_day_ms
from simulator.trace.records import (
    AlarmOver,
    AlarmRaised,
    AlarmTerm,
    Compensated,
    PayoutDiverted,
    PayoutPosted,
    PlanMade,
    PlanStepTaken,
    Posted,
    ResponderTerm,
    Suspended,
    TeamActed,
    TeamTold,
)

WITHIN_MS = MINUTE_MS  # what has its moment is done in it
PAYOUTS_KEPT = 5_000


class Alarmed(msgspec.Struct, gc=False):
    """An alarm, and what is still to come of it."""

    record: AlarmRaised
    told_ms: int  # by the hours of the team: when somebody is to be told
    act_ms: int
    told: bool = False
    acted_ms: int | None = None
    steps: tuple[int, ...] = ()  # that were taken, or tried


class Owed(msgspec.Struct, gc=False):
    """What one payout is to be compensated with."""

    mid: str
    fen: int
    since_ms: int
    told: int = 0
    booked: int = 0


class Memory(msgspec.Struct, gc=False):
    """The plan and what it asks for."""

    plan: PlanMade | None = None
    terms: dict[str, AlarmTerm] = msgspec.field(default_factory=dict)
    alarms: dict[int, Alarmed] = msgspec.field(default_factory=dict)
    on: dict[tuple[str, str, str], AlarmRaised] = msgspec.field(default_factory=dict)  # by name, whom, what
    excused: dict[str, None] = msgspec.field(default_factory=dict)  # payouts
    owed: dict[str, Owed] = msgspec.field(default_factory=dict)  # by payout


_Case = Case[Memory]


def made(case: _Case, record: PlanMade) -> None:
    """There is a plan."""
    case.memory.plan = record
    case.memory.terms = {alarm.name: alarm for alarm in record.alarms}


# ---- alarms --------------------------------------------------------------------------------------


def raised(case: _Case, record: AlarmRaised) -> None:
    """An alarm goes off: somebody is to be told."""
    plan = case.memory.plan
    if plan is None:
        return
    case.exercised += 1
    _raised_again(case, record)
    told_ms = min((_on_duty(each, record.at_ms) for each in plan.team), default=record.at_ms)
    reacts = [each.reacts_ms for each in plan.team if _on_duty(each, record.at_ms) == told_ms]
    case.memory.alarms[record.number] = Alarmed(record, told_ms, told_ms + min(reacts, default=0))


def _raised_again(case: _Case, record: AlarmRaised) -> None:
    memory, name = case.memory, (record.alarm, record.mid, record.about)
    numbered = memory.alarms.get(record.number)
    before = numbered.record if numbered is not None else memory.on.get(name) if not record.drill else None
    if before is not None:
        case.find("alarm_again", at_ms=record.at_ms, alarm=record.alarm, raised=record.number, mid=record.mid,
                  before=before.number, said=local(before.at_ms), story=[before, record])
    if not record.drill:
        memory.on[name] = record


def over(case: _Case, record: AlarmOver) -> None:
    """What it was about is gone."""
    memory = case.memory
    memory.on = {name: raised for name, raised in memory.on.items() if raised.number != record.number}


def _on_duty(responder: ResponderTerm, at_ms: int) -> int:
    """From when on somebody can be told, at a moment or after it."""
    midnight = at_ms - time_of_day_ms(at_ms)
    for day in (-1, 0, 1):
        begins = midnight + day * DAY_MS + responder.from_ms
        length = (responder.until_ms - responder.from_ms) % DAY_MS or DAY_MS
        if at_ms < begins + length:
            return max(at_ms, begins)
    raise AssertionError("a day has an end")


def told(case: _Case, record: TeamTold) -> None:
    """Somebody is told."""
    alarmed = case.memory.alarms.get(record.number)
    if alarmed is not None and not alarmed.told:
        alarmed.told = True
        if record.at_ms > alarmed.told_ms + WITHIN_MS:
            _not_told(case, alarmed, local(record.at_ms), local(record.at_ms))


def acted(case: _Case, record: TeamActed) -> None:
    """Somebody acts."""
    alarmed = case.memory.alarms.get(record.number)
    if alarmed is not None and alarmed.acted_ms is None:
        alarmed.acted_ms = record.at_ms
        if record.at_ms > alarmed.act_ms + WITHIN_MS:
            _not_acted(case, alarmed, local(record.at_ms), local(record.at_ms))


def stepped(case: _Case, record: PlanStepTaken) -> None:
    """A step of the plan; in a drill nothing is done."""
    alarmed = case.memory.alarms.get(record.number)
    if alarmed is None:
        return
    alarmed.steps = (*alarmed.steps, record.step)
    if alarmed.record.drill:
        case.find("drill_in_earnest", at_ms=record.at_ms, alarm=record.alarm, raised=record.number,
                  action=record.action, mid=alarmed.record.mid, story=[alarmed.record, record])


def _not_told(case: _Case, alarmed: Alarmed, when: str, when_zh: str) -> None:
    record = alarmed.record
    case.find("team_not_told", at_ms=record.at_ms, alarm=record.alarm, raised=record.number, mid=record.mid,
              right=local(alarmed.told_ms), said=when, said_zh=when_zh, story=[record])


def _not_acted(case: _Case, alarmed: Alarmed, when: str, when_zh: str) -> None:
    record = alarmed.record
    case.find("team_not_acting", at_ms=record.at_ms, alarm=record.alarm, raised=record.number, mid=record.mid,
              right=local(alarmed.act_ms), said=when, said_zh=when_zh, story=[record])


# ---- compensation --------------------------------------------------------------------------------


def excused(case: _Case, record: Suspended | PayoutDiverted) -> None:
    """Not late by the acquirer's doing."""
    memory = case.memory
    if memory.plan is not None:
        memory.excused[record.payout] = None
        if len(memory.excused) > PAYOUTS_KEPT:
            del memory.excused[next(iter(memory.excused))]


def paid(case: _Case, record: PayoutPosted) -> None:
    """A payout came, in time or so many days late."""
    memory, plan = case.memory, case.memory.plan
    settlement = case.book.payouts.get(record.payout)
    if plan is None or not plan.compensates or settlement is None or record.payout in memory.owed:
        return
    late = day_of(record.at_ms) - day_of(due_of(case.book, settlement)) - plan.after_days
    fen = 0 if record.payout in memory.excused else max(0, late) * plan.per_day_fen
    if plan.most_fen:
        fen = min(fen, plan.most_fen)
    if fen:
        case.exercised += 1
    memory.owed[record.payout] = Owed(record.mid, fen, record.at_ms)
    _forget(memory)


def _forget(memory: Memory) -> None:
    """Of what is even, the oldest are let go."""
    if len(memory.owed) > PAYOUTS_KEPT:
        for name, owed in memory.owed.items():
            if owed.fen == owed.told == owed.booked:
                del memory.owed[name]
                return


def booked(case: _Case, record: Posted) -> None:
    """Money of the acquirer's goes to a merchant."""
    if case.memory.plan is not None:
        owed = case.memory.owed.setdefault(record.key, Owed("", 0, record.at_ms))
        owed.booked += sum(fen for account, fen in record.entries if account.startswith("account:"))


def compensated(case: _Case, record: Compensated) -> None:
    """A merchant is paid for having waited."""
    if case.memory.plan is None:
        return
    owed = case.memory.owed.setdefault(record.payout, Owed(record.mid, 0, record.at_ms))
    before, owed.told = owed.told, owed.told + record.fen
    if before:
        case.find("compensated_twice", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
                  sum=yuan(owed.told), right=yuan(owed.fen), amount_fen=record.fen, story=[record])
    elif owed.told != owed.fen:
        case.find("compensated_otherwise", at_ms=record.at_ms, mid=record.mid, payout=record.payout,
                  sum=yuan(owed.told), right=yuan(owed.fen), amount_fen=abs(owed.told - owed.fen), story=[record])


# ---- the end -------------------------------------------------------------------------------------


def at_end(case: _Case) -> None:
    """What never came, though its time did."""
    memory, now = case.memory, case.book.now_ms
    if memory.plan is None or not case.book.is_whole():
        return
    for alarmed in memory.alarms.values():
        if not alarmed.told:
            if alarmed.told_ms + WITHIN_MS < now:
                _not_told(case, alarmed, "never", "从未")
            continue
        if alarmed.acted_ms is None:
            if alarmed.act_ms + WITHIN_MS < now:
                _not_acted(case, alarmed, "never", "从未")
            continue
        _missing_steps(case, alarmed, alarmed.acted_ms)
    for payout, owed in memory.owed.items():
        if owed.told < owed.fen and not owed.told and owed.since_ms + WITHIN_MS < now:
            case.find("not_compensated", at_ms=owed.since_ms, mid=owed.mid, payout=payout,
                      right=yuan(owed.fen), amount_fen=owed.fen)
        if owed.told != owed.booked:
            case.find("compensation_booked_otherwise", at_ms=owed.since_ms, mid=owed.mid, payout=payout,
                      sum=yuan(owed.told), booked=yuan(owed.booked), amount_fen=abs(owed.told - owed.booked))


def _missing_steps(case: _Case, alarmed: Alarmed, acted_ms: int) -> None:
    terms, record = case.memory.terms.get(alarmed.record.alarm), alarmed.record
    if terms is None or record.drill:
        return
    for number, (action, wait_ms) in enumerate(zip(terms.steps, terms.waits_ms, strict=True), 1):
        if number not in alarmed.steps and acted_ms + wait_ms + WITHIN_MS < case.book.now_ms:
            case.find("step_not_taken", at_ms=acted_ms, alarm=record.alarm, raised=record.number,
                      action=action, mid=record.mid, story=[record])


RULE = Rule(
    number=36, en="the emergency plan is kept", zh="应急预案得到执行", needs=BOOKS, remembers=Memory,
    findings=(
        Sentence("alarm_again", Urgency.SAFETY,
                 "alarm {alarm} ({raised}) goes off, and the same one ({before}) is on since {said}: the team is told"
                 " twice of one thing",
                 "告警 {alarm}（{raised}）再次触发，而同一告警（{before}）自 {said} 起尚未解除：同一事项重复通知应急人员"),
        Sentence("team_not_told", Urgency.LIVENESS,
                 "alarm {alarm} ({raised}): somebody of the team is to be told {right}; told: {said}",
                 "告警 {alarm}（{raised}）：应于 {right} 通知应急人员；实际：{said_zh}"),
        Sentence("team_not_acting", Urgency.LIVENESS,
                 "alarm {alarm} ({raised}): the team is to act {right}; acted: {said}",
                 "告警 {alarm}（{raised}）：应于 {right} 开始处置；实际：{said_zh}"),
        Sentence("step_not_taken", Urgency.LIVENESS,
                 "alarm {alarm} ({raised}): the team was there, and nobody took the step {action}",
                 "告警 {alarm}（{raised}）：人员已到位，却未执行步骤 {action}"),
        Sentence("drill_in_earnest", Urgency.SAFETY,
                 "alarm {alarm} ({raised}) was a drill, and {action} was taken in earnest",
                 "告警 {alarm}（{raised}）为演练，却真的执行了 {action}"),
        Sentence("not_compensated", Urgency.LIVENESS,
                 "payout {payout} came late, and merchant {mid} never had the {right} that the plan promises",
                 "付款 {payout} 逾期，商户 {mid} 却未获预案承诺的赔付 {right}"),
        Sentence("compensated_otherwise", Urgency.SAFETY,
                 "merchant {mid} was compensated with {sum} for payout {payout}; by the plan it is {right}",
                 "商户 {mid} 因付款 {payout} 获赔 {sum}；按预案应为 {right}"),
        Sentence("compensated_twice", Urgency.SAFETY,
                 "merchant {mid} was compensated more than once for payout {payout}, with {sum} in all; by the plan"
                 " it is {right}, once",
                 "商户 {mid} 因付款 {payout} 多次获赔，共 {sum}；按预案应为 {right}，且只赔一次"),
        Sentence("compensation_booked_otherwise", Urgency.SAFETY,
                 "compensation for payout {payout} was told with {sum}, and {booked} were booked",
                 "付款 {payout} 的赔付报告为 {sum}，账上却记 {booked}"),
    ),
    only={Posted: frozenset({PostingReason.COMPENSATION})},
    hears={
        PlanMade: made, AlarmRaised: raised, AlarmOver: over, TeamTold: told, TeamActed: acted, PlanStepTaken: stepped,
        Suspended: excused, PayoutDiverted: excused, PayoutPosted: paid, Posted: booked,
        Compensated: compensated,
    },
    at_end=at_end,
)
