"""Emergency plans carried out wrong on purpose: nobody is told, nothing is done, paid twice or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace

from simulator.defect import Defect, instead
from simulator.world.emergency.emergency import Emergency, Raised

_Of = Callable[..., None]


# Raises the alarm, and tells nobody.


def _tells_nobody(_right: _Of, _plan: Emergency, _raised: Raised) -> None:
    return None


# Is told, and leaves it at that.


def _idle(_right: _Of, _plan: Emergency, _raised: Raised, *_more: Any) -> None:
    return None


# Takes a drill for the real thing.


def _in_earnest(right: _Of, plan: Emergency, raised: Raised, *more: Any) -> None:
    right(plan, replace(raised, drill=False), *more)


# Compensates whoever waited, twice.


def _twice(right: _Of, plan: Emergency, mid: str, payout: str, days: int) -> None:
    right(plan, mid, payout, days)
    right(plan, mid, payout, days)


# Counts a day that is not one.


def _a_day_more(right: _Of, plan: Emergency, mid: str, payout: str, days: int) -> None:
    right(plan, mid, payout, days + 1)


# Compensates nobody.


def _nothing(_right: _Of, _plan: Emergency, _mid: str, _payout: str, _days: int) -> None:
    return None


ROWS = (
    Defect("plan.tells_nobody", "an alarm goes off, and nobody of the team is told",
           (36,), instead(Emergency, (Emergency.tell_team, _tells_nobody)),
           shown_by="emergency-plan", zh="告警后不通知任何应急人员"),
    Defect("plan.team_idle", "the team is told and does not act",
           (36,), instead(Emergency, (Emergency.act, _idle)), shown_by="emergency-plan",
           zh="应急人员接到通知却不处置"),
    Defect("plan.skips_steps", "the team is there and takes no step of the plan",
           (36,), instead(Emergency, (Emergency.take_step, _idle)), shown_by="emergency-plan",
           zh="应急人员到位却不执行预案步骤"),
    Defect("plan.drills_in_earnest", "a drill is taken for the real thing",
           (36,), instead(Emergency, (Emergency.act, _in_earnest)), shown_by="emergency-plan",
           zh="把演练当成真实故障处置"),
    Defect("plan.compensates_twice", "a late payout is compensated twice",
           (36,), instead(Emergency, (Emergency.compensate, _twice)), shown_by="emergency-plan",
           zh="同一笔逾期付款赔付两次"),
    Defect("plan.compensates_a_day_more", "a late payout is compensated for a day more than it was late",
           (36,), instead(Emergency, (Emergency.compensate, _a_day_more)), shown_by="emergency-plan",
           zh="逾期赔付多算一天"),
    Defect("plan.compensates_nobody", "late payouts are not compensated",
           (36,), instead(Emergency, (Emergency.compensate, _nothing)), shown_by="emergency-plan",
           zh="付款逾期却不赔付"),
)
