"""Invariant 24: everything is cleared and paid at its time, by the judge's own calendar.

An item that is ready (captured; where batches are what is cleared, in a settled one) goes into the
settlement date that ends next, at the cut-over hour; a payout is due as the merchant's terms say, is
sent then and booked soon.  What has a cause is not late: a bank that is closed or in maintenance, a
return, suspense, an item that the host holds because its terminal did not confirm it.
"""

from __future__ import annotations

from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.rule import Evidence, Rule
from simulator.judge.rules.on_time.cleared import (
    cleared,
    counted,
    decided,
    delayed,
    journaled,
    posted,
    replied,
    restarted,
    resumed,
)
from simulator.judge.rules.on_time.paid import (
    at_end,
    diverted,
    payout_posted,
    payout_sent,
    released,
    settled,
)
from simulator.judge.rules.on_time.times import Times, says_when
from simulator.judge.tracking.ready import LETS_GO
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.trace.records import (
    BatchCounted,
    ClearingDelayed,
    ClearingResumed,
    ItemCleared,
    Journaled,
    MerchantSettled,
    PayoutDiverted,
    PayoutPosted,
    PayoutSent,
    Posted,
    Released,
    Restarted,
    Sent,
)

RULE = Rule(
    number=24, en="cleared and paid on time", zh="按期清算与付款", remembers=Times,
    needs=Evidence("how the acquirer's days end", "收单方的日切与付款时间", says_when),
    findings=(
        Sentence("cut_over_at_other_hour", Urgency.SAFETY,
                 "a business day ended at {said}; the cut-over is at {right}",
                 "{said} 进行了日切，而日切时间为 {right}"),
        Sentence("wrong_settlement_date", Urgency.SAFETY,
                 "item {key} went into the settlement date {said}; the day that ended was {right}",
                 "{key} 计入清算日 {said}，而当时结束的是 {right}"),
        Sentence("reply_of_other_day", Urgency.SAFETY,
                 "the host answered {key} ({what}) with the settlement date {said} in F15; the business day is"
                 " {right}",
                 "主机对 {key}（{what}）的应答 F15 清算日期为 {said}，当时营业日为 {right}"),
        Sentence("cleared_unsettled", Urgency.SAFETY,
                 "item {key} was cleared on {said}, and its batch was not settled",
                 "{key} 于 {said} 清算，而其批次尚未结算"),
        Sentence("cleared_late", Urgency.LIVENESS,
                 "item {key} was ready at {ready} and belongs to the settlement date {right}; it was cleared on"
                 " {said}",
                 "{key} 于 {ready} 即可清算，应计入 {right}，却在 {said} 清算"),
        Sentence("never_cleared", Urgency.LIVENESS,
                 "item {key} of {sum} should have been cleared at {right}, and never was",
                 "{key}（{sum}）应于 {right} 清算，却从未清算"),
        Sentence("forced_late", Urgency.LIVENESS,
                 "batch {tid}/{batch} was closed by force after {age} days; it is to be after {days}",
                 "批次 {tid}/{batch} 在 {age} 天后才被强制结算，应为 {days} 天后"),
        Sentence("forced_early", Urgency.SAFETY,
                 "batch {batch} of terminal {tid} was closed by force at an age of {age} days; that is for those"
                 " of {days}",
                 "终端 {tid} 批次 {batch} 仅 {age} 天即被强制结算，规定为 {days} 天"),
        Sentence("wrong_due_date", Urgency.SAFETY,
                 "payout {payout} is told due {said}; by {terms} and the calendar it is {right}",
                 "付款 {payout} 告知应于 {said} 到账，按 {terms} 与日历应为 {right}"),
        Sentence("paid_early", Urgency.SAFETY,
                 "payout {payout} of merchant {mid} was made {said}, before it was due {right}",
                 "商户 {mid} 的付款 {payout} 于 {said} 付出，早于应付时间 {right}"),
        Sentence("sent_late", Urgency.LIVENESS,
                 "payout {payout} of merchant {mid} could be made {right}, and was sent {said} without a cause"
                 " for that",
                 "商户 {mid} 的付款 {payout} 于 {right} 即可付出，却无故迟至 {said}"),
        Sentence("booked_late", Urgency.LIVENESS,
                 "payout {payout} of merchant {mid} was with its bank {right}, and was booked {said}",
                 "商户 {mid} 的付款 {payout} 于 {right} 送达银行，却迟至 {said} 入账"),
    ),
    only={
        Journaled: LETS_GO | {"cutover"}, Sent: frozenset({"host"}),
        Posted: frozenset({PostingReason.CAPTURE}),
    },
    plain={SaleDecided: decided},
    hears={
        Posted: posted, Sent: replied, BatchCounted: counted, Journaled: journaled, Restarted: restarted,
        ItemCleared: cleared, ClearingDelayed: delayed, ClearingResumed: resumed,
        MerchantSettled: settled, Released: released,
        PayoutSent: payout_sent, PayoutDiverted: diverted, PayoutPosted: payout_posted,
    },
    at_end=at_end,
)
