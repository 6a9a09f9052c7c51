"""What a diagnosis says, as rows in English and Chinese; concludes nothing."""

from __future__ import annotations

import re

from simulator.catalogue.language import Message, Told

_M = Message
_NUMBER = re.compile(r"\[([^|\]]*)\|([^\]]*)\]")


def counted(row: Message, count: int, **facts: object) -> Told:
    """A row that says a number: of ``[one|many]`` the form that fits it.

    >>> counted(Message("m", "{count} [message was|messages were] late", "{count} 条迟到"), 1).en
    '1 message was late'
    """
    form = 1 if count == 1 else 2
    fitting = Message(row.code, _NUMBER.sub(lambda found: found[form], row.en), row.zh)
    return fitting.both(count=count, **facts)



SIGNS: dict[str, Message] = {row.code: row for row in (
    _M("line_dead", "{count} [message|messages] did not get through, none did meanwhile", "{count} 条报文不通，其间无一条通过"),
    _M("line_patchy", "{count} [message was|messages were] lost or late, others got through", "{count} 条报文丢失或迟到，其余通过"),
    _M("line_slow", "{count} [message was|messages were] under way for unusually long, hardly one was lost", "{count} 条报文传输明显变慢，几乎没有丢失"),
    _M("line_held", "{count} [message was|messages were all] late by the same time", "{count} 条报文都晚了同样的时间"),
    _M("line_upload", "{count} batch upload [message|messages] did not get through, all others did", "{count} 条批上送报文不通，其他报文正常"),
    _M("unanswered", "{count} [request|requests] had no answer, and no log of the host is here", "{count} 条请求没有应答，此处没有主机日志"),
    _M("reply_unheard", "{count} [answer|answers] left the host and the terminal reversed for want of [it|them]; its log is not here", "{count} 条应答已由主机发出，终端却因未收到而冲正；此处没有终端日志"),
    _M("terminal_restarted", "a terminal came up again {count} [time|times]: {code}", "终端重新启动 {count} 次：{code}"),
    _M("terminal_shows", "terminals showed {count} [time|times]: {code}", "终端显示 {count} 次：{code}"),
    _M("terminal_gave_up", "operations ended {count} [time|times] with: {code}", "操作以此结束 {count} 次：{code}"),
    _M("host_restarted", "the host came up again {count} [time|times]", "主机重新启动 {count} 次"),
    _M("host_silent", "the host heard {count} [request|requests] and answered none: {code}", "主机收到 {count} 条请求而未应答：{code}"),
    _M("host_says", "the host refused {count} [time|times] by itself: {code}", "主机自行拒绝 {count} 次：{code}"),
    _M("host_asks", "the host asked {count} [time|times] in a header: {code}", "主机在报文头中要求 {count} 次：{code}"),
    _M("host_alarm", "the host raised {count} [alarm|alarms]: {code}", "主机告警 {count} 次：{code}"),
    _M("channel_says", "{who} answered {count} [time|times]: {code}", "{who} 应答 {count} 次：{code}"),
    _M("channel_late", "{who} answered {count} [time|times] later than 10 s", "{who} 有 {count} 次应答晚于 10 秒"),
    _M("channel_silent", "{who} never answered {count} [request|requests]", "{who} 对 {count} 条请求始终未应答"),
    _M("altered", "{count} [message|messages] arrived otherwise than sent: {code}", "{count} 条报文到达时与发送时不同：{code}"),
    _M("heard_twice", "{count} [message was|messages were] heard once more than sent: {code}", "{count} 条报文收到的次数多于发送：{code}"),
    _M("heard_unsent", "the host heard {count} [message that is|messages that are] in no terminal's journal", "主机收到 {count} 条任何终端日志中都没有的报文"),
    _M("payout_returned", "a payout came back {count} [time|times]: {code}", "付款退回 {count} 次：{code}"),
    _M("payout_queued", "a payout was put off {count} [time|times]: {code}", "付款被推迟 {count} 次：{code}"),
    _M("payout_unanswered", "the bank never answered {count} [payout|payouts]", "银行对 {count} 笔付款始终没有回应"),
    _M("other_kind_first", "{count} [time|times] another kind was keyed first and undone or completed at once", "{count} 次先按错交易类型，随即撤销或完成"),
    _M("tried_at_once", "{count} [time|times] the same sale was tried again within seconds", "{count} 次在数秒内重复尝试同一笔交易"),
    _M("scanned_again", "{count} QR [payment was|payments were] given back at once and scanned again", "{count} 笔扫码支付随即退款并重新扫码"),
    _M("clearing_delayed", "{count} business [day ended and was|days ended and were] not cleared in time", "{count} 个营业日结束后未及时清算"),
    _M("papers_missing", "{count} [time|times] papers were missing: {code}", "{count} 次缺少资料：{code}"),
    _M("locked_out", "{who} looked into the back office {count} [time|times] and was not let in", "{who} 查看商户后台 {count} 次，均未能登录"),
    _M("payout_late", "{count} [payout|payouts] came to the account long after being sent", "{count} 笔付款发出很久后才入账"),
    _M("payout_short", "{count} [payout|payouts] came to the account with less than was sent", "{count} 笔付款入账金额少于发出金额"),
    _M("held_back", "money was held back {count} [time|times]: {code}", "资金被扣留 {count} 次：{code}"),
    _M("notice_missing", "{count} [payout|payouts] arrived and no notice came within ten minutes", "{count} 笔付款已入账，十分钟内没有短信"),
    _M("disputed", "a dispute came to a stage {count} [time|times]: {code}", "争议进入阶段 {count} 次：{code}"),
    _M("no_slip", "a case was lost because the merchant had nothing to show {count} [time|times]: {code}",
       "商户拿不出凭证而败诉 {count} 次：{code}"),
    _M("slip_again", "{count} [slip was|slips were] printed once more: the same sale, no second one",
       "补打签购单 {count} 张：仍是同一笔交易，并非第二笔"),
    _M("slip_gone", "{count} [slip|slips] could not be printed again: the terminal's open batch has no such sale",
       "{count} 张签购单无法补打：终端未结批次中没有该笔交易"),
    _M("announced", "a maintenance was announced ({who})", "已公告系统维护（{who}）"),
    _M("sold_in_maintenance", "{count} [sale|sales] in an announced maintenance", "在公告的维护期间交易 {count} 笔"),
    _M("sold_twice", "{count} [time|times] the same card and sum twice, and one of them voided", "{count} 次同卡同金额交易两笔，其中一笔撤销"),
    _M("sold_twice_kept", "{count} [time|times] the same card and sum twice, the terminal warned of it, and neither was given back",
       "{count} 次同卡同金额交易两笔，终端已提示，且均未退还"),
    _M("sold_again", "{count} good [sale|sales] voided and sold again", "{count} 笔正常交易被撤销后重做"),
    _M("sold_again_otherwise", "{count} [sale|sales] voided and sold again with another sum", "{count} 笔交易被撤销后以另一金额重做"),
)}
NOTHING = _M("nothing", "Nothing went wrong in what can be seen here.", "从现有证据看，没有异常。")
WAITS = _M("waits", "No fault shows in what can be seen here: nobody has settled what is not there.",
           "从现有证据看，没有故障：未到账的款项尚无人结算。")
