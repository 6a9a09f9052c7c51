"""Every kind of finding as one table: code, invariant, urgency, and the sentence in two languages.

Decides nothing; whoever finds something names the code and gives the facts.
"""

from __future__ import annotations

import msgspec

from simulator.judge.verdict import Urgency

SAFETY = Urgency.SAFETY
LIVENESS = Urgency.LIVENESS


class Sentence(msgspec.Struct, frozen=True, gc=False):
    """One kind of finding; braces stand for facts."""

    code: str
    invariant: int
    urgency: Urgency
    en: str
    zh: str


_S = Sentence
SENTENCES: tuple[Sentence, ...] = (
    _S("unbalanced_posting", 1, SAFETY,
       "posting {why} of {key} sums to {sum}, not to zero: money was made or destroyed",
       "{key} 的分录 {why} 合计 {sum}，不为零：资金凭空产生或消失"),
    _S("debited_twice", 2, SAFETY,
       "sale {sale} of {amount} was debited {debited} in {times} transactions",
       "交易 {sale} 金额 {amount}，持卡人共被扣款 {debited}（{times} 笔）"),
    _S("approved_not_arrived", 3, LIVENESS,
       "sale {sale} of {amount} has an approved receipt, but its money did not arrive: {why}",
       "交易 {sale} 金额 {amount} 已出成功凭条，但资金未到账：{why_zh}"),
    _S("wrong_fee", 3, SAFETY,
       "the fee on {key} is {fee}, the merchant's terms give {right}",
       "{key} 手续费为 {fee}，按商户费率应为 {right}"),
    _S("wrong_batch_fee", 3, SAFETY,
       "the fee of settlement {payout} is {fee}, the fees of its items make {fees}",
       "清算 {payout} 手续费为 {fee}，明细手续费合计 {fees}"),
    _S("paid_another_sum", 3, SAFETY,
       "sale {sale} of {amount} reached the merchant as {paid}",
       "交易 {sale} 金额 {amount}，商户实际入账 {paid}"),
    _S("paid_to_stranger", 3, SAFETY,
       "payout {payout} of merchant {mid} went to {account}, which is not the merchant's",
       "商户 {mid} 的付款 {payout} 入了他人账户 {account}"),
    _S("paid_without_goods", 4, SAFETY,
       "one-sided entry: {debited} were taken from the cardholder of sale {sale}, who has neither"
       " goods nor the money back",
       "单边账：交易 {sale} 持卡人被扣 {debited}，既未取得商品也未退款"),
    _S("debited_again", 4, SAFETY,
       "one-sided entry: the cardholder of sale {sale} of {amount} was debited {times} times,"
       " {debited} in all; {extra} of it brought neither goods nor the money back",
       "单边账：交易 {sale} 金额 {amount}，持卡人被扣款 {times} 次共 {debited}，其中 {extra}"
       " 既未取得商品也未退款"),
    _S("captured_without_debit", 4, SAFETY,
       "one-sided entry: sale {sale} is booked for the merchant with {captured}, the cardholder"
       " paid {debited}",
       "单边账：交易 {sale} 已为商户记账 {captured}，持卡人实付 {debited}"),
    _S("debited_not_captured", 4, SAFETY,
       "one-sided entry: the cardholder of sale {sale} paid {debited}, the acquirer has booked"
       " {captured}",
       "单边账：交易 {sale} 持卡人已付 {debited}，收单方仅记账 {captured}"),
    _S("returned_too_much", 4, SAFETY,
       "sale {sale}: the cardholder got back {returned} more than was taken",
       "交易 {sale}：退回持卡人的金额比扣款多 {returned}"),
    _S("not_returned", 4, SAFETY,
       "sale {sale} of {amount} was undone at the counter, but {debited} stay taken from the"
       " cardholder",
       "交易 {sale} 金额 {amount} 已在终端撤销或退货，但持卡人仍被扣 {debited}"),
    _S("totals_differ", 5, SAFETY,
       "batch {batch} of terminal {tid} is closed with different totals: terminal {terminal}, host"
       " {host}",
       "终端 {tid} 批次 {batch} 结算后总额不一致：终端 {terminal_zh}，主机 {host_zh}"),
    _S("called_balanced", 5, SAFETY,
       "terminal {tid} asked for the settlement of batch {batch} with {asked}, the host holds"
       " {host} and called it balanced",
       "终端 {tid} 批次 {batch} 请求结算总额 {asked_zh}，主机账为 {host_zh}，却答复对账平"),
    _S("closed_alone", 5, SAFETY,
       "terminal {tid} closed its batch {batch} ({terminal}), the host never did",
       "终端 {tid} 单方面关闭批次 {batch}（{terminal_zh}），主机未结算"),
    _S("wrong_end", 5, SAFETY,
       "the host told terminal {tid} that batch {batch} does not balance, and it ended the upload"
       " with {end}, which says that it does",
       "主机告知终端 {tid} 批次 {batch} 不平，终端却以 {end}（对账平）结束批上送"),
    _S("paid_twice", 6, SAFETY,
       "payout {payout} of merchant {mid} was posted {times} times",
       "商户 {mid} 的付款 {payout} 入账 {times} 次"),
    _S("paid_wrong_sum", 6, SAFETY,
       "payout {payout} of merchant {mid} should be {right}, {paid} were posted",
       "商户 {mid} 的付款 {payout} 应为 {right}，实际入账 {paid}"),
    _S("paid_to_another", 6, SAFETY,
       "payout {payout} is merchant {mid}'s and was posted to {other}",
       "付款 {payout} 属于商户 {mid}，却入账给 {other}"),
    _S("paid_unsettled", 6, SAFETY,
       "payout {payout} of {paid} was posted for merchant {mid}, and nothing was settled under it",
       "商户 {mid} 收到付款 {payout} {paid}，但没有对应的清算"),
    _S("paid_from_suspense", 6, SAFETY,
       "payout {payout} of merchant {mid} was posted while its money stood in suspense",
       "商户 {mid} 的付款 {payout} 挂账期间即入账"),
    _S("settled_twice", 6, SAFETY,
       "merchant {mid} has more than one settlement of {date}",
       "商户 {mid} 在 {date} 有多于一次的清算"),
    _S("cleared_twice", 6, SAFETY,
       "item {key} ({what}) was cleared more than once",
       "{key}（{what}）被清算多次"),
    _S("settlement_wrong", 6, SAFETY,
       "settlement {payout}: gross {gross}, fee {fee}, net {net} in {items} items; its items make"
       " {sum}, fee {fees}, {count} items",
       "清算 {payout}：总额 {gross} 手续费 {fee} 净额 {net} 共 {items} 笔；明细合计 {sum} 手续费"
       " {fees} 共 {count} 笔"),
    _S("payout_missing", 6, LIVENESS,
       "payout {payout} of {net} to merchant {mid} was due {due} and was neither posted nor"
       " suspended",
       "商户 {mid} 的付款 {payout} {net} 应于 {due} 到账，既未入账也未挂账"),
    _S("went_on_without_reversal", 7, SAFETY,
       "terminal {tid} sent {next} while the reversal of {key} was not delivered",
       "终端 {tid} 在 {key} 的冲正未送达时发出 {next}"),
    _S("reversal_of_other_date", 7, SAFETY,
       "terminal {tid} reverses {key} with the date {said}, the original says {right}",
       "终端 {tid} 冲正 {key} 的日期为 {said}，原交易日期为 {right}"),
    _S("reversal_for_other_reason", 7, SAFETY,
       "terminal {tid} reverses {key} for reason {said}, what happened is {right}",
       "终端 {tid} 冲正 {key} 的原因码为 {said}，实际应为 {right}"),
    _S("number_reused", 8, SAFETY,
       "{key} names two transactions: {first} and {second}",
       "{key} 被两笔交易使用：{first} 与 {second}"),
    _S("fake_posted", 9, SAFETY,
       "a message with a wrong MAC had an effect: posting {why} of {key}",
       "MAC 错误的报文产生了效果：{key} 的分录 {why}"),
    _S("fake_believed", 9, SAFETY,
       "terminal {tid} took a reply with a wrong MAC for the approval of {key}",
       "终端 {tid} 将 MAC 错误的应答当作 {key} 的批准"),
    _S("reversal_pending", 10, LIVENESS,
       "terminal {tid} still owes the reversal of {key}",
       "终端 {tid} 仍未送达 {key} 的冲正"),
    _S("batch_pending", 10, LIVENESS,
       "batch {batch} of terminal {tid} is still open: {why}",
       "终端 {tid} 批次 {batch} 仍未结算：{why_zh}"),
    _S("still_pending", 10, LIVENESS,
       "{actor} says that this is still pending: {detail}",
       "{actor} 报告仍未完成：{detail}"),
    _S("expected_arrived", 0, LIVENESS,
       "expected {wanted} to have arrived{by}: {arrived} of {taken} sales did",
       "期望{wanted_zh}到账{by_zh}：{taken} 笔中到账 {arrived} 笔"),
    _S("expected_exercised", 0, LIVENESS,
       "expected the case of invariant {number} ({name}) to come up, and it never did",
       "期望出现不变式 {number}（{name_zh}）的情形，但从未出现"),
    _S("expected_placed", 0, LIVENESS,
       "expected to be {where}: {wanted}; it came out: {found}",
       "期望{where_zh}：{wanted_zh}；结果：{found_zh}"),
    _S("expected_fewer_declined", 0, LIVENESS,
       "expected at most {most} of the sales to be declined: {declined} of {meant} were",
       "期望拒绝比例不超过 {most}：{meant} 笔中拒绝 {declined} 笔"),
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
    _R("open_batch", "batch {batch} is not settled yet", "批次 {batch} 尚未结算"),
    _R("awaits_cut_over", "awaits the next cut-over", "等待下一次日切清算"),
    _R("due", "payout {payout} is due {due}", "付款 {payout} 应于 {due} 到账"),
    _R("overdue", "payout {payout} was due {due}", "付款 {payout} 已过应到时间 {due}"),
    _R("in_suspense", "in suspense: {reason}", "挂账：{reason_zh}"),
    _R("hold", "held, not completed", "预授权未完成"),
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
    _R("payout_lost", "payout {payout} was due {due} and never posted",
       "付款 {payout} 应于 {due} 到账，至今未入账"),
    _R("not_captured", "the cardholder paid, and the acquirer has no record of the sale",
       "持卡人已扣款，收单方无此交易"),
    _R("never_debited", "the goods are gone, and nobody was debited", "商品已交付，但未扣款"),
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
