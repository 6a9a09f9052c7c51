"""Invariant 26: what comes back or stands in suspense (挂账) has a cause, and leaves it by somebody's act.

A bank returns a payout because of the account, its hours, or a fault; what it returns for good stands
in suspense for the same reason.  It leaves suspense when somebody had the reason removed, and then it
does; what an order kept back leaves it with the order.
"""

from __future__ import annotations

from simulator.judge.rule import Rule
from simulator.judge.rules.suspense_has_a_cause.causes import posted, returned, sent, suspended
from simulator.judge.rules.suspense_has_a_cause.ends import at_end, fault_ended, released
from simulator.judge.rules.suspense_has_a_cause.kept import Suspense, acted, looked, opened
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.trace.records import (
    ActionTaken,
    BankOpened,
    FaultEnded,
    PayoutPosted,
    PayoutReturned,
    PayoutSent,
    Released,
    RiskLooked,
    Suspended,
)

RULE = Rule(
    number=26, en="suspense has a cause and an end", zh="挂账有因有果", remembers=Suspense,
    findings=(
        Sentence("returned_without_cause", Urgency.SAFETY,
                 "{bank} returned payout {payout} of merchant {mid} ({why}), and nothing of that is so",
                 "{bank} 退回商户 {mid} 的付款 {payout}（{why_zh}），而事实并非如此"),
        Sentence("suspended_without_cause", Urgency.SAFETY,
                 "{sum} of payout {payout} were put on suspense for merchant {mid} ({why}), and nothing explains"
                 " it",
                 "商户 {mid} 的付款 {payout} {sum} 被挂账（{why_zh}），却没有缘由"),
        Sentence("suspended_for_other_reason", Urgency.SAFETY,
                 "payout {payout} of merchant {mid} came back because {was}, and stands in suspense because"
                 " {why}",
                 "商户 {mid} 的付款 {payout} 因{was_zh}退回，却因{why_zh}挂账"),
        Sentence("returned_and_dropped", Urgency.LIVENESS,
                 "payout {payout} of merchant {mid} came back for good {returned} ({why}), and was neither put"
                 " on suspense nor sent again",
                 "商户 {mid} 的付款 {payout} 于 {returned} 被退回（{why_zh}），既未挂账也未重发"),
        Sentence("released_without_cause", Urgency.SAFETY,
                 "{sum} of payout {payout} left suspense for merchant {mid}, where they stood because {why}, and"
                 " nobody had that removed",
                 "商户 {mid} 的付款 {payout} {sum} 因{why_zh}挂账，无人消除原因即被释放"),
        Sentence("sent_though_held", Urgency.SAFETY,
                 "{sum} of payout {payout} were sent to merchant {mid}, whose money is held since {held}: risk"
                 " control looks into sale {key} of {sold}",
                 "商户 {mid} 的付款 {payout} {sum} 被发出，而自 {held} 起因交易 {key}（{sold}）风控核查应暂停划付"),
        Sentence("suspense_kept", Urgency.LIVENESS,
                 "{sum} of payout {payout} still stand in suspense for merchant {mid} ({why}), though {action}"
                 " was done {freed}",
                 "商户 {mid} 的付款 {payout} {sum} 仍在挂账（{why_zh}），而 {freed} 已办理 {action}"),
        Sentence("kept_after_order", Urgency.LIVENESS,
                 "{sum} of payout {payout} stand in suspense for merchant {mid} since {suspended} ({why}), though"
                 " nothing keeps them there any more",
                 "商户 {mid} 的付款 {payout} {sum} 自 {suspended} 起挂账（{why_zh}），缘由已消除却仍未释放"),
        Sentence("suspense_too_long", Urgency.LIVENESS,
                 "{sum} of payout {payout} stand in suspense for merchant {mid} since {suspended} ({why}), longer"
                 " than the {days} days that the acquirer gives itself",
                 "商户 {mid} 的付款 {payout} {sum} 自 {suspended} 起挂账（{why_zh}），超过收单机构自定的 {days} 天期限"),
        Sentence("deferred_and_kept", Urgency.LIVENESS,
                 "{sum} of payout {payout} still stand in suspense for merchant {mid}, though the time until"
                 " which they were put off is over",
                 "商户 {mid} 的付款 {payout} {sum} 延期已满，仍在挂账"),
    ),
    hears={
        BankOpened: opened, ActionTaken: acted, FaultEnded: fault_ended, PayoutSent: sent,
        PayoutPosted: posted, PayoutReturned: returned, Suspended: suspended, Released: released,
        RiskLooked: looked,
    },
    at_end=at_end,
)
