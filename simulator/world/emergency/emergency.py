"""The emergency plan as an actor: looks, raises alarms, tells the team, takes its steps, compensates.

It knows what the watch sees and no fault.  What its steps do is the business of the remedies.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import msgspec
import simpy

from simulator.catalogue.alarms import PLAN_NOTICE
from simulator.catalogue.remedies import ACTIONS
from simulator.local_time import DAY_MS, time_of_day_ms
from simulator.machines.acquirer.pending import Pending
from simulator.scenario.parts.emergency import Alarm, EmergencyPlan, PlanStep, Responder
from simulator.scenario.places import Places
from simulator.scenario.story import PlannedAction
from simulator.trace.recorder import Recorder
from simulator.trace.records import (
    AlarmOver,
    AlarmRaised,
    AlarmTerm,
    Compensated,
    MerchantSettled,
    PayoutDiverted,
    PayoutPosted,
    PlanMade,
    PlanStepTaken,
    Record,
    ResponderTerm,
    Suspended,
    TeamActed,
    TeamTold,
)
from simulator.world.banks.paymaster import Paymaster
from simulator.world.emergency.alarms import On, Sight, is_on, pending_name
from simulator.world.emergency.recalled import Course, Late, Recalled
from simulator.world.emergency.watch import Watch
from simulator.world.time.kernel import Call, call_at, call_in, now_ms

ACTOR = "plan"
Take = Callable[[PlannedAction], bool]


class Around(msgspec.Struct, frozen=True):
    """What a plan stands on."""

    env: simpy.Environment
    recorder: Recorder
    places: Places
    paymaster: Paymaster
    pending: Callable[[], list[Pending]]  # at the host
    ahead: set[int]  # what is not done yet keeps the world from its rest
    sells_until_ms: int


class Raised(msgspec.Struct, frozen=True):
    """An alarm that went off."""

    alarm: Alarm
    on: On
    number: int
    drill: bool
    at_ms: int


class Emergency:
    """One plan, in one world."""

    HEARS = frozenset({*Watch.HEARS, *Recalled.HEARS})  # all that it needs of the records before a restart

    def __init__(self, around: Around, plan: EmergencyPlan) -> None:
        self._around = around
        self._plan = plan
        self._mid_of = {
            terminal.tid: placed.mid for placed in around.places.merchants for terminal in placed.terminals}
        self._mids = {placed.merchant.name: placed.mid for placed in around.places.merchants}
        self._names = {mid: name for name, mid in self._mids.items()}
        self._watch = Watch(self._mid_of)
        self._since_ms: dict[str, int] = {}
        self._open: dict[tuple[str, On], Raised] = {}
        self._number = 0
        self._tokens = 0
        self._began_ms: int | None = None
        self._due: dict[str, int] = {}  # payouts that would be compensated if they came late
        self._take: Take = lambda _action: False
        self._recalled: Recalled | None = None
        self.keeps: Callable[[dict[str, int]], None] = lambda _since_ms: None  # what no record says

    def prepare(self, take: Take, *, begin: bool) -> None:
        """Write the plan down and listen; ``begin``: nobody has to switch the monitoring on."""
        plan, before = self._plan, self._recalled
        self._take = take
        if before is None:
            self._around.recorder.listen(self._hear)
        done = dict(before.drilled) if before is not None else {}
        for drill in sorted(plan.drills, key=lambda each: each.at_ms):
            if done.get(drill.alarm):
                done[drill.alarm] -= 1
                continue
            alarm = next(each for each in plan.alarms if each.name == drill.alarm)
            self._later(drill.at_ms, self._drilled, alarm)
        if before is not None:
            self._go_on(before, begin=begin)
        elif begin:
            self.begin()

    # ---- over a restart ----------------------------------------------------------------------

    def take_up(self, records: Iterable[Record], since_ms: dict[str, int]) -> None:
        """Have what a former process had, from its records; ``since_ms``: what it gave ``keeps`` last.

        Nobody is told anything here: what was under way goes on when the plan is prepared, each at the
        moment that it would have had, so what fell due in between is made up for.
        """
        before = self._recalled = Recalled()
        self._since_ms = since_ms
        for record in records:
            late = self._late(record)
            if late is not None and self._owes_fen(late.days):
                before.came_late(late)
            before.hear(record)
        self._around.recorder.listen(self._hear)

    def _go_on(self, before: Recalled, *, begin: bool) -> None:
        alarms = {alarm.name: alarm for alarm in self._plan.alarms}
        self._number = before.number
        self._open = {
            name: _raised(alarms[name[0]], before.courses[number])
            for name, number in before.open.items() if name[0] in alarms}
        for course in before.courses.values():
            if course.record.alarm in alarms:
                self._go_on_with(_raised(alarms[course.record.alarm], course), course)
        for late in before.late.values():
            call_in(self._around.env, 0, self._posted, late)
        began_ms = before.made_ms if begin else before.asked_ms
        if began_ms is not None:
            self._began_ms, every_ms = began_ms, self._plan.looks_every_ms
            call_in(self._around.env, -(self._now - began_ms) % every_ms, self._looks)
        elif begin:
            self.begin()

    def _go_on_with(self, raised: Raised, course: Course) -> None:
        if not course.told:
            self.tell_team(raised)
        elif course.acted_ms is None:
            told_ms, told = self._told_when(raised)
            self._acts(raised, told_ms, told)
        else:
            self._steps(raised, course.acted_ms, course.steps)

    def tell_terms(self) -> None:
        """Write the plan down, as the judge is to hold it to."""
        plan, terms = self._plan, self._plan.compensation
        self._emit(PlanMade(
            self._now, ACTOR,
            team=tuple(ResponderTerm(
                each.who, each.over, each.reacts_ms, each.from_ms, each.until_ms) for each in plan.team),
            alarms=tuple(AlarmTerm(
                name=each.name, watch=each.watch, steps=tuple(step.do for step in each.then), tells=each.tells,
                waits_ms=tuple(step.wait_ms for step in each.then)) for each in plan.alarms),
            react_within_ms=plan.react_within_ms or 0, compensates=terms is not None,
            after_days=terms.after_days if terms else 0, per_day_fen=terms.per_day_fen if terms else 0,
            most_fen=(terms.most_fen or 0) if terms else 0,
            drills=tuple(drill.alarm for drill in plan.drills)))

    def begin(self) -> None:
        """From now on somebody looks."""
        if self._began_ms is None:
            self._began_ms = self._now
            call_in(self._around.env, self._plan.looks_every_ms, self._looks)

    @property
    def _now(self) -> int:
        return now_ms(self._around.env)

    def _emit(self, record: Record) -> None:
        self._around.recorder.emit(record)

    def _later(self, at_ms: int, what: Callable[..., None], *given: object) -> None:
        """Have something done that the world waits for."""
        self._tokens -= 1
        self._around.ahead.add(self._tokens)
        call_at(self._around.env, at_ms, self._is_due, (self._tokens, what, given))

    def _is_due(self, call: Call) -> None:
        token, what, given = call.arg
        self._around.ahead.discard(token)
        what(*given)

    # ---- alarms ------------------------------------------------------------------------------

    def _looks(self, _call: Call) -> None:
        call_in(self._around.env, self._plan.looks_every_ms, self._looks)
        sight = self._sight()
        for alarm in self._plan.alarms:
            found = is_on(alarm, self._mids.get(alarm.by, ""), sight)
            for name, raised in list(self._open.items()):
                if name[0] == alarm.name and raised.on not in found:
                    del self._open[name]
                    self._emit(AlarmOver(self._now, ACTOR, alarm=alarm.name, number=raised.number))
            for on, seen in found.items():
                if (alarm.name, on) not in self._open:
                    self._open[alarm.name, on] = self._raise(alarm, on, seen, drill=False)

    def _sight(self) -> Sight:
        now = self._now
        pending = self._around.pending()
        before, self._since_ms = self._since_ms, {
            name: self._since_ms.get(name, now) for name in map(pending_name, pending)}
        if before != self._since_ms:
            self.keeps(self._since_ms)
        return Sight(
            self._watch, pending, self._since_ms, tuple(self._names), self._mid_of,
            self._began_ms or 0, self._around.sells_until_ms, now)

    def _drilled(self, alarm: Alarm) -> None:
        self._raise(alarm, On(self._mids.get(alarm.by, "")), "", drill=True)

    def _raise(self, alarm: Alarm, on: On, seen: str, *, drill: bool) -> Raised:
        self._number += 1
        raised = Raised(alarm, on, self._number, drill, self._now)
        self._emit(AlarmRaised(
            raised.at_ms, ACTOR, alarm=alarm.name, number=raised.number, mid=on.mid, about=on.about,
            seen=seen, drill=drill))
        self.tell_team(raised)
        if alarm.tells and not drill:
            for mid in (on.mid,) if on.mid else tuple(self._names):
                self._around.paymaster.notices.tell(ACTOR, mid, f"{PLAN_NOTICE}{alarm.tells}")
        return raised

    # ---- the team ----------------------------------------------------------------------------

    def tell_team(self, raised: Raised) -> None:
        """Tell everybody who is on duty, or whoever is next; the first of them to react acts."""
        told_ms, told = self._told_when(raised)
        self._later(told_ms, self._told, raised, told)
        self._acts(raised, told_ms, told)

    def _told_when(self, raised: Raised) -> tuple[int, list[Responder]]:
        team = self._plan.team
        told_ms = min(on_duty_ms(each, raised.at_ms) for each in team)
        return told_ms, [each for each in team if on_duty_ms(each, raised.at_ms) == told_ms]

    def _acts(self, raised: Raised, told_ms: int, told: list[Responder]) -> None:
        first = min(told, key=lambda each: each.reacts_ms)
        self._later(told_ms + first.reacts_ms, self.act, raised, first)

    def _told(self, raised: Raised, told: list[Responder]) -> None:
        for each in told:
            self._emit(TeamTold(
                self._now, ACTOR, alarm=raised.alarm.name, number=raised.number, who=each.who,
                over=each.over))

    def act(self, raised: Raised, who: Responder) -> None:
        """The team is there, and begins with what the plan says."""
        self._emit(TeamActed(
            self._now, ACTOR, alarm=raised.alarm.name, number=raised.number, who=who.who))
        self._steps(raised, self._now)

    def _steps(self, raised: Raised, from_ms: int, done: tuple[int, ...] = ()) -> None:
        if not raised.drill:
            for number, step in enumerate(raised.alarm.then, 1):
                if number not in done:
                    self._later(from_ms + step.wait_ms, self.take_step, raised, number, step)

    def take_step(self, raised: Raised, number: int, step: PlanStep) -> None:
        """A remedy; for the merchant that the alarm is about where the step names none."""
        by = step.by or (self._names.get(raised.on.mid, "") if "by" in ACTIONS[step.do].keys else "")
        taken = self._take(PlannedAction(
            at_ms=self._now, do=step.do, by=by, terminal=step.terminal or 0, target=step.target,
            for_ms=step.for_ms or 0, software=step.software, sale=step.sale, amount_fen=step.amount_fen,
            pay=step.pay, clerk=step.clerk, password=step.password))
        self._emit(PlanStepTaken(
            self._now, ACTOR, alarm=raised.alarm.name, number=raised.number, step=number,
            action=step.do, taken=taken))

    # ---- compensation ------------------------------------------------------------------------

    def _hear(self, record: Record) -> None:
        late = self._late(record)
        if late is not None:
            call_in(self._around.env, 0, self._posted, late)

    def _late(self, record: Record) -> Late | None:
        """Watch; a payout that came, where being late may cost something."""
        self._watch.hear(record)
        if self._plan.compensation is None:
            return None
        if isinstance(record, MerchantSettled):
            self._due[record.payout] = record.due_ms
        elif isinstance(record, Suspended | PayoutDiverted):
            self._due.pop(record.payout, None)  # for a reason of the merchant's, or paid by our books
        elif isinstance(record, PayoutPosted):
            due_ms = self._due.pop(record.payout, None)
            if due_ms is not None:
                return Late(record.mid, record.payout, due_ms, record.at_ms)
        return None

    def _posted(self, call: Call) -> None:
        late: Late = call.arg
        self.compensate(late.mid, late.payout, late.days)

    def compensate(self, mid: str, payout: str, days: int) -> None:
        """Pay what the plan promises for a payout that is so many days late."""
        fen = self._owes_fen(days)
        if not fen:
            return
        self._around.paymaster.compensate(mid, payout, fen)
        self._emit(Compensated(self._now, ACTOR, mid=mid, payout=payout, fen=fen, days=days))

    def _owes_fen(self, days: int) -> int:
        terms = self._plan.compensation
        assert terms is not None
        fen = max(0, days - terms.after_days) * terms.per_day_fen
        return fen if terms.most_fen is None else min(fen, terms.most_fen)


def _raised(alarm: Alarm, course: Course) -> Raised:
    record = course.record
    return Raised(alarm, course.on, record.number, record.drill, record.at_ms)


def on_duty_ms(responder: Responder, at_ms: int) -> int:
    """When somebody is next on duty: now, or when its hours begin."""
    now, from_ms, until_ms = time_of_day_ms(at_ms), responder.from_ms, responder.until_ms
    is_there = (  # or past midnight
        from_ms <= now < until_ms if from_ms < until_ms else now >= from_ms or now < until_ms)
    if is_there:
        return at_ms
    return at_ms - now + from_ms + (0 if now < from_ms else DAY_MS)
