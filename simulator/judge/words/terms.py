"""The words of the trade that stand in a trace, said to a person: kinds, results, reasons, F39.

Names only.  What no table here has is shown as the trace has it.
"""

from __future__ import annotations

from simulator.catalogue.kind_words import KINDS_ZH, RESULTS_ZH
from simulator.catalogue.reasons import reason_of

__all__ = [
    "ACTORS_ZH", "AMOUNTS_ZH", "DECLINES", "KINDS_ZH", "PLACES_ZH", "RESULTS_ZH", "actor_zh", "decline", "ended",
    "reason_said", "said",
]
_RESULTS: dict[str, str] = {"refused": "refused at the terminal", "pending": "to be inquired"}
ACTORS_ZH: tuple[tuple[str, str], ...] = (
    ("terminal.", "终端 "), ("acquirer", "主机"), ("merchant.", "商户 "), ("clearing", "清算"),
)
PLACES_ZH: dict[str, str] = {
    "arrived": "已到账", "on_the_way": "在途", "suspended": "挂账", "netted": "已抵扣", "lost": "未到账",
    "held": "预授权", "undone": "已撤销", "declined": "未成交",
}
AMOUNTS_ZH: dict[str, str] = {"all": "全部", "none": "无"}
DECLINES: dict[str, tuple[str, str]] = {
    "01": ("refer to the issuer", "查发卡方"), "03": ("no such merchant", "无效商户"),
    "04": ("the card is to be kept", "没收卡"), "05": ("the issuer does not honour it", "不予承兑"),
    "12": ("no valid transaction", "无效交易"), "13": ("no valid amount", "无效金额"),
    "14": ("no such card number", "无效卡号"), "15": ("no such issuer", "无此发卡方"),
    "22": ("operated wrongly", "怀疑操作有误"), "25": ("the original is not found", "查不到原交易"),
    "30": ("format error", "格式错误"), "34": ("fraud suspected", "有作弊嫌疑"),
    "38": ("PIN tried too often", "超过允许的密码次数"),
    "40": ("not supported", "请求的功能尚不支持"), "41": ("the card was reported lost", "挂失卡"),
    "43": ("the card was stolen", "被窃卡"), "51": ("insufficient funds", "余额不足"),
    "54": ("the card has expired", "过期的卡"), "55": ("wrong PIN", "密码错误"),
    "57": ("not permitted to the cardholder", "不允许持卡人进行的交易"),
    "58": ("not permitted to the terminal", "不允许终端进行的交易"),
    "61": ("over the limit", "超出金额限制"), "62": ("the card is restricted", "受限制的卡"),
    "64": ("not the original amount", "原始金额不正确"), "65": ("used too often", "超出次数限制"),
    "68": ("the issuer did not answer", "发卡方应答超时"),
    "75": ("PIN tried too often", "密码错误次数超限"), "90": ("the day is being closed", "日切处理中"),
    "91": ("the issuer is out of reach", "发卡方不能操作"), "94": ("sent twice", "重复交易"),
    "96": ("system failure", "系统异常"), "97": ("no such terminal", "无效终端"),
    "98": ("no answer from the issuer", "收不到发卡方应答"),
    "99": ("PIN format error", "PIN 格式错"), "A0": ("wrong MAC", "MAC 校验错"),
}


def said(names: dict[str, str], name: str) -> str:
    """A name in Chinese; one that the table does not have is shown as it is.

    >>> said(KINDS_ZH, "sale"), said(KINDS_ZH, "barter")
    ('消费', 'barter')
    """
    return names.get(name, name)


def reason_said(field: str, value: str | None) -> tuple[str, str]:
    """A reason of a record in English and Chinese; what no set has is marked.

    >>> reason_said("lost.why", "refuse_connect"), reason_said("lost.why", None)
    (('the connection was refused', '拒绝连接'), ('', ''))
    """
    if not value:
        return "", ""
    reason = reason_of(field, value)
    return (value, f"「{value}」") if reason is None else (reason.en, reason.zh)


def actor_zh(actor: str) -> str:
    """Who did something, in Chinese.

    >>> actor_zh("terminal.10000001"), actor_zh("bank.a")
    ('终端 10000001', 'bank.a')
    """
    for begins, chinese in ACTORS_ZH:
        if actor.startswith(begins):
            return chinese + actor[len(begins):]
    return actor


def decline(code: str) -> tuple[str, str]:
    """What stands behind "declined", in two languages; ``code`` is F39, a reason, or "".

    >>> decline("51")
    (': insufficient funds (51)', '：余额不足（51）')
    """
    if not code:
        return "", ""
    if code in DECLINES:
        english, chinese = DECLINES[code]
        return f": {english} ({code})", f"：{chinese}（{code}）"
    english, chinese = reason_said("concluded.reason", code)
    return f" ({english})", f"（{chinese}）"


def ended(result: str, code: str) -> tuple[str, str]:
    """How a void or refund ended, in two languages, with F39 or the reason beside its words.

    >>> ended("declined", "25"), ended("approved", "00"), ended("", "")
    (('declined: the original is not found (25)', '拒绝：查不到原交易（25）'), ('approved (00)', '成功（00）'), ('', ''))
    """
    english, chinese = _RESULTS.get(result, result), said(RESULTS_ZH, result)
    if not code or not result:
        return english, chinese
    if code in DECLINES:
        told, told_zh = DECLINES[code]
    else:
        told, told_zh = reason_said("concluded.reason", code)
    if told == code or result == "approved":
        return f"{english} ({code})", f"{chinese}（{code}）"
    return f"{english}: {told} ({code})", f"{chinese}：{told_zh}（{code}）"
