"""What hands are asked to do and to tell, in English and Chinese."""

from __future__ import annotations

from simulator.catalogue.language import Message, Told
from simulator.judge.words.terms import KINDS_ZH, said
from simulator.wire.kinds import Kind

DO = Message("hands_do", "{kind}", "{kind}")
DO_SUM = Message("hands_do_sum", "{kind} of {amount}", "{kind} {amount}")
PRESENT = Message("hands_present", "present this to the terminal for {amount}, and the PIN where it asks",
                  "向终端出示，金额 {amount}；要求时输入密码")
HOW = Told("how did it end", "结果如何")
APPROVED = Told("approved", "成功")
DECLINED = Told("declined", "拒绝")
REFUSED = Told("refused by the terminal", "终端拒绝受理")
FAILED = Told("failed, no answer", "失败，无应答")
WENT_DARK = Told("it went dark", "断电")
CODE = Told("response code", "应答码")
STAN = Told("trace number", "流水号")
BATCH = Told("batch number", "批次号")
RRN = Told("reference number (RRN)", "检索参考号")
AUTH_CODE = Told("authorisation code", "授权码")
DATE = Told("date on the receipt, MMDD", "签购单日期 MMDD")


def kind_of(kind: Kind) -> Told:
    """What is to be done, by its name in the trade."""
    return Told(kind.value.replace("_", " "), said(KINDS_ZH, kind.value))
