"""What is said of moments on the line, as rows and tables in English and Chinese: forms, kinds, refusals."""

from __future__ import annotations

from simulator.catalogue.language import Message, Told
from simulator.judge.words.terms import KINDS_ZH
from simulator.wire.kinds import Kind

_M = Message

# ---- the whole ----------------------------------------------------------------------------------
BEFORE = _M("trigger_before", "before the {what} leaves", "{what}发出之前")
BEHIND = _M("trigger_behind", "when the {behind} has been heard and before the {what} leaves", "收到{behind}之后、{what}发出之前")
AFTER = _M("trigger_after", "after the {what} left", "{what}发出之后")
LATER = _M("trigger_later", "{ms} ms after the {what} left", "{what}发出{ms}毫秒之后")

# ---- a message ----------------------------------------------------------------------------------
REQUEST = _M("trigger_request", "{kind} request", "{kind}请求")
REPLY = _M("trigger_reply", "{kind} reply", "{kind}应答")
RECORD = _M("trigger_record", "{nth} record of the upload", "上送第{nth}条记录")
RECORD_REPLY = _M("trigger_record_reply", "reply to the {nth} record of the upload", "上送第{nth}条记录的应答")
NTH = _M("trigger_nth", "{nth} {what}", "第{nth}条{what}")
CODE = _M("trigger_code", "{what} with code {code}", "应答码{code}的{what}")
FURTHER = _M("trigger_further", "{what} ({facts})", "{what}（{facts}）")
REPEATED = _M("trigger_repeated", "repeated {what}", "重发的{what}")
KIND_WORDS: dict[str, Told] = {
    each.value: Told(each.value.replace("_", " "), KINDS_ZH.get(each.value, each.value)) for each in Kind}

# ---- what has words of its own ------------------------------------------------------------------
APPROVAL = Told("approval", "批准应答")
IN_RECORD = Told("in the {nth} record of the upload", "上送第{nth}条记录时")
WHILE: dict[str, Told] = {  # which trigger each is stands in triggers.py
    "updates": Told("while it updates", "更新程序时"),
    "uploads": Told("while it uploads", "批上送时"),
    "settles": Told("while it settles", "结算时"),
    "signs on": Told("while it signs on", "签到时"),
    "loads keys": Told("while it loads its keys", "下载公钥时"),
}

# ---- refusals -----------------------------------------------------------------------------------
NO_FORM = _M(
    "trigger_no_form",
    "{given} is no moment on the line; write for example: before the 0210 leaves · when the 0200 has been heard and "
    "before the 0210 leaves · 200 ms after the approval left · in the 3rd record of the upload · while it updates · "
    "before 0210 nth=2 code=00 · after sale.reply +200ms",
    "{given} 不是线路上的时刻；例如可写：0210发出之前 · 收到0200之后、0210发出之前 · 批准应答发出200毫秒之后 · 上送第3条记录时 · "
    "更新程序时 · before 0210 nth=2 code=00 · after sale.reply +200ms")
NO_MESSAGE = _M("trigger_no_message", "{given} is no message; allowed: a message type ({mtis}), or KIND request, KIND reply "
                "with one of {kinds}",
                "{given} 不是报文；只能是报文类型（{mtis}），或“交易类型+请求/应答”，交易类型为 {kinds}")
NO_COUNT = _M("trigger_no_count", "{field} {given}: it never comes, they are counted from 1 to {most}",
              "{field} {given}：不会出现，从 1 数到 {most}")
NO_KEY = _M("trigger_no_key", "{given} says nothing of a message; allowed: {names}", "{given} 不是报文的条件；只能是：{names}")
NO_CODE = _M("trigger_no_code", "a request has no response code: say which reply", "请求没有应答码：请写明是哪种应答")
NOT_A_CODE = _M("trigger_not_a_code", "{given} is no response code: two digits or capitals", "{given} 不是应答码：应为两位数字或大写字母")
NO_RECORD = _M("trigger_no_record", "only a batch upload has records, a {what} has none", "只有批上送才有记录，{what}没有")
LONG = _M("trigger_long", "{given} ms is longer than {most} ms: nothing is under way by then",
          "{given} 毫秒超过 {most} 毫秒：届时已没有进行中的业务")
NO_DELAY = _M("trigger_no_delay", "a moment before a message leaves has no delay: it would have left; say after",
              "报文发出之前的时刻不能再延后：届时报文已发出；请用“之后”")
WRONG_WAY = _M("trigger_wrong_way", "{mti} never goes {way}: {other} it does", "{mti} 不会 {way}，只会 {other}")
NOT_OF_KIND = _M("trigger_not_of_kind", "no {kind} goes as {mti}: it is {allowed}", "{kind} 不用 {mti}，而用 {allowed}")
ALIKE = _M("trigger_alike", "{what} is heard when it comes, so nothing lies between: name two messages",
           "{what} 到达即为收到，其间没有时刻：请写出两种报文")
