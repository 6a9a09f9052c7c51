"""Phrases that stand for a value of the field: terms of payment, kinds of cards, reasons; tables in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from hil.gherkin.value import Value, refused
from hil.gherkin.wrong import unknown
from simulator.catalogue.language import Told
from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.catalogue.terminal_reasons import Refusal
from simulator.judge.verdict import Where

T = TypeVar("T")

TERMS = {
    "on the next working day": "T+1", "the next working day": "T+1", "on the same day": "D+0", "the same day": "D+0",
    "on the next day": "D+1", "at once": "instant", "instantly": "instant",
    "下一工作日到账": "T+1", "下一个工作日到账": "T+1", "当日到账": "D+0", "当天到账": "D+0", "次日到账": "D+1",
    "秒到": "instant", "实时到账": "instant",
}
CARD_KINDS = {
    "debit cards": "debit", "credit cards": "credit", "foreign cards": "foreign", "QR payments": "qr",
    "借记卡": "debit", "贷记卡": "credit", "信用卡": "credit", "外卡": "foreign", "境外卡": "foreign", "扫码付款": "qr",
}
REASONS: dict[str, str] = {  # by what people say: the codes that say it
    "there is not enough money": "51", "the card is frozen": "62", "the card is reported lost": "41",
    "the card has expired": "54", "the PIN is wrong": "55", "the sum is over the limit": "61",
    "the card was used too often": "65", "the bank does not answer": "91 98", "the bank is in maintenance": "90 91",
    "the acquirer is in maintenance": "90 91 96", "the MAC is wrong": "A0", "the sale is not found": "25",
    "the merchant may not do this": "57 58 03", "the software is too old": "A0 96 30 05", "fraud is suspected": "34 59",
    "余额不足": "51", "卡被冻结": "62", "卡已挂失": "41", "卡已过期": "54", "密码错误": "55", "超出限额": "61",
    "使用次数超限": "65", "发卡行无应答": "91 98", "银行维护": "90 91", "支付机构维护": "90 91 96", "MAC错误": "A0",
    "找不到原交易": "25", "商户不允许此交易": "57 58 03", "软件版本过旧": "A0 96 30 05", "疑似欺诈": "34 59",
}
_REFUSALS = {text: each.value for each in Refusal for text in (each.en, each.zh)}
WHERE = {
    "has arrived": Where.ARRIVED, "is on its way": Where.ON_THE_WAY, "stands in suspense": Where.SUSPENDED,
    "is lost": Where.LOST, "was given back": Where.UNDONE, "was not taken": Where.DECLINED, "is held": Where.HELD,
    "was netted": Where.NETTED,
    "已到账": Where.ARRIVED, "在途": Where.ON_THE_WAY, "挂账": Where.SUSPENDED, "丢失": Where.LOST, "已退回": Where.UNDONE,
    "未扣款": Where.DECLINED, "已冻结额度": Where.HELD, "已轧差": Where.NETTED,
}


def where_told(where: Where) -> Told:
    """Where money is, as the sentences say it."""
    en, zh = (text for text, each in WHERE.items() if each is where)
    return Told(en, zh)


DISPUTE_REASONS = {
    "it was not delivered": "not_delivered", "it is not as described": "not_as_described",
    "it was charged twice": "duplicate", "the sum is wrong": "wrong_amount", "it is fraud": "fraud",
    "the refund is missing": "refund_missing", "the sale is not recognised": "not_recognised",
    "未收到货": "not_delivered", "货不对板": "not_as_described", "重复扣款": "duplicate", "金额错误": "wrong_amount",
    "欺诈": "fraud", "未收到退款": "refund_missing", "不认可该交易": "not_recognised",
}
REFUND_BEYOND = {"owed": "owed", "refused": "refused", "advanced": "advanced", "记欠": "owed", "拒绝": "refused", "垫付": "advanced"}
OUTCOMES = {"won": "won", "lost": "lost", "refused": "refused", "胜诉": "won", "败诉": "lost", "不予受理": "refused"}
CAPTURE = {"the batch": "batch", "the host": "host", "批次": "batch", "主机": "host"}


def _one_of(rows: Mapping[str, object]) -> str:
    return "|".join(re.escape(each) for each in sorted(rows, key=len, reverse=True))


def _reader(what: Told, rows: Mapping[str, T]) -> Callable[[str], T]:
    lowered = {name.lower(): value for name, value in rows.items()}

    def read(text: str) -> T:
        name = text.strip().strip('"').lower()
        if name not in lowered:
            raise unknown(what, name, rows)
        return lowered[name]

    return read


def _rows(en: str, zh: str, rows: Mapping[str, T], example: Told) -> Value:
    is_chinese = re.compile("[\u3400-\u9fff]").search
    return Value(
        Told(en, zh), _one_of(rows) + r'|"[^"]*"', _reader(Told(en, zh), rows),
        Told(", ".join(each for each in rows if not is_chinese(each)), "、".join(each for each in rows if is_chinese(each))),
        example)


def _terms(text: str) -> str:
    plain = " ".join(text.lower().split())
    if plain in TERMS:
        return TERMS[plain]
    short = re.fullmatch(r"(?:on )?([td]\+\d{1,2})(?:到账)?", plain)
    if short is None:
        raise refused(_TERMS, text, _TERMS_FORM)
    return short[1].upper()


def _reason(text: str) -> frozenset[str]:
    name = text.strip().strip('"')
    found = next((codes for each, codes in REASONS.items() if each.lower() == name.lower()), None)
    if found is None:
        found = " ".join(
            row.code for row in RESPONSE_CODES.values() if name and name.lower() in (row.en.lower(), row.meaning, row.code.lower()))
    if not found:
        raise unknown(Told("reason", "原因"), name, REASONS)
    return frozenset(found.split())


_TERMS = Told("terms of payment", "到账条件")
_TERMS_FORM = Told("on the next working day, on the same day, at once, T+1, D+0", "下一工作日到账、当日到账、秒到、T+1到账、D+0到账")
PHRASES: dict[str, Value] = {
    "Terms": Value(
        _TERMS, _one_of(TERMS) + r"|(?:on )?[TD]\+?\d{1,3}(?:到账)?", _terms, _TERMS_FORM,
        Told("on the next working day", "下一工作日到账")),
    "CardKind": _rows("kind of card", "卡种", CARD_KINDS, Told("credit cards", "贷记卡")),
    "Reason": Value(
        Told("reason", "原因"), _one_of(REASONS) + r'|"[^"]*"', _reason,
        Told("there is not enough money, the card is frozen, …, or the host's own words in quotation marks",
             "余额不足、卡被冻结……，或引号中的主机原文"), Told("there is not enough money", "余额不足")),
    "Refusal": _rows("reason of a terminal", "终端原因", _REFUSALS, Told("this clerk is not signed in", "操作员未签到")),
    "Where": _rows("place of money", "资金所在", WHERE, Told("is on its way", "在途")),
    "Because": _rows("reason of a dispute", "争议原因", DISPUTE_REASONS, Told("it was not delivered", "未收到货")),
    "Beyond": _rows("treatment of refunds", "退货处理", REFUND_BEYOND, Told("refused", "拒绝")),
    "Outcome": _rows("outcome of a dispute", "争议结果", OUTCOMES, Told("lost", "败诉")),
    "Capture": _rows("way of capture", "入账方式", CAPTURE, Told("the host", "主机")),
}
