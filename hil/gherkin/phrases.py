"""Phrases that stand for a value of the field: terms of payment, kinds of cards, reasons; tables in both languages."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from hil.gherkin.value import Value, refused
from hil.gherkin.wrong import unknown
from simulator.catalogue.language import Told
from simulator.catalogue.money_reasons import PayoutReason
from simulator.catalogue.remedies import PAPERS as DOCUMENTS
from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.catalogue.terminal_reasons import Failure, NoAnswer, Refusal
from simulator.judge.verdict import Where

T = TypeVar("T")

TERMS = {
    "on the next working day": "T+1", "the next working day": "T+1", "on the same day": "D+0", "the same day": "D+0",
    "on the next day": "D+1", "at once": "instant", "instantly": "instant",
    "下一工作日到账": "T+1", "下一个工作日到账": "T+1", "当日到账": "D+0", "当天到账": "D+0", "次日到账": "D+1",
    "秒到": "instant", "实时到账": "instant",
    **dict.fromkeys(("on the next business day", "the next business day", "next working day", "next business day", "next-day", "the next working day's"), "T+1"),
    **dict.fromkeys(("same-day", "same day", "the same-day"), "D+0"), **dict.fromkeys(("the next day", "next day"), "D+1"),
    **dict.fromkeys(("instant", "an instant", "immediately", "immediate", "in real time", "real-time", "in seconds"), "instant"),
    **dict.fromkeys(("次日到帐", "隔日到账"), "D+1"), **dict.fromkeys(("下一工作日", "下一个工作日", "下个工作日到账"), "T+1"),
    **dict.fromkeys(("当日", "当天", "日结当天"), "D+0"), **dict.fromkeys(("实时", "即时到账", "秒到账", "秒到模式", "立即到账"), "instant"),
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
    **dict.fromkeys(("insufficient funds", "of insufficient funds", "not enough money", "there is not enough money on the card", "the balance is too low",
                     "of a low balance", "insufficient balance", "the card has not enough money", "lack of funds", "there was not enough money"), "51"),
    **dict.fromkeys(("the card was frozen", "the card is blocked", "the account is frozen", "a frozen card", "of a frozen card", "frozen card"), "62"),
    **dict.fromkeys(("the card was reported lost", "the card is lost", "a lost card", "the card was reported stolen", "the card is reported stolen",
                     "the card is stolen", "of a lost card", "lost card", "it was reported lost", "it was reported stolen"), "41"),
    **dict.fromkeys(("the card is expired", "an expired card", "expired card", "of an expired card"), "54"),
    **dict.fromkeys(("wrong PIN", "the PIN was wrong", "a wrong PIN", "of a wrong PIN", "incorrect PIN", "the wrong PIN", "of the wrong PIN", "the password is wrong", "bad PIN", "an incorrect PIN", "invalid PIN"), "55"),
    **dict.fromkeys(("the sum was over the limit", "the limit is exceeded", "the limit was exceeded", "over the limit", "the amount is over the limit", "of the limit", "it is over the limit"), "61"),
    **dict.fromkeys(("the bank did not answer", "the issuer does not answer", "the bank is not available", "no answer from the bank"), "91 98"),
    **dict.fromkeys(("of bank maintenance", "the bank was in maintenance", "bank maintenance", "the banks are in maintenance"), "90 91"),
    **dict.fromkeys(("of maintenance", "of system maintenance", "maintenance", "the host is in maintenance", "the acquirer was in maintenance", "the system is in maintenance", "system maintenance"), "90 91 96"),
    **dict.fromkeys(("the software is out of date", "the software is outdated", "the software is stale", "the software is old", "the software version is too old", "the version is too old",
                     "outdated software", "of outdated software", "old software", "of old software", "its software is too old", "its software is out of date", "of stale software", "stale software", "of its software"), "A0 96 30 05"),
    **dict.fromkeys(("余额不够", "卡内余额不足", "钱不够", "资金不足"), "51"), **dict.fromkeys(("卡冻结", "卡已冻结", "账户冻结", "卡被冻结了"), "62"),
    **dict.fromkeys(("卡挂失", "卡被挂失", "卡片挂失", "已挂失", "挂失卡"), "41"), **dict.fromkeys(("卡过期", "过期卡"), "54"),
    **dict.fromkeys(("密码错", "密码不对", "密码不正确", "密码输错", "密码有误"), "55"), **dict.fromkeys(("超限额", "超过限额", "超限", "额度超限", "超出单日限额", "超过单日限额"), "61"),
    **dict.fromkeys(("银行系统维护", "银行正在维护"), "90 91"), **dict.fromkeys(("系统维护", "主机维护", "收单机构维护", "系统正在维护", "维护中"), "90 91 96"),
    **dict.fromkeys(("软件版本过低", "软件过旧", "软件过期", "程序版本过低", "程序过旧", "版本过低", "版本过旧", "软件版本太低", "软件版本太旧", "软件未更新", "程序版本过旧"), "A0 96 30 05"),
    "找不到原交易": "25", "商户不允许此交易": "57 58 03", "软件版本过旧": "A0 96 30 05", "疑似欺诈": "34 59",
}
_REFUSALS = {text: each.value for each in Refusal for text in (each.en, each.zh)}
_REFUSALS_TOO = {  # said, and not listed
    **{form: each.value for each in Refusal for form in (f"it is {each.en}", f"there is {each.en}", f"of {each.en}", each.en.replace("this ", "the "))},
    **dict.fromkeys(("nobody is signed in", "no clerk is signed in", "the cashier is not signed in", "the clerk has not signed in", "the operator is not signed in",
                     "收银员未签到", "没有操作员签到", "操作员没有签到", "操作员尚未签到", "无人签到"), Refusal.CLERK_NOT_SIGNED_IN.value),
    **dict.fromkeys(("it is over the offline limit", "over the offline limit", "it exceeds the limit of offline sales", "it exceeds the offline limit", "the offline limit is exceeded",
                     "超过离线限额", "超出离线消费限额", "超过脱机限额", "超出离线限额"), Refusal.OFFLINE_LIMIT.value),
    **dict.fromkeys(("the batch is full", "批次已满"), Refusal.BATCH_FULL.value), **dict.fromkeys(("it is voided already", "it was voided already", "已经撤销"), Refusal.ALREADY_VOIDED.value),
}
WHERE = {
    "has arrived": Where.ARRIVED, "is on its way": Where.ON_THE_WAY, "stands in suspense": Where.SUSPENDED,
    "is lost": Where.LOST, "was given back": Where.UNDONE, "was not taken": Where.DECLINED, "is held": Where.HELD,
    "was netted": Where.NETTED,
    "已到账": Where.ARRIVED, "在途": Where.ON_THE_WAY, "挂账": Where.SUSPENDED, "丢失": Where.LOST, "已退回": Where.UNDONE,
    "未扣款": Where.DECLINED, "已冻结额度": Where.HELD, "已轧差": Where.NETTED,
}

_WHERE_TOO = {  # said, and not listed
    **dict.fromkeys(("is on hold", "is reserved on the card", "is blocked on the card"), Where.HELD),
    **dict.fromkeys(("has come in", "is in the account", "has been paid out"), Where.ARRIVED),
    **dict.fromkeys(("is in suspense", "is held in suspense"), Where.SUSPENDED), **dict.fromkeys(("is still on its way", "is in transit"), Where.ON_THE_WAY),
    **dict.fromkeys(("已经到账", "到账了", "已经到账了", "已到账了", "到账", "已入账"), Where.ARRIVED), **dict.fromkeys(("还在途", "仍在途", "在途中", "还在路上"), Where.ON_THE_WAY),
    **dict.fromkeys(("已冻结", "被冻结在卡上", "冻结在卡上"), Where.HELD), **dict.fromkeys(("在挂账", "已挂账", "处于挂账"), Where.SUSPENDED),
}


def where_told(where: Where) -> Told:
    """Where money is, as the sentences say it."""
    en, zh = (text for text, each in WHERE.items() if each is where)
    return Told(en, zh)


DISPUTE_REASONS = {
    "it was not delivered": "not_delivered", "it is not as described": "not_as_described",
    "it was charged twice": "duplicate", "of a double charge": "duplicate", "double charge": "duplicate", "a double charge": "duplicate", "the customer was charged twice": "duplicate",
    **dict.fromkeys(("the goods were not delivered", "the goods did not arrive", "nothing was delivered", "the goods never arrived", "non-delivery", "of non-delivery", "goods not received", "the goods were never delivered", "they never got the goods"), "not_delivered"),
    **dict.fromkeys(("of fraud", "fraud", "it was fraud", "the card was stolen"), "fraud"), **dict.fromkeys(("the amount is wrong", "of a wrong amount", "wrong amount", "the amount was wrong"), "wrong_amount"),
    **dict.fromkeys(("they do not recognise it", "it is not recognised", "it was not recognised", "the sale was not recognised", "the customer does not recognise it", "unknown transaction", "they do not know it"), "not_recognised"),
    **dict.fromkeys(("没收到货", "货没到", "没有收到货", "商品未送达", "货物未收到", "未收到商品"), "not_delivered"), **dict.fromkeys(("扣了两次", "重复收费", "扣款两次"), "duplicate"),
    **dict.fromkeys(("盗刷", "被盗刷"), "fraud"), **dict.fromkeys(("金额不对", "金额不符"), "wrong_amount"), **dict.fromkeys(("不是本人交易", "非本人交易", "不认识这笔交易", "不认识该交易", "顾客不认可"), "not_recognised"), "the sum is wrong": "wrong_amount", "it is fraud": "fraud",
    "the refund is missing": "refund_missing", "the sale is not recognised": "not_recognised",
    "未收到货": "not_delivered", "货不对板": "not_as_described", "重复扣款": "duplicate", "金额错误": "wrong_amount",
    "欺诈": "fraud", "未收到退款": "refund_missing", "不认可该交易": "not_recognised",
}
REFUND_BEYOND = {"owed": "owed", "refused": "refused", "advanced": "advanced", "记欠": "owed", "拒绝": "refused", "垫付": "advanced"}
OUTCOMES = {"won": "won", "lost": "lost", "refused": "refused", "胜诉": "won", "败诉": "lost", "不予受理": "refused"}
DISPUTE_STATES = {  # "": any at which somebody still has a turn
    "still open": "", "waiting for the slip": "requested", "answered with evidence": "answered", "charged back": "charged_back",
    "presented again": "represented", "charged back again": "charged_back_again",
    "尚未结束": "", "等待调单": "requested", "已提供凭证": "answered", "已退单": "charged_back", "已再请款": "represented", "已二次退单": "charged_back_again",
}
_DISPUTE_STATES_TOO = {  # said, and not listed
    **dict.fromkeys(("open", "not over", "not over yet", "still not over", "still pending", "pending", "not closed", "not closed yet", "not decided", "not decided yet", "undecided", "still undecided",
                     "未结束", "仍未结束", "还没结束", "还未结束", "没有结束", "未结案", "尚未结案", "仍未结案", "还没有结案", "还在处理中", "仍在处理中", "处理中", "正在处理", "还在进行", "仍在进行"), ""),
    **dict.fromkeys(("waiting for the evidence", "处于调单", "调单中"), "requested"), **dict.fromkeys(("处于退单", "被退单", "退单中"), "charged_back"),
}
HOLDS = {
    "still stands": "stands", "has expired": "expired", "is completed": "completed", "was voided": "voided", "was reversed": "reversed", "was refused": "refused",
    "仍有效": "stands", "已到期": "expired", "已完成": "completed", "已撤销": "voided", "已冲正": "reversed", "已被拒绝": "refused",
}
_HOLDS_TOO = {  # said, and not listed
    **dict.fromkeys(("stands", "is still there", "is still open", "is open", "is still valid", "is valid", "is still held", "is not completed", "has not expired", "is not expired",
                     "有效", "还有效", "仍然有效", "依然有效", "尚未完成", "未完成", "未到期", "尚未到期", "没有到期"), "stands"),
    **dict.fromkeys(("expired", "is expired", "expires", "has run out", "ran out", "has lapsed", "lapsed", "到期", "已过期", "过期", "已失效", "失效", "已经到期", "已经失效", "到期失效"), "expired"),
    **dict.fromkeys(("has been completed", "was completed", "已经完成"), "completed"),
    **dict.fromkeys(("is voided", "has been voided", "was cancelled", "is cancelled", "has been cancelled", "已取消", "已被撤销", "已经撤销"), "voided"),
}


def hold_told(became: str) -> Told:
    """What became of a hold, as the sentences say it."""
    en, zh = (text for text, each in HOLDS.items() if each == became)
    return Told(en, zh)


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


def _rows(en: str, zh: str, rows: Mapping[str, T], example: Told, too: Mapping[str, T] | None = None) -> Value:
    is_chinese = re.compile("[\u3400-\u9fff]").search
    said = {**(too or {}), **rows}
    return Value(
        Told(en, zh), _one_of(said) + r'|"[^"]*"', _reader(Told(en, zh), said),
        Told(", ".join(each for each in rows if not is_chinese(each)), "、".join(each for each in rows if is_chinese(each))),
        example, tuple(said))


def terms_of(text: str) -> str:
    """Terms of payment as a scenario writes them."""
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
            row.code for row in RESPONSE_CODES.values() if row.code != "00" and name and name.lower() in (row.en.lower(), row.meaning, row.code.lower()))
    if not found:
        raise unknown(Told("reason", "原因"), name, REASONS)
    return frozenset(found.split())


_TERMS = Told("terms of payment", "到账条件")
_TERMS_FORM = Told("on the next working day, on the same day, at once, T+1, D+0", "下一工作日到账、当日到账、秒到、T+1到账、D+0到账")
WALLETS = {
    **dict.fromkeys(("WeChat Pay", "WeChat", "Weixin", "微信支付", "微信"), "wallet.wechat"),
    **dict.fromkeys(("Alipay", "支付宝"), "wallet.alipay"),
}
PAPERS = {text: key for key, row in DOCUMENTS.items() for text in (row.en, row.zh)}
FAILURES = {
    **dict.fromkeys((
        "there is no reply", "there was no reply", "no reply came", "the host does not answer", "it timed out", "the reply was lost",
        "超时未应答", "没有应答", "主机无应答", "超时", "应答丢失"), "no_reply"),
    **dict.fromkeys((
        "there is no network", "there was no network", "the network is down", "the network was down", "the line is down", "the line was down",
        "the router is down", "the router was down", "there is no connection", "there was no connection", "of the network",
        "网络中断", "断网", "没有网络", "网络不通", "网络故障", "网络断开", "线路中断", "路由器断开", "网络原因", "无法连接"), "send_failed no_reply"),
    **dict.fromkeys((
        "the MAC is wrong", "the MAC of the reply is wrong", "the reply has a wrong MAC", "of a wrong MAC", "应答MAC错", "MAC错误", "MAC校验错"), "bad_mac"),
    **dict.fromkeys(("the power was cut", "the power went off", "断电", "停电"), "power_lost"),
}


def _failure(text: str) -> frozenset[str]:
    found = next((reasons for each, reasons in FAILURES.items() if each.lower() == text.strip('"').lower()), None)
    if found is None and text.strip('"') in {*NoAnswer, *Failure}:
        found = text.strip('"')
    if found is None:
        raise unknown(Told("reason of a failure", "失败原因"), text, FAILURES)
    return frozenset(found.split())


_PAYOUT_REASON = Told("reason of a payout that came back", "付款退回原因")
PAYOUT_REASONS = {text: each.value for each in PayoutReason for text in (each.en, each.zh)}


def _payout_reason(text: str) -> frozenset[str]:
    """In words, or by the code of it or a part of that in quotation marks."""
    name = text.strip('"').lower()
    found = [each.value for each in PayoutReason if name and (name in (each.en.lower(), each.zh) or name in each.value)]
    if not found:
        raise unknown(_PAYOUT_REASON, name, PAYOUT_REASONS)
    return frozenset(found)


PHRASES: dict[str, Value] = {
    "Wallet": _rows("wallet", "钱包", WALLETS, Told("WeChat Pay", "微信支付")),
    "Paper": _rows("document", "资料", PAPERS, Told("the business licence", "营业执照")),
    "Failure": Value(
        Told("reason of a failure", "失败原因"), _one_of(FAILURES) + r'|"[^"]*"', _failure,
        Told("there is no reply, the network is down, the MAC is wrong, the power was cut", "超时未应答、网络中断、MAC错误、断电"),
        Told("the network is down", "网络中断"), tuple(FAILURES)),
    "Terms": Value(
        _TERMS, _one_of(TERMS) + r"|(?:on )?[TD]\+?\d{1,3}(?:到账)?", terms_of, _TERMS_FORM,
        Told("on the next working day", "下一工作日到账"), tuple(TERMS)),
    "CardKind": _rows("kind of card", "卡种", CARD_KINDS, Told("credit cards", "贷记卡")),
    "Reason": Value(
        Told("reason", "原因"), _one_of(REASONS) + r'|"[^"]*"', _reason,
        Told("there is not enough money, the card is frozen, …, or the host's own words in quotation marks",
             "余额不足、卡被冻结……，或引号中的主机原文"), Told("there is not enough money", "余额不足"), tuple(REASONS)),
    "Refusal": _rows("reason of a terminal", "终端原因", _REFUSALS, Told("this clerk is not signed in", "操作员未签到"), _REFUSALS_TOO),
    "Where": _rows("place of money", "资金所在", WHERE, Told("is on its way", "在途"), _WHERE_TOO),
    "Because": _rows("reason of a dispute", "争议原因", DISPUTE_REASONS, Told("it was not delivered", "未收到货")),
    "Beyond": _rows("treatment of refunds", "退货处理", REFUND_BEYOND, Told("refused", "拒绝")),
    "Outcome": _rows("outcome of a dispute", "争议结果", OUTCOMES, Told("lost", "败诉")),
    "DisputeState": _rows("stage of a dispute", "争议阶段", DISPUTE_STATES, Told("still open", "尚未结束"), _DISPUTE_STATES_TOO),
    "Hold": _rows("state of a pre-authorisation", "预授权状态", HOLDS, Told("has expired", "已到期"), _HOLDS_TOO),
    "PayoutReason": Value(
        _PAYOUT_REASON, _one_of(PAYOUT_REASONS) + r'|"[^"]*"', _payout_reason,
        Told(", ".join(each.en for each in PayoutReason), "、".join(each.zh for each in PayoutReason)),
        Told(PayoutReason.CLOSED.en, PayoutReason.CLOSED.zh), tuple(PAYOUT_REASONS)),
    "Capture": _rows("way of capture", "入账方式", CAPTURE, Told("the host", "主机")),
}
