"""The words of a report in English and Chinese, as one table; says nothing about a run."""

from __future__ import annotations

from simulator.catalogue.language import Language
from simulator.catalogue.language import Told as Word
from simulator.judge.verdict import State, Urgency, Verdict, Where

__all__ = ["Language", "Word", "word"]

VERDICTS: dict[Verdict, Word] = {
    Verdict.PASS: Word("PASS", "通过"),
    Verdict.INCONCLUSIVE: Word("INCONCLUSIVE", "无结论"),
    Verdict.FAIL: Word("FAIL", "不通过"),
    Verdict.ERROR: Word("ERROR", "测试台出错"),
}
STATES: dict[State, Word] = {
    State.HELD: Word("held", "成立"),
    State.VIOLATED: Word("violated", "违反"),
    State.NOT_EXERCISED: Word("not exercised", "未触发"),
    State.NOT_OBSERVABLE: Word("not observable", "不可观察"),
}
URGENCIES: dict[Urgency, Word] = {
    Urgency.SAFETY: Word("wrong", "错误"),
    Urgency.LIVENESS: Word("missing", "未发生"),
    Urgency.REFUSED: Word("refused, the money is safe", "已被主机拒绝，资金安全"),
}
PLACES: dict[Where, Word] = {
    Where.ARRIVED: Word("arrived", "已到账"),
    Where.ON_THE_WAY: Word("on its way", "在途"),
    Where.SUSPENDED: Word("suspended", "挂账"),
    Where.NETTED: Word("netted", "已抵扣"),
    Where.LOST: Word("lost", "未到账"),
    Where.HELD: Word("held", "预授权"),
    Where.UNDONE: Word("undone", "已撤销"),
    Where.DECLINED: Word("declined", "未成交"),
}
TARGETS: dict[str, Word] = {
    "virtual world": Word("virtual world", "虚拟环境"),
    "simulated terminals": Word("simulated terminals", "模拟终端"),
    "terminals at ports": Word("terminals at ports", "端口终端"),
    "simulated terminals and terminals at ports": Word(
        "simulated terminals and terminals at ports", "模拟终端与端口终端"),
    "no terminals": Word("no terminals", "无终端"),
}
DEVICES: dict[str, Word] = {  # what announces itself at a port; anything else by its own name
    "": Word("nobody said what", "未说明设备"),
    "virtual device": Word("virtual device", "虚拟终端"),
    "emulated terminal": Word("emulated terminal", "仿真终端"),
    "real terminal": Word("real terminal", "真实终端"),
}
WORDS: dict[str, Word] = {
    "ends": Word("Terminals: {n} simulated, {m} at ports: {named}", "终端：模拟 {n} 台，端口 {m} 台：{named}"),
    "unseen": Word(
        "not observable of {named}, as no log of it is there: {rules}",
        "因无终端日志，{named} 以下各项不可观察：{rules}"),
    "listed": Word(", ", "、"),
    "and_more": Word(" and {n} more", " 等另 {n} 台"),
    "taken": Word("taken", "收款"),
    "fee": Word("fee", "手续费"),
    "kept_fee": Word("of it not returned", "其中退货未退"),
    "shares": Word(
        "of {fee} fees cleared: issuers {issuer}, network {network}, acquirer {acquirer}",
        "已清算手续费 {fee}：发卡行 {issuer}，卡组织 {network}，收单机构 {acquirer}"),
    "shares_short": Word(
        "of {fee} fees cleared: issuers {issuer}, network {network}; the acquirer pays {acquirer}",
        "已清算手续费 {fee}：发卡行 {issuer}，卡组织 {network}；收单机构倒贴 {acquirer}"),
    "net": Word("net", "净额"),
    "in_suspense": Word("since {since} ({days} [day|days]): {reason}", "自 {since} 起（{days} 天）：{reason}"),
    "disputed_sum": Word("taken by disputes", "争议扣款"),
    "dispute_fee": Word("fee for chargebacks", "退单处理费"),
    "returned_sum": Word("later refunds, net", "到账后退回净额"),
    "netted_sum": Word("netted sales, net", "已抵扣净额"),
    "paid_apart": Word("paid apart from its sale", "与原交易分开结付净额"),
    "owed_sum": Word("still owed", "尚欠"),
    "withheld": Word("deposit, SIM fee", "押金、流量费"),
    "payout_fee": Word("payout fees", "提现手续费"),
    "statement": Word("paid to accounts", "实际入账"),
    "payouts": Word("Payouts", "付款"),
    "returned": Word("given back later", "到账后退回"),
    "owed": Word("{merchant} (MID {mid}) owes {fen}", "{merchant}（商户号 {mid}）欠款 {fen}"),
    "owed_for": Word("{what} {sale}: {fen}, fee {fee}, settled {date}", "{what} {sale}：{fen}，手续费 {fee}，清算日 {date}"),
    "money": Word("Money", "资金"),
    "sales": Word("sales", "笔数"),
    "sum": Word("sum", "金额"),
    "causes": Word("By cause", "按原因"),
    "invariants": Word("Invariants", "不变式"),
    "disputes": Word("Disputes", "交易争议"),
    "risk_holds": Word("Held for risk control", "风控暂停划付"),
    "until_when": Word("to act by", "期限"),
    "expectations": Word("Expectations", "期望"),
    "met": Word("met", "符合"),
    "not_met": Word("not met", "不符合"),
    "cases": Word("cases", "次数"),
    "findings": Word("Findings", "发现"),
    "cause": Word("cause", "原因"),
    "remedy": Word("remedy", "处理"),
    "faults": Word("Faults", "故障"),
    "fired": Word("fired", "触发"),
    "windows": Word("windows", "时段"),
    "each_sale": Word("Sale by sale", "逐笔"),
    "by_merchant": Word("By merchant", "按商户"),
    "of_merchant": Word("{merchant} (MID {mid})", "{merchant}（商户号 {mid}）"),
    "more_payouts": Word("… and {n} more payouts", "……另有 {n} 笔付款"),
    "more_merchants": Word("… and {n} more merchants", "……另有 {n} 家商户"),
    "with_fee": Word(" (fee {fee}, net {net})", "（手续费 {fee}，净额 {net}）"),
    "owes": Word("owes {fen}", "欠款 {fen}"),
    "owes_for": Word(" for {items}", "（因 {items}）"),
    "colon": Word(": ", "："),
    "part": Word(" · ", " · "),
    "forced_batches": Word("Batches not settled by their terminals", "非终端结算的批次"),
    "lost_batch": Word("lost {when}: {why}", "{when} 丢失：{why}"),
    "batch_closes": Word("the host closes it by {when}", "主机最迟于 {when} 强制关闭"),
    "batch_sales": Word("in it: {named}", "其中：{named}"),
    "forced_batch": Word(
        "{tid}, batch {batch}: {how} {when} · debits {debits}: {debit} · credits {credits}: {credit}",
        "{tid} 批次 {batch}：{when} {how} · 借记 {debits} 笔 {debit} · 贷记 {credits} 笔 {credit}"),
    "orders": Word("Voids and refunds", "撤销与退货"),
    "order_counts": Word("{asked} asked for, {given} given back, {refused} refused",
                         "申请 {asked} 笔，已退回 {given} 笔，被拒 {refused} 笔"),
    "order": Word("{order}: {what} of {sale}", "{order}：{what}，原交易 {sale}"),
    "more_orders": Word("… and {n} more", "……另有 {n} 笔"),
    "asked_at": Word("asked for {when}", "{when} 申请"),
    "not_heard": Word("nothing was heard of it", "无结果"),
    "not_given": Word("nothing given back", "未退回持卡人"),
    "given_at": Word("cardholder has it back {when}", "{when} 退回持卡人"),
    "sale_id": Word("sale", "交易"),
    "cardholder": Word("cardholder: ", "持卡人："),
    "debited_at": Word("debited {when}", "{when} 扣款"),
    "held_at": Word("held since {when}", "{when} 起冻结"),
    "given_back_at": Word("{fen} given back {when}", "{when} 退回 {fen}"),
    "nothing_back": Word("nothing given back", "未退回"),
    "due_on": Word("due {when}", "应于 {when} 到账"),
    "working_day": Word(" (in {n} working day)", "（{n} 个工作日后）"),
    "working_days": Word(" (in {n} working days)", "（{n} 个工作日后）"),
    "plan": Word("Emergency plan", "应急预案"),
    "plan_quiet": Word("no alarm went off", "没有告警"),
    "plan_drill": Word("drill", "演练"),
    "plan_seen": Word("seen {seen}", "观测值 {seen}"),
    "plan_alarm": Word("{number}. {at} alarm {alarm}: {watch}", "{number}. {at} 告警 {alarm}：{watch}"),
    "plan_told": Word("told {when}: {who}", "{when} 通知：{who}"),
    "plan_not_told": Word("nobody was told", "未通知任何人"),
    "plan_acted": Word("acted {when}: {who}, after {took}", "{when} 处置：{who}，历时 {took}"),
    "plan_in_time": Word(" (in time)", "（按时）"),
    "plan_too_late": Word(" (too late)", "（超时）"),
    "plan_not_acted": Word("nobody acted", "无人处置"),
    "plan_did": Word("did {steps}", "已执行 {steps}"),
    "plan_could_not": Word("could not {steps}", "无法执行 {steps}"),
    "plan_over": Word("over {when}", "{when} 解除"),
    "plan_not_over": Word("not over", "未解除"),
    "plan_left_out": Word("… and {n} more alarms", "……另有 {n} 次告警"),
    "plan_paid": Word(
        "compensated {when}: {merchant} {fen} for {payout}, late by {days} day(s)",
        "{when} 赔付：{merchant} {fen}，付款 {payout} 逾期 {days} 天"),
    "plan_paid_sum": Word("compensation in all {fen}", "赔付合计 {fen}"),
    "plan_lesson": Word("lesson: {lesson}", "教训：{lesson}"),
    "time": Word("time", "时间"),
    "terminal": Word("terminal", "终端"),
    "card": Word("card", "卡号"),
    "where": Word("where", "状态"),
    "when": Word("when", "到账时间"),
    "due": Word("due", "应到"),
    "more_findings": Word("… and {n} more of this kind", "……同类还有 {n} 条"),
    "more_sales": Word("… and {n} more sales, not listed", "……另有 {n} 笔未列出"),
    "seed": Word("seed", "种子"),
    "why": Word("why", "说明"),
    "events": Word("What happened", "经过"),
    "more_events": Word("… and {n} more", "……另有 {n} 项"),
    "nothing": Word("no sale was meant", "没有交易"),
    "the_run": Word("the run itself", "运行本身"),
    "violated_times": Word("violated {n} times", "违反 {n} 次"),
    "held_in": Word("held in {n} cases", "在 {n} 例中成立"),
}


def word(name: str, language: Language) -> str:
    """A word of the table."""
    return WORDS[name].say(language)
