"""The emergency plan as an actor: looks, raises alarms, tells the team, takes its steps, compensates.

It knows what the watch sees and no fault.  What its steps do is the business of the remedies.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import simpy

from simulator.catalogue.alarms import PLAN_NOTICE
from simulator.catalogue.remedies import ACTIONS
from simulator.local_time import DAY_MS, day_number, time_of_day_ms
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


class Emergency:
    """One plan, in one world."""

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

    def prepare(self, take: Take, *, begin: bool) -> None:
        """Write the plan down and listen; ``begin``: nobody has to switch the monitoring on."""
        around, plan = self._around, self._plan
        self._take = take
        around.recorder.listen(self._hear)
        for drill in plan.drills:
            alarm = next(each for each in plan.alarms if each.name == drill.alarm)
            self._later(drill.at_ms, self._drilled, alarm)
        if begin:
            self.begin()

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
        self._since_ms = {
            name: self._since_ms.get(name, now) for name in map(pending_name, pending)}
        return Sight(
            self._watch, pending, self._since_ms, tuple(self._names), self._mid_of,
            self._began_ms or 0, self._around.sells_until_ms, now)

    def _drilled(self, alarm: Alarm) -> None:
        self._raise(alarm, On(self._mids.get(alarm.by, "")), "", drill=True)

    def _raise(self, alarm: Alarm, on: On, seen: str, *, drill: bool) -> Raised:
        self._number += 1
        raised = Raised(alarm, on, self._number, drill)
        self._emit(AlarmRaised(
            self._now, ACTOR, alarm=alarm.name, number=raised.number, mid=on.mid, about=on.about,
            seen=seen, drill=drill))
        self.tell_team(raised)
        if alarm.tells and not drill:
            for mid in (on.mid,) if on.mid else tuple(self._names):
                self._around.paymaster.notices.tell(ACTOR, mid, f"{PLAN_NOTICE}{alarm.tells}")
        return raised

    # ---- the team ----------------------------------------------------------------------------

    def tell_team(self, raised: Raised) -> None:
        """Tell everybody who is on duty, or whoever is next; the first of them to react acts."""
        now = self._now
        told_ms = min(on_duty_ms(each, now) for each in self._plan.team)
        told = [each for each in self._plan.team if on_duty_ms(each, now) == told_ms]
        first = min(told, key=lambda each: each.reacts_ms)
        self._later(told_ms, self._told, raised, told)
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
        if not raised.drill:
            for number, step in enumerate(raised.alarm.then, 1):
                self._later(self._now + step.wait_ms, self.take_step, raised, number, step)

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
        self._watch.hear(record)
        if self._plan.compensation is None:
            return
        if isinstance(record, MerchantSettled):
            self._due[record.payout] = record.due_ms
        elif isinstance(record, Suspended | PayoutDiverted):
            self._due.pop(record.payout, None)  # for a reason of the merchant's, or paid by our books
        elif isinstance(record, PayoutPosted):
            due_ms = self._due.pop(record.payout, None)
            if due_ms is not None:
                call_in(self._around.env, 0, self._posted, (record.mid, record.payout, due_ms, record.at_ms))

    def _posted(self, call: Call) -> None:
        mid, payout, due_ms, at_ms = call.arg
        self.compensate(mid, payout, day_number(at_ms) - day_number(due_ms))

    def compensate(self, mid: str, payout: str, days: int) -> None:
        """Pay what the plan promises for a payout that is so many days late."""
        terms = self._plan.compensation
        assert terms is not None
        fen = max(0, days - terms.after_days) * terms.per_day_fen
        if terms.most_fen is not None:
            fen = min(fen, terms.most_fen)
        if not fen:
            return
        self._around.paymaster.compensate(mid, payout, fen)
        self._emit(Compensated(self._now, ACTOR, mid=mid, payout=payout, fen=fen, days=days))


def on_duty_ms(responder: Responder, at_ms: int) -> int:
    """When somebody is next on duty: now, or when its hours begin."""
    now, from_ms, until_ms = time_of_day_ms(at_ms), responder.from_ms, responder.until_ms
    is_there = (  # or past midnight
        from_ms <= now < until_ms if from_ms < until_ms else now >= from_ms or now < until_ms)
    if is_there:
        return at_ms
    return at_ms - now + from_ms + (0 if now < from_ms else DAY_MS)
