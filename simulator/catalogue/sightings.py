"""What of a run's way can be expected beside where its money ends: what people of it can see.

What a terminal shows (:class:`Shown`) can be expected too, by its code.
"""

from __future__ import annotations

from simulator.catalogue.language import Told
from simulator.catalogue.terminal_reasons import Shown

REVERSED = "reversed"
NOTICE = "notice"
NOTICE_LOST = "notice_lost"
SETTLED = "settled"
NOT_SETTLED = "not_settled"
SIGNED_ON = "signed_on"
UPDATED = "updated"
BATCH_FORCED = "batch_forced"
PAID = "paid"
RETURNED = "payout_returned"
SUSPENDED = "suspended"
RELEASED = "released"
ALARM, TEAM_TOLD, TEAM_ACTED = "alarm", "team_told", "team_acted"
STEP_TAKEN, ALARM_OVER, COMPENSATED = "plan_step_taken", "alarm_over", "compensated"

SIGHTINGS: dict[str, Told] = {
    SETTLED: Told("a terminal closed a batch as settled", "终端批次结清"),
    NOT_SETTLED: Told("a terminal did not get its settlement", "终端结算未成功"),
    SIGNED_ON: Told("a terminal signed on", "终端签到成功"),
    UPDATED: Told("new software runs on a terminal", "终端装上新程序"),
    REVERSED: Told("the host undid a sale after a reversal", "主机完成冲正"),
    BATCH_FORCED: Told("the host closed a batch by force", "主机强制结批"),
    PAID: Told("a payout is in the account", "结算款入账"),
    RETURNED: Told("a bank sent a payout back", "银行退回付款"),
    SUSPENDED: Told("a payout went into suspense", "付款转入挂账"),
    RELEASED: Told("a payout left suspense", "挂账款释放"),
    NOTICE: Told("a merchant was told by a notice", "商户收到通知"),
    NOTICE_LOST: Told("a notice to a merchant was lost", "商户通知丢失"),
    ALARM: Told("an alarm of the plan went off", "预案告警"),
    TEAM_TOLD: Told("somebody of the team was told of an alarm", "通知应急人员"),
    TEAM_ACTED: Told("the team began to act on an alarm", "应急人员开始处置"),
    STEP_TAKEN: Told("a step of the plan was taken", "预案步骤已执行"),
    ALARM_OVER: Told("what an alarm went off for is over", "告警解除"),
    COMPENSATED: Told("a merchant was compensated for a late payout", "付款逾期赔付"),
}
OF_PLAN = frozenset({ALARM, TEAM_TOLD, TEAM_ACTED, STEP_TAKEN, ALARM_OVER, COMPENSATED})
"""Their text begins with the name of the alarm, that of a compensation with the sum."""
OF_MERCHANTS = frozenset({PAID, RETURNED, SUSPENDED, RELEASED, NOTICE, NOTICE_LOST}) | OF_PLAN
WITH_TEXT = frozenset({NOTICE, NOTICE_LOST}) | OF_PLAN


def sighting_words(what: str) -> Told:
    """One of them in words; what a terminal shows is quoted."""
    if what in SIGHTINGS:
        return SIGHTINGS[what]
    shown = Shown.of(what)
    return Told(f"a terminal shows: {shown.en}", f"终端显示：{shown.zh}")


def all_sightings() -> tuple[str, ...]:
    """Every name that may stand there."""
    return (*SIGHTINGS, *(each.value for each in Shown if each is not Shown.DECLINED))
