"""What hands are asked to do at a terminal, and what they are asked to tell, in English and Chinese."""

from __future__ import annotations

from hil.hands.hands import Choice, Question
from simulator.catalogue.language import Message, Told
from simulator.judge.words.terms import KINDS_ZH
from simulator.wire.kinds import Kind

_M = Message

DO = _M("hands_do", "do: {kind}", "操作：{kind}")
DO_SUM = _M("hands_do_sum", "do: {kind} of ¥{yuan}", "操作：{kind} {yuan} 元")
PRESENT = _M("hands_present", "the {kind} has begun: present the card, and type the PIN if it is asked for",
             "{kind}已开始：请出示卡片，如有提示请输入密码")
SHOW = _M("hands_show", "the {kind} has begun: show the code to the scanner", "{kind}已开始：请向扫码器出示付款码")
KINDS: dict[Kind, Told] = {
    each: Told(each.value.replace("_", " "), KINDS_ZH.get(each.value, each.value)) for each in Kind}

DARK = ""  # the result of a terminal that went dark
RESULT = Question(
    name="result", text=Told("what does the screen show", "屏幕显示什么"),
    choices=(
        Choice("approved", "a", Told("approved", "成功")), Choice("declined", "d", Told("declined", "拒绝")),
        Choice("refused", "r", Told("refused by the terminal", "终端拒绝受理")),
        Choice("failed", "f", Told("failed, no answer", "失败、无应答")),
        Choice("dark", "x", Told("nothing, it is dark", "无显示，已断电")),
    ))
CODE = Question(name="response_code", text=Told("response code on the screen", "屏幕上的应答码"), optional=True)
OF_RECEIPT: tuple[Question, ...] = (
    Question(name="stan", text=Told("trace number (STAN) on the receipt", "凭条上的凭证号（流水号）"), optional=True),
    Question(name="batch", text=Told("batch number on the receipt", "凭条上的批次号"), optional=True),
    Question(name="rrn", text=Told("reference number (RRN) on the receipt", "凭条上的参考号"), optional=True),
    Question(name="auth_code", text=Told("authorisation code on the receipt", "凭条上的授权码"), optional=True),
)
VOUCHER = Question(name="voucher", text=Told("payment voucher on the receipt", "凭条上的付款凭证码"), optional=True)

NO_NUMBER = _M("hands_no_number", "{name}: it answered {field} {given}; allowed: up to six digits",
               "{name}：{field} 的应答为 {given}；应为至多六位数字")
NO_FORM = _M("hands_no_form", "{name}: it answered {field} {given}; allowed: {form}", "{name}：{field} 的应答为 {given}；应为 {form}")
TWELVE = Told("up to twelve letters and digits", "至多十二位字母或数字")
TWO = Told("two letters or digits", "两位字母或数字")
SIX = Told("up to six letters and digits", "至多六位字母或数字")