UNDECIDED = _M("undecided", "The evidence decides nothing: what stands out is listed below.", "证据不足以判断原因：异常之处列于下方。")
HEAD = _M("head", "{records} [record|records] of evidence, {terminals}, {sales}, {from_} to {until}",
          "证据 {records} 条，{terminals}，{sales}，{from_} 至 {until}")
TERMINALS = _M("terminals", "{count} [terminal|terminals]", "终端 {count} 台")
SALES = _M("sales", "{count} [sale|sales]", "交易 {count} 笔")
CAUSE = _M("cause", "{cause} ({mode})", "{cause}（{mode}）")
NAMED = _M("named", "{name} ({mid})", "{name}（{mid}）")
LESS = _M("less", "the same evidence fits less well: {cause} ({mode})", "同样的证据较不符合：{cause}（{mode}）")
WELL = _M("well", "nothing wider: {count} other [terminal|terminals] had messages through meanwhile",
          "范围不更大：其间另有 {count} 台终端通信正常")
MORE_LESS = _M("more_less", "and {count} more that fit less well", "另有 {count} 种更不符合")
OF_MERCHANT = _M("of_merchant", "{name}: ", "{name}：")
DUE_IF = _M("due_if", "due {when}, if its batch is settled before {until}", "批次在 {until} 前结算的，应于 {when} 到账")
ORS = _M("ors", " or ", " 或 ")
FIELDS: dict[str, Message] = {row.code: row for row in (
    _M("confidence", "confidence", "把握"), _M("where", "where", "范围"), _M("when", "when", "时间"),
    _M("evidence", "evidence", "证据"), _M("against", "against", "反证"), _M("touched", "sales", "涉及交易"),
    _M("money", "money", "资金"), _M("remedy", "remedy", "处理"), _M("decides", "decides", "可判别"), _M("one_of", "one of", "其一"),
    _M("unexplained", "unexplained", "未解释"), _M("not_there", "not there", "缺少"), _M("open", "not yet", "未到账"),
)}
CONFIDENCE: dict[str, Message] = {row.code: row for row in (
    _M("certain", "certain", "确定"), _M("likely", "likely", "很可能"), _M("possible", "possible", "可能"),
)}
LEVELS: dict[str, Message] = {row.code: row for row in (
    _M("terminal", "terminal", "终端"), _M("router", "all behind router", "路由器"),
    _M("merchant", "all of merchant", "商户"), _M("isp", "all of provider", "运营商"),
    _M("region", "all of region", "地区"), _M("all", "all terminals", "全部终端"),
)}
STATES: dict[str, Message] = {row.code: row for row in (
    _M("arrived", "in the merchant's account", "已到商户账户"),
    _M("suspended", "on suspense: {why}", "挂账：{why}"),
    _M("paid_out", "paid out, the bank has not said that it arrived", "已付款，银行尚未确认入账"),
    _M("put_off", "put off by the bank: {why}", "银行暂缓入账：{why}"),
    _M("cleared", "cleared, to be paid", "已清算，待付款"),
    _M("captured", "taken by the host, its batch is not settled or not cleared yet", "主机已入账，批次未结或尚未清算"),
    _M("debited", "the cardholder was debited, the acquirer has not captured it", "持卡人已扣款，收单机构未入账（单边账）"),
    _M("netted", "taken off what the merchant owed", "已抵扣商户欠款"),
    _M("charged_back", "taken back from the merchant in a dispute", "因争议从商户扣回"),
    _M("held", "held on the card, nothing was taken", "卡内冻结，未扣款"),
    _M("completed", "completed: told with its completion", "已完成，见其预授权完成"),
    _M("given_back", "given back to the cardholder", "已退还持卡人"),
    _M("not_taken", "nothing was taken", "未扣款"),
)}
DUE = _M("due", "due {when}", "应于 {when} 到账")
OF_SUM = _M("of_sum", "{count} [sale|sales], {sum}: {state}", "{count} 笔，{sum}：{state}")
LESS_BACK = _M("less_back", "{said}; {sum} more went back to [the cardholder|cardholders]", "{said}；另有 {sum} 已退还持卡人")
OR_ALSO = _M("or_also", ", or ", "，或")
SAME_ONES = _M("same_ones", "{places} (the same ones here)", "{places}（此处为同一批终端）")
NONE_TOUCHED = _M("none_touched", "none that can be named", "无可指明的交易")
MORE = _M("more", "(and {count} more)", "（另有 {count} 条）")
CUT = _M("cut", "the trace is cut short: {count} records could be read, line {line} could not",
         "轨迹不完整：可读 {count} 条，第 {line} 行无法读取")
NOT_THERE: dict[str, Message] = {row.code: row for row in (
    _M("journals", "journals of the terminals at ports", "端口终端的日志"),
    _M("host", "log of the host", "主机日志"),
    _M("books", "postings of banks", "银行账务"),
    _M("payouts", "payouts: nothing was settled, or the run ended before", "付款记录：未结算，或运行提前结束"),
)}
