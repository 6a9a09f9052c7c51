"""What an acquirer can watch: each kind of alarm, in words, with the keys that it takes; a table.

An alarm is a threshold over what an acquirer sees: requests and replies at its host, batches, payouts
and what came back of them.  What a terminal shows and what a merchant's bank writes it does not see.
"""

from __future__ import annotations

import msgspec

from simulator.catalogue.language import Told


class AlarmKind(msgspec.Struct, frozen=True, gc=False, kw_only=True):
    """One kind: what it means, which keys it needs, and which it may have beside ``by``."""

    told: Told
    needs: frozenset[str]
    may: frozenset[str] = frozenset()


def _kind(en: str, zh: str, needs: str, may: str = "") -> AlarmKind:
    return AlarmKind(told=Told(en, zh), needs=frozenset(needs.split()), may=frozenset(may.split()))


DECLINED, UNANSWERED, ANSWERED = "declined", "unanswered", "answered"
REPEATED, LARGE, NO_SALE = "repeated", "large_sales", "no_sale"
BATCH_OPEN, RETURNED, LATE, SUSPENDED = "batch_open", "payout_returned", "payout_late", "suspended"
REVERSALS, WALLET = "reversals_pending", "wallet_pending"

ALARMS: dict[str, AlarmKind] = {
    DECLINED: _kind(
        "so large a share of what the host answered is no approval", "主机应答中未批准的占比过高",
        "share window", "at_least"),
    UNANSWERED: _kind(
        "so large a share of requests has no reply, or was reversed afterwards", "请求无应答或随后被冲正的占比过高",
        "share window", "at_least"),
    ANSWERED: _kind(
        "the host answered with a response code so many times", "主机某一应答码出现过多", "code count window"),
    REPEATED: _kind(
        "so many requests came that had come before", "重复请求过多", "count window"),
    LARGE: _kind(
        "so many sales above a sum were approved", "大额交易过多", "amount count window"),
    NO_SALE: _kind(
        "no request of a merchant for so long", "商户长时间没有交易", "for", "from until days"),
    BATCH_OPEN: _kind(
        "a batch with transactions in it is not settled by this time of day", "批次到时仍未结算", "settled_by"),
    RETURNED: _kind("a payout came back and is not there", "付款被退回且尚未到账", ""),
    LATE: _kind("a payout is so long overdue", "付款逾期", "for"),
    SUSPENDED: _kind("money stands in suspense for so long", "资金挂账过久", "for"),
    REVERSALS: _kind(
        "so many undoings that issuers have not confirmed, for so long", "发卡行未确认的冲正过多", "count for"),
    WALLET: _kind(
        "so many wallet payments without an outcome, for so long", "结果未明的扫码支付过多", "count for"),
}
"""What may stand in ``watch`` of an alarm."""
CHANNELS: dict[str, Told] = {
    "phone": Told("by phone", "电话"),
    "sms": Told("by SMS", "短信"),
    "app": Told("by app", "应用推送"),
    "email": Told("by e-mail", "邮件"),
    "in_person": Told("in person", "当面"),
}
"""How somebody of the team is told."""
PLAN_NOTICE, COMPENSATION_NOTICE = "【应急通知】", "【赔付通知】"
HOLD_NOTICE = "【预授权到期】"  # a pre-authorisation was not completed in time
"""How the plan's notices to merchants begin."""
