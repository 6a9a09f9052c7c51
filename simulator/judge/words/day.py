"""What is told of a run as a whole: what was done to it, why it came out so, what a reader should know.

Rows only; labels, targets and modes are facts and are the same in both languages.
"""

from __future__ import annotations

import re

from simulator.catalogue.language import Message, Told
from simulator.catalogue.remedies import PAPERS

_M = Message
RUN_BEGINS = _M("run_begins", "the run begins", "运行开始")
FAULTS_END = _M("faults_end", "every fault ends", "所有故障结束")
RUN_ENDS = _M("run_ends", "the run ends", "运行结束")
OF_PHASE: dict[str, Message] = {"faults": RUN_BEGINS, "heal": FAULTS_END, "ended": RUN_ENDS}

FAULT_BEGINS = _M("fault_begins", "'{fault}' begins ({mode})", "“{fault}”开始（{mode}）")
FAULT_BEGINS_AT = _M(
    "fault_begins_at", "'{fault}' begins ({mode} at {target})", "“{fault}”开始（{mode}，位于 {target}）")
FAULT_ENDS = _M("fault_ends", "'{fault}' ends ({mode})", "“{fault}”结束（{mode}）")
FAULT_ENDS_AT = _M(
    "fault_ends_at", "'{fault}' ends ({mode} at {target})", "“{fault}”结束（{mode}，位于 {target}）")
FAULT_ENDS_FOR = _M(
    "fault_ends_for", "'{fault}' ends for {only} ({mode})", "“{fault}”对 {only} 结束（{mode}）")
FIRST_STRIKES = _M(
    "first_strikes", "'{fault}' first strikes: {anchor}", "“{fault}”首次触发：{anchor}")
ACTED = _M("acted", "{who}: {action}{target}{detail}", "{who}：{action}{target}{detail}")
MORE = _M("more", ", {more}", "，{more}")
EVERYBODY = _M("everybody", "run", "全体")

DISPUTE_OPEN = _M(
    "dispute_open", "dispute {case} is open until {due}; give a later until or drain",
    "争议单 {case} 至 {due} 前未了结；请推迟 until 或延长 drain")

SWITCHED = _M("switched", "power ({supply}): {act}{more}", "电源（{supply}）：{act}{more}")
ASKED = _M("asked", "hands ({by}): {what}{more}", "手（{by}）：{what}{more}")
ON_THE_LINE = _M(
    "on_the_line", "line {way}: {message} {fate}{more}", "线路{way}：{message} {fate}{more}")
WAYS: dict[str, Told] = {
    "up": Told("to the host", "上行"), "down": Told("to the terminal", "下行"),
}
ACTS: dict[str, Told] = {
    "off": Told("off", "断电"), "on": Told("on", "通电"), "hang": Told("hung", "停住"),
    "resume": Told("goes on", "继续"),
}
FATES: dict[str, Told] = {
    "lost": Told("lost", "丢失"), "held": Told("held back", "扣留"), "repeated": Told("repeated", "重复"),
    "swapped": Told("put behind the next", "与下一条对调"), "changed": Told("changed", "被改"),
    "cut_short": Told("cut short", "被截短"), "garbage": Told("made garbage", "变为乱码"),
    "wrong_length": Told("given a wrong length", "长度被改错"), "hung_up": Told("hung up on", "被挂断"),
    "split": Told("sent in pieces", "分片发送"), "forged": Told("followed by one that nobody sent", "其后跟了一条无人发出的报文"),
    "reset": Told("reset", "连接被复位"), "nowhere": Told("went nowhere, no host was there", "无主机可达"),
}

VIOLATED = _M(
    "violated", "invariant {number} ({name}) violated {times} times",
    "不变式 {number}（{name}）被违反 {times} 次")
CUT_OFF = _M(
    "cut_off", "the trace ends in the phase {phase}, before its run did",
    "轨迹在阶段 {phase} 中断，运行尚未结束")
STATE_ACCEPTED = _M(
    "state_accepted", "the host went on with a state that was not as it had left it ({accepted}): {detail}",
    "主机在状态文件已非原样（{accepted}）的情况下继续运行：{detail}")
EVIDENCE_MISSING = _M(
    "evidence_missing", "the host went on with a state that was not as it had left it ({accepted}), {missing} of its commits "
    "are missing: what came after is held against nobody",
    "主机在状态文件已非原样（{accepted}）的情况下继续运行，缺失 {missing} 次提交：其后所见不归咎于任何一方")
HELD_BACK = _M(
    "held_back", "invariant {number}, not held against anybody, part of the evidence is missing: {what}",
    "不变式 {number}，因部分证据缺失而不归咎于任何一方：{what}")
KINDS_OF_STATE: dict[str, Told] = {
    "damaged": Told("damaged", "已损坏"), "older": Told("an older copy", "较旧的副本"),
    "foreign": Told("made with another scenario, seed or version", "由不同的场景、种子或版本产生"),
}
NOT_SAID = _M("not_said", "the trace does not say what was run", "轨迹没有说明运行的内容")
CAME_OUT = _M(
    "came_out", "the scenario expects {wanted}, and it came out {verdict}",
    "场景期望 {wanted}，结果为 {verdict}")
