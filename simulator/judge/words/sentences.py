"""What is said of an expectation that is not met, and of where the money of a sale is.

Decides nothing; whoever finds something names the code and gives the facts.  The sentences of a rule
stand with the rule.
"""

from __future__ import annotations

import msgspec

from simulator.judge.verdict import Urgency

SAFETY = Urgency.SAFETY
LIVENESS = Urgency.LIVENESS


class Sentence(msgspec.Struct, frozen=True, gc=False):
    """One kind of finding; braces stand for facts."""

    code: str  # stable, one of its own among all rules and expectations
    urgency: Urgency
    en: str
    zh: str


_S = Sentence
SENTENCES: tuple[Sentence, ...] = (
    _S("expected_arrived", LIVENESS,
       "expected {wanted} to have arrived{by}: {arrived} of {taken} sales did",
       "期望{wanted_zh}到账{by_zh}：{taken} 笔中到账 {arrived} 笔"),
    _S("expected_later", LIVENESS,
       "expected {wanted} to have arrived{by}: {arrived} of {taken} sales did when the run ended, the others"
       " are on their way; give a later until or drain",
       "期望{wanted_zh}到账{by_zh}：运行结束时 {taken} 笔中到账 {arrived} 笔，其余在途；请推迟 until 或延长 drain"),
    _S("expected_exercised", LIVENESS,
       "expected the case of invariant {number} ({name}) to come up, and it never did",
       "期望出现不变式 {number}（{name_zh}）的情形，但从未出现"),
    _S("expected_reversed", LIVENESS,
       "expected reversals of: {wanted}; the host carried out those of: {found}",
       "期望被冲正的交易：{wanted_zh}；主机实际完成冲正的：{found_zh}"),
    _S("expected_seen", LIVENESS,
       "expected to be seen: {wanted}; it came up {found} times in that time",
       "期望出现：{wanted_zh}；该时段内实际出现 {found} 次"),
    _S("expected_placed", LIVENESS,
       "expected to be {where}: {wanted}; it came out: {found}",
       "期望{where_zh}：{wanted_zh}；结果：{found_zh}"),
    _S("expected_placed_later", LIVENESS,
       "expected to be {where}: {wanted}; it came out: {found} when the run ended, the others are on their way;"
       " give a later until or drain",
       "期望{where_zh}：{wanted_zh}；运行结束时结果：{found_zh}，其余在途；请推迟 until 或延长 drain"),
    _S("expected_not_before", LIVENESS,
       "expected no money to arrive before {at}: that of {count} sales did",
       "期望不早于 {at} 到账：有 {count} 笔提前到账"),
    _S("expected_returns", LIVENESS,
       "expected voids and refunds to be {way}: {wanted}; it came out: {found}",
       "期望撤销与退货{way_zh}：{wanted_zh}；结果：{found_zh}"),
    _S("expected_dispute", LIVENESS,
       "expected dispute {case} to end: {wanted}; it came out: {found}",
       "期望争议单 {case} 最终：{wanted_zh}；结果：{found_zh}"),
    _S("expected_dispute_later", LIVENESS,
       "expected dispute {case} to end: {wanted}; it is still open: {found}; give a later until or drain",
       "期望争议单 {case} 最终：{wanted_zh}；尚未了结：{found_zh}；请推迟 until 或延长 drain"),
    _S("expected_owes", LIVENESS,
       "expected merchant {merchant} to owe {right} at the end: it owes {owed}",
       "期望商户 {merchant} 最终欠款 {right}：实际欠款 {owed}"),
)
SENTENCE: dict[str, Sentence] = {row.code: row for row in SENTENCES}


class Reason(msgspec.Struct, frozen=True, gc=False):
    """Why the money of a sale is where it is."""

    code: str
    en: str
    zh: str


