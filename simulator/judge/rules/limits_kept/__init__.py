"""Invariant 35: limits of cards and merchants are kept, and a hold ends in time.

Added up here from what was booked, and never more than that: what is given back in whatever way is
taken off, so nobody is accused of a sum that an issuer or a host does not count.  The other way round
for an issuer that declines for a limit: there nothing is taken off but what surely counts no more.
"""

from __future__ import annotations

from simulator.catalogue.money_reasons import PostingReason
from simulator.judge.evidence import BOOKS
from simulator.judge.rule import Rule
from simulator.judge.rules.limits_kept.holds import at_end, closed, noticed, started
from simulator.judge.rules.limits_kept.kept import Kept, bank_opened, limit_set
from simulator.judge.rules.limits_kept.limits import TAKING, answered, decided, fired, posted
from simulator.judge.tracking.moments import SaleClosed
from simulator.judge.tracking.stretches import SaleDecided
from simulator.judge.verdict import Urgency
from simulator.judge.words.sentences import Sentence
from simulator.trace.records import (
    BankOpened,
    ChannelAnswered,
    FaultFired,
    LimitSet,
    NoticeSent,
    Posted,
    RunStarted,
)

MOVING = TAKING | {
    PostingReason.CREDIT, PostingReason.RELEASE, PostingReason.REVERSE, PostingReason.EXPIRE}
RULE = Rule(
    number=35, en="limits are kept", zh="不超限额、预授权按期解冻", remembers=Kept, needs=BOOKS,
    findings=(
        Sentence("over_single", Urgency.SAFETY,
                 "{key} takes {sum} of {whose}, whose limit for one sale is {bound}",
                 "{key} 从 {whose} 交易 {sum}，超过单笔限额 {bound}"),
        Sentence("over_day", Urgency.SAFETY,
                 "with {key} the sum of the day for {whose} is {sum}, and the limit is {bound}",
                 "{key} 之后 {whose} 当日累计 {sum}，超过日限额 {bound}"),
        Sentence("over_month", Urgency.SAFETY,
                 "with {key} the sum of the month for {whose} is {sum}, and the limit is {bound}",
                 "{key} 之后 {whose} 当月累计 {sum}，超过月限额 {bound}"),
        Sentence("over_times", Urgency.SAFETY,
                 "{key} is use {times} of {whose} in its day, and the limit is {bound}",
                 "{key} 为 {whose} 当日第 {times} 次使用，超过日限 {bound} 次"),
        Sentence("declined_within_limits", Urgency.SAFETY,
                 "{key} of {sum} is declined with {code_told}; no limit of {whose} is reached: {day} in the day,"
                 " {month} in the month, {times} uses",
                 "{key} {sum} 以 {code_told} 被拒绝；{whose} 未达任何限额：当日 {day}，当月 {month}，已用 {times} 次"),
        Sentence("completed_late", Urgency.SAFETY,
                 "{key} completes the hold {hold}, which was over at {last}",
                 "{key} 完成了已于 {last} 到期的预授权 {hold}"),
        Sentence("released_early", Urgency.SAFETY,
                 "the hold {key} was given back to the cardholder before it was over at {last}",
                 "预授权 {key} 应于 {last} 到期，却提前解冻退还持卡人"),
        Sentence("held_too_long", Urgency.LIVENESS,
                 "the hold {key} was over at {last} and was not given back to the cardholder",
                 "预授权 {key} 已于 {last} 到期，但未解冻退还持卡人"),
        Sentence("hold_not_put_back", Urgency.SAFETY,
                 "the completion {key} is reversed, and of the hold {hold} {back} is held again instead of {right}",
                 "预授权完成 {key} 已冲正，但预授权 {hold} 恢复冻结 {back}，应为 {right}"),
        Sentence("release_told_otherwise", Urgency.SAFETY,
                 "merchant {mid} was told that {said} of the hold {key} are released; {right} of its are",
                 "通知商户 {mid} 预授权 {key} 解冻 {said}；其实际到期解冻为 {right}"),
        Sentence("release_not_told", Urgency.LIVENESS,
                 "the hold {key} of {right} ended, and merchant {mid} was never told",
                 "预授权 {key} {right} 已到期解冻，却从未通知商户 {mid}"),
    ),
    only={Posted: MOVING | {PostingReason.CAPTURE}},
    plain={SaleDecided: decided},
    hears={
        RunStarted: started, LimitSet: limit_set, BankOpened: bank_opened, Posted: posted, SaleClosed: closed,
        NoticeSent: noticed, FaultFired: fired, ChannelAnswered: answered,
    },
    at_end=at_end,
)
