"""Which replies a terminal takes, and what their response codes mean to it, as tables.

Checks no MAC: that needs a key and is the machine's.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import Enum
from functools import lru_cache

import msgspec

from simulator.wire.kinds import REPLY_MTI
from simulator.wire.message import Message

APPROVED = frozenset({"00", "10", "11", "A2", "A4", "A5", "A6"})
PARTIAL = "10"  # take F4 of the reply
DELIVERED_ADVICE = frozenset({"00", "94"})  # 94: the host has it already
REVERSAL_DONE = APPROVED | {"25", "94"}  # 25: the host knows nothing that could be reversed
WALLET_PENDING = frozenset({"09"})  # being processed: ask again
UNKNOWN_AT_HOST = "25"
TRY_LATER = frozenset({"68", "90", "91", "92", "96", "98", "A7"})  # the host could not: repeat


class CodeEffect(str, Enum):
    """What a code makes a terminal do besides ending the transaction."""

    NONE = "none"
    SIGN_ON = "sign_on"
    UPDATE = "update"
    CAPTURE_CARD = "capture_card"


CODE_EFFECT: dict[str, CodeEffect] = {
    "77": CodeEffect.SIGN_ON,
    "99": CodeEffect.SIGN_ON,
    "A0": CodeEffect.SIGN_ON,
    "78": CodeEffect.UPDATE,
    "04": CodeEffect.CAPTURE_CARD,
    "07": CodeEffect.CAPTURE_CARD,
    "33": CodeEffect.CAPTURE_CARD,
    "34": CodeEffect.CAPTURE_CARD,
    "35": CodeEffect.CAPTURE_CARD,
    "36": CodeEffect.CAPTURE_CARD,
    "37": CodeEffect.CAPTURE_CARD,
    "41": CodeEffect.CAPTURE_CARD,
    "43": CodeEffect.CAPTURE_CARD,
    "67": CodeEffect.CAPTURE_CARD,
}


# ---- is it the answer to this request? -------------------------------------------------------


class ReplyCheck(msgspec.Struct, frozen=True, gc=False):
    """One comparison of a reply with its request.

    A reply that fails an ``addressing`` check belongs to some other exchange (a late one) and is
    passed over; one that fails another is a mismatched reply, and the profile says what follows.
    """

    name: str
    holds: Callable[[Message, Message], bool]
    addressing: bool = False


def _mti(request: Message, reply: Message) -> bool:
    return reply.mti == REPLY_MTI[request.mti]


def _stan(request: Message, reply: Message) -> bool:
    return reply.stan == request.stan


def _tid(request: Message, reply: Message) -> bool:
    return reply.tid == request.tid


def _processing_code(request: Message, reply: Message) -> bool:
    return reply.processing_code == request.processing_code


def _mid(request: Message, reply: Message) -> bool:
    return reply.mid == request.mid or reply.response_code not in APPROVED


def _amount(request: Message, reply: Message) -> bool:
    asked, amount = request.amount_fen, reply.amount_fen
    if asked is None or amount == asked:
        return True
    if reply.response_code == PARTIAL:
        return amount is not None and 0 < amount < asked
    return reply.response_code not in APPROVED


REPLY_CHECKS: dict[str, ReplyCheck] = {
    check.name: check for check in (
        ReplyCheck("mti", _mti, addressing=True),
        ReplyCheck("stan", _stan, addressing=True),
        ReplyCheck("tid", _tid, addressing=True),
        ReplyCheck("processing_code", _processing_code),
        ReplyCheck("mid", _mid),
        ReplyCheck("amount", _amount),
    )
}
MAC_CHECK = "mac"


@lru_cache(maxsize=64)
def checks_of(names: tuple[str, ...]) -> tuple[ReplyCheck, ...]:
    """The checks that a profile names, addressing first; the MAC is checked apart."""
    wanted = [check for name, check in REPLY_CHECKS.items() if name in names]
    return tuple(sorted(wanted, key=lambda check: not check.addressing))


def failed_check(
    checks: tuple[ReplyCheck, ...], request: Message, reply: Message,
) -> ReplyCheck | None:
    """The first check that does not hold."""
    for check in checks:
        if not check.holds(request, reply):
            return check
    return None


# ---- what the operator reads -----------------------------------------------------------------

TEXT: dict[str, str] = {
    "00": "交易成功", "01": "请持卡人与发卡银行联系", "02": "请持卡人与发卡银行联系",
    "03": "无效商户", "04": "此卡被没收", "05": "持卡人认证失败", "06": "交易失败，请联系发卡行",
    "07": "此卡被没收", "09": "请求正在处理中", "10": "交易成功，但为部分承兑",
    "11": "交易成功，VIP客户", "12": "无效交易", "13": "无效金额", "14": "无效卡号",
    "15": "此卡无对应发卡方", "19": "请重做交易", "20": "无效应答", "21": "该卡未初始化或睡眠卡",
    "22": "操作有误，或超出交易允许天数", "23": "不可接受的交易费", "25": "没有原始交易，请联系发卡方",
    "30": "请重试", "31": "交换中心不支持的银行", "33": "过期的卡，请没收", "34": "作弊卡，吞卡",
    "35": "请没收，与安全保密部门联系", "36": "受限制的卡，请没收", "37": "请没收，呼受理方安全保密部门",
    "38": "密码错误次数超限，请与发卡方联系", "39": "无此信用卡帐户", "40": "发卡方不支持的交易类型",
    "41": "挂失卡，请没收", "42": "无此帐户", "43": "被窃卡，请没收", "44": "无此投资帐户",
    "45": "请使用IC卡", "51": "可用余额不足", "52": "无此支票帐户", "53": "无此储蓄卡帐户",
    "54": "该卡已过期", "55": "密码错", "56": "无此卡记录", "57": "不允许此卡交易",
    "58": "发卡方不允许该卡在本终端进行此交易", "59": "卡片校验错", "60": "请与安全保密部门联系",
    "61": "交易金额超限", "62": "受限制的卡", "63": "违反安全保密规定", "64": "交易金额与原交易不匹配",
    "65": "超出消费次数限制", "66": "请呼受理方安全保密部门", "67": "没收卡", "68": "交易超时，请重试",
    "75": "密码错误次数超限", "77": "批次不一致，请重新签到", "78": "需要向POS终端下载数据",
    "79": "脱机数据对帐不平", "90": "系统日切，请稍后重试", "91": "发卡方状态不正常，请稍后重试",
    "92": "发卡方线路异常，请稍后重试", "93": "交易违法，不能完成", "94": "拒绝，重复交易，请稍后重试",
    "95": "调节控制错", "96": "拒绝，交换中心异常，请稍后重试", "97": "终端未登记", "98": "发卡方超时",
    "99": "PIN格式错，请重新签到", "A0": "MAC校验错，请重新签到", "A1": "转账货币不一致",
    "A2": "交易成功，请向发卡行确认", "A3": "账户不正确", "A4": "交易成功，请向发卡行确认",
    "A5": "交易成功，请向发卡行确认", "A6": "交易成功，请向发卡行确认",
    "A7": "拒绝，交换中心异常，请稍后重试",
}


def text_of(code: str) -> str:
    """What the terminal shows for a response code; an unknown one is a plain failure.

    >>> text_of("51"), text_of("Z9")
    ('可用余额不足', '交易失败')
    """
    return TEXT.get(code, "交易失败")
