"""Traces of a day with an emergency plan that is not kept, and of one that is; by hand.

The day of the traces is paid twelve hours after it is cleared, in the evening of 29 January (see
``synthetic_day``): due on 30 January, so a payout of 1 February is two calendar days late.
"""

from __future__ import annotations

from collections.abc import Callable

from synthetic_day import ACCOUNT, MID, PAYOUT, Day

from simulator.local_time import DAY_MS, HOUR_MS, MINUTE_MS
from simulator.trace.records import (
    AlarmOver,
    AlarmRaised,
    AlarmTerm,
    Compensated,
    PlanMade,
    PlanStepTaken,
    Posted,
    Released,
    ResponderTerm,
    Suspended,
    TeamActed,
    TeamTold,
)

Part = Callable[[Day], None]
REACTS_MS = 10 * MINUTE_MS


def _plan(day: Day, **hours: int) -> None:
    """5.00 for each day after the first; somebody is on duty at all hours unless ``hours`` say otherwise."""
    day.add(PlanMade, "plan", team=(ResponderTerm("ann", "phone", REACTS_MS, **hours),),
            alarms=(AlarmTerm(name="quiet", watch="no_sale", steps=("restart_router",), waits_ms=(0,)),),
            compensates=True, after_days=1, per_day_fen=500)


def _raise(day: Day, **facts: object) -> None:
    day.add(AlarmRaised, "plan", alarm="quiet", number=1, mid=MID, **facts)


def _tell(day: Day) -> None:
    day.add(TeamTold, "plan", alarm="quiet", number=1, who="ann", over="phone")


def _act(day: Day) -> None:
    day.add(TeamActed, "plan", alarm="quiet", number=1, who="ann")


def _step(day: Day) -> None:
    day.add(PlanStepTaken, "plan", alarm="quiet", number=1, step=1, action="restart_router", taken=True)


def _late(day: Day) -> None:
    """Sold and cleared on 29 January, due on the 30th, paid on 1 February: two days, of which one costs 5.00."""
    day.sale()
    day.close_batch()
    day.clear()
    day.wait(3 * DAY_MS - 2 * HOUR_MS)
    day.pay()


def _book(day: Day, fen: int) -> None:
    day.add(Posted, "clearing", why="compensation", key=PAYOUT,
            entries=(("compensation:acquirer", -fen), (ACCOUNT, fen)))


def _compensate(day: Day, fen: int, days: int = 2) -> None:
    _book(day, fen)
    day.add(Compensated, "plan", mid=MID, payout=PAYOUT, fen=fen, days=days)


# ---- not kept ------------------------------------------------------------------------------------


def _nobody_is_told(day: Day) -> None:
    """The team learns nothing."""
    _plan(day)
    _raise(day)


def _forgotten_and_raised_again(day: Day) -> None:
    """It went off as the first, was not over, and goes off as the second: by who forgot the first."""
    _plan(day)
    _raise(day)
    _tell(day)
    day.wait(REACTS_MS)
    _act(day)
    _step(day)
    day.add(AlarmRaised, "plan", alarm="quiet", number=2, mid=MID)


def _two_of_one_number(day: Day) -> None:
    """Another merchant's alarm has the number that the first has."""
    _plan(day)
    _raise(day)
    _tell(day)
    day.wait(REACTS_MS)
    _act(day)
    _step(day)
    day.add(AlarmRaised, "plan", alarm="quiet", number=1, mid="")


def _told_in_the_morning(day: Day) -> None:
    """Somebody was there at 22:00, and is told at 08:00."""
    _plan(day)
    _raise(day)
    day.wait(10 * HOUR_MS)
    _tell(day)
    day.wait(REACTS_MS)
    _act(day)
    _step(day)


def _told_and_idle(day: Day) -> None:
    """Somebody is told, and that is all."""
    _plan(day)
    _raise(day)
    _tell(day)


def _there_and_idle(day: Day) -> None:
    """Somebody comes and does not do what the plan says."""
    _plan(day)
    _raise(day)
    _tell(day)
    day.wait(REACTS_MS)
    _act(day)


def _drilled_in_earnest(day: Day) -> None:
    """A drill restarts a router."""
    _plan(day)
    _raise(day, drill=True)
    _tell(day)
    day.wait(REACTS_MS)
    _act(day)
    _step(day)


def _never_compensated(day: Day) -> None:
    """Two days late, and nothing is paid for it."""
    _plan(day)
    _late(day)


