"""Codes of signs in words: response codes, reasons, stages, papers; a code always stands beside its words."""

from __future__ import annotations

from collections.abc import Callable

from simulator.catalogue.disputes import STAGES, DisputeStage
from simulator.catalogue.host_reasons import AlarmCode
from simulator.catalogue.kind_words import KINDS_ZH
from simulator.catalogue.language import Message, Told
from simulator.catalogue.reasons import reason_of
from simulator.catalogue.remedies import PAPERS
from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.catalogue.terminal_reasons import shown_words

_WITH_CODE = Message("with_code", "{words} ({code})", "{words}（{code}）")
_WALLET: dict[str, Told] = {  # what a wallet says of a payment
    "unknown": Told("it does not know the outcome", "结果未知"),
    "pending": Told("the customer is still paying", "用户支付中"),
    "failed": Told("the payment failed", "支付失败"),
    "refunded": Told("given back", "已退款"), "cancelled": Told("cancelled", "已撤销"),
}
_ASKS: dict[str, Told] = {  # the processing request in the header of a reply
    "1": Told("download the parameters", "参数下载"), "2": Told("upload the status", "状态上送"),
    "3": Told("sign on again", "重新签到"), "4": Told("download public keys", "公钥下载"),
    "5": Told("download chip parameters", "IC 卡参数下载"),
    "6": Told("download newer software", "程序更新下载"),
    "7": Told("download the black list", "黑名单下载"), "8": Told("download exchange rates", "汇率下载"),
    "9": Told("download contactless parameters", "非接参数下载"),
}
_WAYS: dict[str, Told] = {
    "request": Told("requests", "请求"), "reply": Told("replies", "应答"), "up": Told("to the host", "上行"),
    "0500": Told("the totals of settlements", "批结算"), "0320": Told("details of a batch", "批上送"),
    "down": Told("to the terminal", "下行"), "both": Told("both ways", "双向"),
}


def _answer(code: str) -> Told | None:
    row = RESPONSE_CODES.get(code)
    if row is None:
        return _WALLET.get(code)
    return Told(row.en or row.meaning, row.meaning or row.display.replace(" ", ""))


def _shown(code: str) -> Told | None:
    try:
        return Told(*shown_words(code))
    except ValueError:
        return None


def _kind(code: str) -> Told | None:
    return Told(code.replace("_", " "), KINDS_ZH[code]) if code in KINDS_ZH else None


def _reason(field: str) -> Callable[[str], Told | None]:
    def said(code: str) -> Told | None:
        reason = reason_of(field, code)
        return None if reason is None else Told(reason.en, reason.zh)
    return said


def _stage(code: str) -> Told | None:
    row = STAGES.get(DisputeStage(code)) if code in set(DisputeStage) else None
    return None if row is None else Told(row.en, row.zh)


def _alarm(code: str) -> Told | None:
    row = next((each for each in AlarmCode if each == code), None)
    return None if row is None else Told(row.en, row.zh)


_payout = _reason("payout_returned.reason")
_WORDS: dict[str, Callable[[str], Told | None]] = {  # by the name of a sign
    "host_says": _answer, "channel_says": _answer, "terminal_gave_up": _reason("concluded.reason"),
    "terminal_shows": _shown, "terminal_restarted": _reason("restarted.why"), "host_alarm": _alarm,
    "payout_returned": _payout, "payout_queued": _payout, "held_back": _payout,
    "papers_missing": PAPERS.get, "host_asks": _ASKS.get, "host_silent": _kind, "disputed": _stage,
    "no_slip": _reason("disputed.lacking"),
    "altered": _WAYS.get, "heard_twice": _WAYS.get,
}


def code_told(sign: str, code: str) -> Told:
    """A code of a sign in words, the code beside it; alone where no table has it.

    >>> code_told("host_says", "96").en, code_told("papers_missing", "licence").zh
    ('system fault (96)', '营业执照（licence）')
    """
    say = _WORDS.get(sign)
    words = say(code) if say else None
    if words is None:
        return Told(code or "-", code or "-")
    return _WITH_CODE.both(words=words, code=code)


def answer_told(code: str) -> Told:
    """What a host, a bank or a wallet answered.

    >>> answer_told("51").en, answer_told("00").zh, answer_told("").en
    ('insufficient funds (51)', '交易成功（00）', '-')
    """
    return code_told("host_says", code)


def reason_told(code: str) -> Told:
    """Why a terminal did not do what was asked."""
    return code_told("terminal_gave_up", code)


_ASKED_ZH = {  # of issuers and wallets
    "debit": "扣款", "credit": "退款", "hold": "冻结", "release": "解冻", "reverse": "冲正", "balance": "查询余额",
    "pay": "支付", "query": "查询", "refund": "退款", "cancel": "撤销",
}


def asked_told(asked: str) -> Told:
    """What an issuer or a wallet was asked for.

    >>> asked_told("debit").zh
    '扣款'
    """
    return Told(asked, _ASKED_ZH.get(asked, asked))


def kind_told(what: str) -> Told:
    """A kind of transaction."""
    return Told(what.replace("_", " "), KINDS_ZH.get(what, what))
