"""What the shell of a bench says, as rows in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message, Told
from simulator.catalogue.reasons import reason_of
from simulator.judge.words.terms import KINDS_ZH, RESULTS_ZH, said

_M = Message
GREETING = _M("greeting", "{name} ({kind}), terminal {tid} of merchant {mid}; host at {address}. Type help.",
              "{name}（{kind}），商户 {mid} 的终端 {tid}；主机在 {address}。输入 help 查看命令。")
KINDS = {"virtual": Told("virtual", "虚拟"), "emulated": Told("emulated", "仿真"), "real": Told("real", "真实")}
DARK = _M("dark", "{order}: {kind}: no result: the terminal went dark", "{order}：{kind}：没有结果：终端断电")
SILENT = _M("silent", "{order}: {kind}: no result: the terminal stays silent", "{order}：{kind}：没有结果：终端无应答")
RESULT = _M("result", "{order}: {kind}{amount}: {result}{facts}", "{order}：{kind}{amount}：{result}{facts}")
UNDER_WAY = _M("under_way", "{order} is still under way; see log", "{order} 仍在进行；见 log")
NO_COMMAND = _M("no_command", "no command {given}; there are: {names}", "没有命令 {given}；有：{names}")
USAGE = _M("usage", "must be: {form}", "应为：{form}")
NO_AMOUNT = _M("no_amount", "{given} is no sum; must be yuan such as 68.00", "{given} 不是金额；应为元，如 68.00")
NO_TIME = _M("no_time", "{given} is no time; must be such as 500ms, 3s or 2h", "{given} 不是时长；应如 500ms、3s 或 2h")
NO_ORDER = _M("no_order", "nothing was approved that {given} could mean; see orders",
              "没有 {given} 可指的成功交易；见 orders")
NO_WORD = _M("no_word", "{given} is not possible here; allowed: {names}", "此处不能是 {given}；只能是：{names}")
NOT_HERE = _M("not_here", "not at this bench: {why}", "此测试台做不到：{why}")
UNREADABLE = _M("unreadable", "cannot be read: {why}", "无法读取：{why}")
AT_LINE = _M("at_line", "line {number}: {text}", "第 {number} 行：{text}")
OFF_AND_ON = Told("power off, then power on starts it again", "power off 再 power on 可重新启动")
RESUME = Told("power resume lets it go on", "power resume 可使其继续")
RESTART = Told("host crash, then host restart starts it again", "host crash 再 host restart 可重新启动")
WAITS = _M("waits", "{order} is waited for, {limit} s at most (limits.answer); Ctrl-C ends the wait",
           "正在等待 {order}，最长 {limit} 秒（limits.answer）；按 Ctrl-C 结束等待")
POWER_IS = {True: _M("on", "power is on", "已通电").both(), False: _M("off", "power is off", "已断电").both()}
ARMED = _M("armed", "armed: the power goes {when} the next {what} leaves",
           "已准备：下一条 {what} 发出{when}断电")
WHEN = {"before": Told("before", "前"), "after": Told("after", "后")}
HAPPENED = _M("happened", "the power went {when} {what} (STAN {stan:06}) left",
              "{what}（流水 {stan:06}）发出{when}断电")
RULED = _M("ruled", "armed: {deed} for the next {what}", "已准备：对下一条 {what} 执行 {deed}")
LINE_GOOD = _M("line_good", "the line is a good one, no rule stands", "线路正常，没有规则")
LINE_IS = _M("line_is", "the line: {what}", "线路：{what}")
DONE = _M("done", "done", "完成")
JUMPED = _M("jumped", "it is {when}", "现在是 {when}")
STATUS_HOST = _M(
    "status_host", "host: {when}, phase {phase}; {open} open, {clearing} for clearing, {pending} pending",
    "主机：{when}，阶段 {phase}；未结算 {open} 笔，待清算 {clearing} 笔，待处理 {pending} 项")
PENDING = _M("pending", "  pending: {actor} {what} {detail}", "  待处理：{actor} {what} {detail}")
STATUS_DEVICE = _M(
    "status_device", "terminal: batch {batch:06}, next STAN {stan:06}, {signed}; {rest}",
    "终端：批次 {batch:06}，下一流水 {stan:06}，{signed}；{rest}")
SIGNED = {True: Told("signed on", "已签到"), False: Told("not signed on", "未签到")}
AT_REST = {True: Told("at rest", "静止"), False: Told("something is pending", "有待办")}
STATUS_LINE = _M("status_line", "line: {count} message(s) seen", "线路：已见 {count} 条报文")
APPROVED_ALREADY = _M("approved_already", "{order} is approved already: once more would be paid twice",
                      "{order} 已成功：再做一次会重复付款")
NO_ORDERS = _M("no_orders", "nothing was asked for yet", "尚未进行任何操作")
LEAVING = _M("leaving", "left; traces, memory and state: {folder}", "已退出；轨迹、存储和状态：{folder}")
FACTS = _M("facts", "STAN {stan:06}", "流水 {stan:06}")
AND = Told(", ", "，")
RRN = _M("rrn", "RRN {rrn}", "检索参考号 {rrn}")

HELP: dict[str, Told] = {
    "sign-on": Told("sign on as the bench's clerk", "以测试台的操作员签到"),
    "sign-off": Told("sign off", "签退"),
    "echo": Told("an echo test", "回响测试"),
    "sale": Told("a sale, of the first card if none is named", "消费；不指明卡时用第一张卡"),
    "qr": Told("a sale by the customer's code", "扫码付消费"),
    "preauth": Told("a pre-authorisation", "预授权"),
    "offline": Told("an offline sale", "离线消费"),
    "balance": Told("ask the balance of a card", "查询卡余额"),
    "again": Told("the last order once more, under its name", "以同一名称重做上一笔"),
    "void": Told("void an order by its name or STAN; the last one if none is given",
                 "按名称或流水撤销；不给出时为上一笔"),
    "refund": Told("refund an order, whole or in part", "退货，全部或部分"),
    "complete": Told("complete a pre-authorisation", "预授权完成"),
    "advise": Told("complete it by an advice", "以通知方式完成预授权"),
    "tip": Told("add a tip to a sale", "加小费"),
    "adjust": Told("correct a sale before the settlement", "结算前调整"),
    "settle": Told("settle the batch", "批结算"),
    "download": Told("load a table", "下载参数表"),
    "orders": Told("what was asked for, and how it ended", "已进行的操作及结果"),
    "power": Told("turn it off or on, or stop it and let it go on", "断电、通电，或使其停住、继续"),
    "cut": Told("cut the power when the next such message was heard, before or after it leaves",
                "在下一条此类报文到达后、发出前或发出后断电"),
    "line": Told("what becomes of the next such message, or how the line is", "下一条此类报文的处置，或线路状况"),
    "fault": Told("a fault from now on, as in a scenario; ; for a new line", "从现在起的故障，同场景写法；以 ; 换行"),
    "action": Told("a documented remedy now, as in a scenario", "立即采取有记载的补救措施，同场景写法"),
    "heal": Told("all faults end", "结束全部故障"),
    "jump": Told("the calendar jumps to the next cut-over or payout, or by a time", "日历跳到下一次日切或付款，或跳过一段时间"),
    "host": Told("kill the host, or start it again on its state", "杀掉主机，或以其状态重新启动"),
    "balances": Told("the host's ledger", "主机账本"),
    "status": Told("how terminal, host and line stand", "终端、主机和线路的状况"),
    "log": Told("the last messages on the line", "线路上最近的报文"),
    "verdict": Told("judge what was seen so far", "判定迄今所见"),
    "finish": Told("settle, let the money arrive, judge, and leave", "结算，使款项到账，判定并退出"),
    "help": Told("this list, or one command", "本列表，或一条命令"),
    "quit": Told("leave", "退出"),
}


def kind_said(kind: str) -> Told:
    """A kind of transaction."""
    return Told(kind.replace("_", " "), said(KINDS_ZH, kind))


def result_said(result: str, why: str) -> Told:
    """How it ended, with its reason."""
    reason = reason_of("concluded.reason", why) if why else None
    known = Told(str(reason.en), reason.zh) if reason is not None else Told(why, why)
    behind = Told(f" ({known.en})", f"（{known.zh}）") if why else Told("", "")
    return Told(result + behind.en, said(RESULTS_ZH, result) + behind.zh)