_R = Reason
REASONS: tuple[Reason, ...] = (
    _R("declined", "declined{code}", "交易拒绝{code_zh}"),
    _R("refused_later",
       "sold offline and refused later{code}; the merchant's own risk",
       "脱机交易后被拒绝{code_zh}，风险由商户承担"),
    _R("refused", "refused at the terminal{code}", "终端拒绝受理{code_zh}"),
    _R("no_answer", "no answer, nothing was taken", "无应答，未扣款"),
    _R("never_tried", "never reached a terminal", "未在终端操作"),
    _R("reversed", "reversed", "已冲正"),
    _R("returned", "undone at the counter ({how})", "已在柜台办理{how_zh}"),
    _R("returned_later", "arrived, and all of it was given back afterwards", "到账后已全部退回"),
    _R("returned_in_part", "arrived; {fen} of it were given back afterwards", "已到账，之后退回 {fen}"),
    _R("returned_before", "{fen} of {whole} were given back before it was paid",
       "付款前已从 {whole} 中退回 {fen}"),
    _R("open_batch", "batch {batch} is not settled yet", "批次 {batch} 尚未结算"),
    _R("awaits_cut_over", "awaits the next cut-over", "等待下一次日切清算"),
    _R("due", "payout {payout} is due {due}", "付款 {payout} 应于 {due} 到账"),
    _R("overdue", "payout {payout} was due {due}", "付款 {payout} 已过应到时间 {due}"),
    _R("netted", "settlement {date} is netted against what the merchant owed, nothing is paid for it",
       "{date} 的清算已抵扣商户欠款，无付款"),
    _R("netted_into", "netted against what the merchant owed, the rest came with payout {payout}",
       "已抵扣商户欠款，余额随付款 {payout} 到账"),
    _R("withheld", "settlement {date} is taken for deposit or SIM fee, nothing is paid for it",
       "{date} 的清算已用于扣收押金或流量费，无付款"),
    _R("withheld_into", "taken for deposit or SIM fee, the rest came with payout {payout}",
       "已用于扣收押金或流量费，余额随付款 {payout} 到账"),
    _R("in_suspense", "in suspense: {reason}", "挂账：{reason_zh}"),
    _R("hold", "held, not completed", "预授权未完成"),
    _R("hold_until", "held, not completed: released at {until} unless it is completed before",
       "预授权未完成：如未在 {until} 前完成，届时自动解冻"),
    _R("hold_expired", "not completed in time, given back",
       "预授权到期未完成，已解冻"),
    _R("in_flight", "its outcome is not known yet", "结果未明"),
    _R("never_settled",
       "batch {batch} of terminal {tid} was never settled: {last}; nobody tried again",
       "终端 {tid} 批次 {batch} 从未结算：{last_zh}；之后无人重试"),
    _R("settlement_unasked", "batch {batch} of terminal {tid} was never settled: nobody asked for it",
       "终端 {tid} 批次 {batch} 从未发起结算"),
    _R("not_confirmed",
       "batch {batch} of terminal {tid} is settled without it: the terminal's records did not"
       " confirm it",
       "终端 {tid} 批次 {batch} 结算时未包含该笔：终端记录未予确认"),
    _R("not_cleared", "batch {batch} is settled, but the sale was never cleared",
       "批次 {batch} 已结算，但该笔从未清算"),
    _R("never_cleared", "the acquirer booked it and never cleared it", "收单方已记账，但从未清算"),
    _R("payout_lost", "payout {payout} was due {due} and never posted",
       "付款 {payout} 应于 {due} 到账，至今未入账"),
    _R("at_intermediary",
       "at an intermediary since {since}: the acquirer's books say paid, the merchant's bank nothing",
       "自 {since} 起在二清机构：收单方账上已付，商户银行未入账"),
    _R("intermediary_kept", "an intermediary kept {kept} of payout {payout}",
       "二清机构从付款 {payout} 中截留 {kept}"),
    _R("not_captured", "the cardholder paid, and the acquirer has no record of the sale",
       "持卡人已扣款，收单方无此交易"),
    _R("never_debited", "the goods are gone, and nobody was debited", "商品已交付，但未扣款"),
    _R("never_delivered", "sold offline, and its advice was never taken by the host: nobody was debited",
       "脱机交易，通知从未被主机受理，未扣款"),
    _R("one_sided", "the cardholder was debited without goods", "持卡人被扣款但未取得商品"),
    _R("clawed_back", "it was reversed or voided behind the counter's back",
       "在终端不知情的情况下被冲正或撤销"),
)
REASON: dict[str, Reason] = {row.code: row for row in REASONS}


def yuan(fen: int) -> str:
    """A sum for reading.

    >>> yuan(123456), yuan(-5)
    ('¥1,234.56', '-¥0.05')
    """
    sign = "-" if fen < 0 else ""
    whole, cents = divmod(abs(fen), 100)
    return f"{sign}¥{whole:,}.{cents:02}"