def _compensated_too_well(day: Day) -> None:
    """The first day was to cost nothing."""
    _plan(day)
    _late(day)
    _compensate(day, 1000)


def _compensated_in_time(day: Day) -> None:
    """What came when it was due costs nothing."""
    _plan(day)
    day.sale()
    day.close_batch()
    day.clear()
    day.wait(12 * HOUR_MS)
    day.pay()
    _compensate(day, 500)


def _compensated_again(day: Day) -> None:
    """5.00, and 5.00."""
    _plan(day)
    _late(day)
    _compensate(day, 500)
    _compensate(day, 500)


def _told_and_not_booked(day: Day) -> None:
    """The merchant is told of 5.00, and 4.00 are booked."""
    _plan(day)
    _late(day)
    _book(day, 400)
    day.add(Compensated, "plan", mid=MID, payout=PAYOUT, fen=500, days=2)


PLAN_BAD: dict[Part, tuple[int, str]] = {
    _nobody_is_told: (36, "team_not_told"),
    _forgotten_and_raised_again: (36, "alarm_again"),
    _two_of_one_number: (36, "alarm_again"),
    _told_in_the_morning: (36, "team_not_told"),
    _told_and_idle: (36, "team_not_acting"),
    _there_and_idle: (36, "step_not_taken"),
    _drilled_in_earnest: (36, "drill_in_earnest"),
    _never_compensated: (36, "not_compensated"),
    _compensated_too_well: (36, "compensated_otherwise"),
    _compensated_in_time: (36, "compensated_otherwise"),
    _compensated_again: (36, "compensated_twice"),
    _told_and_not_booked: (36, "compensation_booked_otherwise"),
}


# ---- kept ----------------------------------------------------------------------------------------


def told_and_done(day: Day) -> None:
    """The team is told at once, and acts ten minutes later."""
    told_and_done_so_far(day)
    day.end()


def over_and_on_again(day: Day) -> None:
    """It went off, was over, and goes off again; in between a drill of the same alarm."""
    told_and_done_so_far(day)
    day.add(AlarmRaised, "plan", alarm="quiet", number=2, mid=MID, drill=True)
    day.add(AlarmOver, "plan", alarm="quiet", number=1)
    day.add(AlarmRaised, "plan", alarm="quiet", number=3, mid=MID)
    day.end(0)


def told_and_done_so_far(day: Day) -> None:
    """At once, and ten minutes later."""
    _plan(day)
    _raise(day)
    _tell(day)
    day.wait(REACTS_MS)
    _act(day)
    _step(day)


def told_when_somebody_comes(day: Day) -> None:
    """Nobody is on duty at 22:00; from 08:00 on somebody is."""
    _plan(day, from_ms=8 * HOUR_MS, until_ms=20 * HOUR_MS)
    _raise(day)
    day.at -= day.at % HOUR_MS
    day.wait(10 * HOUR_MS)
    _tell(day)
    day.wait(REACTS_MS)
    _act(day)
    _step(day)
    day.end()


def on_duty_past_midnight(day: Day) -> None:
    """From 20:00 until 06:00: somebody is there at 22:00."""
    _plan(day, from_ms=20 * HOUR_MS, until_ms=6 * HOUR_MS)
    _raise(day)
    _tell(day)
    day.wait(REACTS_MS)
    _act(day)
    _step(day)
    day.end()


def still_on_the_way(day: Day) -> None:
    """The run ends five minutes after the alarm."""
    _plan(day)
    _raise(day)
    _tell(day)
    day.end(5 * MINUTE_MS)


def compensated_once(day: Day) -> None:
    """Two days late, less one: 5.00."""
    _plan(day)
    _late(day)
    _compensate(day, 500)
    day.end()


def late_for_the_merchants_own_reason(day: Day) -> None:
    """It stood in suspense, as its account was frozen."""
    _plan(day)
    day.sale()
    day.close_batch()
    day.clear()
    day.add(Suspended, "clearing", mid=MID, payout=PAYOUT, net_fen=day.net, reason="frozen")
    day.wait(3 * DAY_MS)
    day.add(Released, "clearing", mid=MID, payout=PAYOUT, net_fen=day.net)
    day.pay()
    day.end()


PLAN_GOOD: tuple[Part, ...] = (
    told_and_done, told_when_somebody_comes, on_duty_past_midnight, still_on_the_way, compensated_once,
    late_for_the_merchants_own_reason, over_and_on_again,
)