NEVER_STRUCK = _M(
    "never_struck", "fault '{fault}' ({mode}) never struck", "故障“{fault}”（{mode}）从未触发")
NEVER_TAKEN = _M(
    "never_taken", "remedy {action} was taken by nobody", "补救措施“{action}”无人执行")
PROVISIONAL = _M(
    "provisional",
    "the holidays of {year} are not announced yet: working days and payouts are provisional",
    "{year} 年的放假安排尚未公布：工作日与付款日期均为暂定")

ACTIONS: dict[str, Told] = {
    "retry_after_maintenance": Told("retry after maintenance", "维护后重试"),
    "settle": Told("settle", "手工结算"),
    "pause_sales": Told("pause sales", "暂停交易"),
    "resume_sales": Told("resume sales", "恢复交易"),
    "restart_terminal": Told("restart terminal", "重启终端"),
    "restart_router": Told("restart router", "重启路由器"),
    "check_network": Told("check network", "检查网络"),
    "update_software": Told("update software", "更新软件"),
    "demand_download": Told("demand download", "要求下载"),
    "unfreeze_account": Told("unfreeze account", "解冻账户"),
    "correct_account": Told("correct account", "更正账户"),
    "release_suspense": Told("release suspense", "申请释放挂账"),
    "contact_support": Told("contact support", "联系客服"),
    "check_records": Told("check records", "核对记录"),
    "warn_customers": Told("warn customers", "告知客户"),
}

# What people learn by looking stands in a trace as a sentence; these are its parts.
_SEEN: tuple[Message, ...] = (
    _M("open_batches", "terminals' open batches {n} of {sum}", "终端未结批次 {n} 笔 {sum}"),
    _M("back_office", "back office, not cleared {n} of {sum}", "后台未清算 {n} 笔 {sum}"),
    _M("suspense", "in suspense {n} of {sum}", "挂账 {n} 笔 {sum}"),
    _M("statement", "bank statement {n} of {sum}", "银行流水 {n} 笔 {sum}"),
    _M("expected", "expected {sum}", "预计 {sum}"),
    _M("unseen_office", "back office not seen: no access to the back office", "后台未能查看：没有后台权限"),
    _M("unseen", "not seen: no access to the back office", "未能查看：没有后台权限"),
    _M("terms", "terms: {sum} %", "费率：{sum}%"),
    _M("at_most", "at most {sum}", "封顶 {sum}"),
    _M("on_each", "{sum} on each sale", "每笔另加 {sum}"),
    _M("paid_so_far", "paid so far {n} of {sum}", "已付 {n} 笔 {sum}"),
    _M("own_name", "bound account at {name} in the merchant's name", "绑定账户在 {name}，户名与商户一致"),
    _M("other_name", "bound account at {name} IN ANOTHER NAME", "绑定账户在 {name}，户名不一致"),
    _M("in_order", "own account in order", "账户状态正常"),
    _M("frozen", "own account frozen", "账户已冻结"),
    _M("closed", "own account closed", "账户已销户"),
    _M("dormant", "own account dormant", "账户不动户"),
    _M("nothing_open", "nothing is open", "没有未了款项"),
    _M("payout", "payout {name} of {sum}", "付款 {name} 金额 {sum}"),
    _M("kept_at", "kept at {sum}", "保存于 {sum}"),
    _M("never_keyed", "{name}: never keyed", "{name}：从未录入"),
    _M("no_wallet", "{name}: no wallet payment", "{name}：不是钱包支付"),
    _M("wallet_open", "{name}: open; wait, and pay by nothing else meanwhile", "{name}：结果未明，请等待，其间勿改用其他方式支付"),
    _M("reversal_to_go", "{name}: failed, its reversal is still to go; wait for it", "{name}：失败，冲正尚未送达，请等待"),
    _M("not_paid", "{name}: not paid", "{name}：未支付"),
    *(_M(f"waits_{paper}", f"waits for {told.en}", f"等待{told.zh}") for paper, told in PAPERS.items()),
)
_PATTERNS = tuple(
    (re.compile(re.escape(row.en).replace(r"\{n\}", r"(?P<n>\d+)").replace(
        r"\{sum\}", r"(?P<sum>[-\d.: ]*\d)").replace(r"\{name\}", r"(?P<name>[^\s,;:]+)")), row)
    for row in _SEEN
)


def kinds_of_state(accepted: tuple[str, ...]) -> Told:
    """What was accepted of a state, in words."""
    told = [KINDS_OF_STATE.get(each) or Told(each, each) for each in accepted]
    return Told(", ".join(each.en for each in told), "、".join(each.zh for each in told))


def seen_zh(detail: str) -> str:
    """What somebody saw, in Chinese; a name or a number that is no such sentence as it is.

    >>> seen_zh("in suspense 1 of 68.00, bank statement 0 of 0.00"), seen_zh("S1")
    ('挂账 1 笔 68.00，银行流水 0 笔 0.00', 'S1')
    """
    text = detail
    for pattern, row in _PATTERNS:
        text = pattern.sub(lambda found, row=row: row.both(**found.groupdict()).zh, text)  # type: ignore[misc]
    return text if text == detail else text.replace(", ", "，").replace("; ", "；")
