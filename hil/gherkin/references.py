"""Whom and what a sentence is about: a merchant, a terminal, a customer, a sale; as it was written.

Who that is on a stage is the stage's business; what cannot be found there is told with what there is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

import msgspec

from hil.bench.trigger_text import parse_trigger
from hil.gherkin.nouns import (
    CUSTOMERS_EN,
    CUSTOMERS_ZH,
    SALES_EN,
    SALES_ZH,
    SHOPS_EN,
    SHOPS_ZH,
    TERMINALS,
    TERMINALS_EN,
    TERMINALS_ZH,
)
from hil.gherkin.value import Value
from hil.gherkin.values import fen, number
from hil.gherkin.wrong import WrongError, unknown
from hil.targets.target import PowerCut
from simulator.catalogue.language import Told
from simulator.judge import rules
from simulator.world.defects import DEFECTS

_QUOTED = re.compile(r'"([^"]*)"')
_OWNER = re.compile(r"(?:the |our )?(\w+(?: \w+)?)'s |((?:Mrs|Mr|Ms|Miss)\.? \w+)$", re.IGNORECASE)
_NUMBER = r"(?:\d+|one|two|three|four|five|[一二两三四五])"


class Merchant(msgspec.Struct, frozen=True):
    """A merchant by its name; "": the one that there is."""

    name: str = ""


class Terminal(msgspec.Struct, frozen=True):
    """A terminal of a merchant, from 1 or by its own name; 0: its first."""

    number: int = 0
    merchant: str = ""
    name: str = ""


class Customer(msgspec.Struct, frozen=True):
    """A customer by name; "": whoever is not named."""

    name: str = ""


class Deal(msgspec.Struct, frozen=True):
    """A sale by its name, its sum or its place; nothing said: the last."""

    name: str = ""
    amount_fen: int = 0
    place: int = -1
    kind: str = ""  # of transaction; "": any


class Place(msgspec.Struct, frozen=True):
    """Where a fault strikes: a terminal, a merchant, a customer's card, or a name of the scenario."""

    of: Terminal | Merchant | Customer | str


_EVENTS: dict[str, dict[str, str]] = {
    "request": {"on": "request"}, "reply": {"on": "reply"}, "message": {}, "sale": {"of": "sale"},
    "reply to a sale": {"on": "reply", "mti": "0210"}, "sale request": {"on": "request", "mti": "0200"},
    "reversal": {"of": "reversal"}, "settlement": {"of": "settlement"}, "void": {"of": "void"},
    "refund": {"of": "refund"}, "QR payment": {"of": "qr_sale"}, "payout": {"on": "payout"},
    "notice": {"on": "notice"}, "authorisation": {"on": "authorisation"}, "operation": {"on": "operation"},
}
_EVENTS_TOO = {"sale reply": "reply to a sale", "reply to the sale": "reply to a sale", "sale response": "reply to a sale", "response": "reply", "answer": "reply"}  # said, and not listed
_EVENTS_ZH = {
    "请求": "request", "应答": "reply", "报文": "message", "消费": "sale", "消费应答": "reply to a sale",
    "消费请求": "sale request", "冲正": "reversal", "结算": "settlement", "撤销": "void", "退货": "refund",
    "扫码付款": "QR payment", "付款": "payout", "短信": "notice", "授权": "authorisation", "操作": "operation",
}


def event(text: str) -> dict[str, str]:
    """The conditions of a fault that an event means."""
    name = _EVENTS_ZH.get(text) or _EVENTS_TOO.get(text.lower(), text)
    return next(row for each, row in _EVENTS.items() if each.lower() == name.lower())


def place(text: str) -> Place:
    """A place as it was written."""
    said = _QUOTED.sub("", text)
    if re.search(rf"\b(?:{TERMINALS_EN})\b(?!:)|{TERMINALS_ZH}|号机|^T\d", said, re.IGNORECASE):
        return Place(terminal(text))
    if re.search(rf"\b(?:{CUSTOMERS_EN})\b|{CUSTOMERS_ZH}", said, re.IGNORECASE):
        return Place(customer(text))
    if re.search(rf"\b(?:{SHOPS_EN})\b|{SHOPS_ZH}", said, re.IGNORECASE):
        return Place(merchant(text))
    return Place(_name_in(text) or "acquirer")


def _name_in(text: str) -> str:
    found = _QUOTED.search(text)
    return found[1] if found else ""


def merchant(text: str) -> Merchant:
    """A merchant as it was written; ``Li's shop`` and ``Mrs Li`` name one, who must be known by that name."""
    owner = _OWNER.match(_QUOTED.sub("", text))
    return Merchant(_name_in(text) or ((owner[1] or owner[2]) if owner else ""))


def terminal(text: str) -> Terminal:
    """A terminal as it was written."""
    named = re.search(rf'(?:{TERMINALS}) ?"([^"]*)"|"([^"]*)"(?:号?(?:{TERMINALS_ZH}))', text, re.IGNORECASE)
    others = text if named is None else text.replace(named[0], "")
    without = _QUOTED.sub("", re.sub(r"\b(?:one of|a) ", "", others))
    found = re.search(_NUMBER, without)
    name = "" if named is None else named[1] or named[2]
    return Terminal(number(found[0]) if found else 0, _name_in(others), name)


def terminal_called(text: str) -> Terminal | None:
    """A terminal as the cell of a table names it: its number or its name; none where nothing stands."""
    if not text:
        return None
    return Terminal(int(text)) if text.isdigit() else Terminal(name=text)


def customer(text: str) -> Customer:
    """A customer as written."""
    return Customer(_name_in(text))


def deal(text: str) -> Deal:
    """A sale as it was written."""
    kind = next((kind for word, kind in _DEAL_KINDS if re.search(word, _QUOTED.sub("", text), re.IGNORECASE)), "")
    if name := _name_in(text):
        return Deal(name=name)
    found = re.search(r"(?:of|over|for) (.+)|金额(?:为)?(.+?元?)的|^(?:那笔)?(.+?[元块])的", text)
    if found:
        return Deal(amount_fen=fen(found[1] or found[2] or found[3]), kind=kind)
    place = next((place for word, place in _DEAL_PLACES if re.search(word, text, re.IGNORECASE)), -1)
    return Deal(place=place, kind=kind)


_DEAL_PLACES = (("first|第一", 0), ("second|第二", 1), ("third|第三", 2))


_DEAL_KINDS = (
    ("completion|预授权完成", "completion"), ("pre-?authori[sz]ation|预授权", "preauth"), ("QR|wallet|扫码", "qr_sale"),
    ("offline|离线", "offline_sale"),
)
_CUTS = {
    "after its first step": PowerCut(after_effects=1),
    "before its approval is stored": PowerCut(before="store:booked"),
    "before its receipt is printed": PowerCut(before="print"),
    "第一步之后": PowerCut(after_effects=1),
    "保存批准结果之前": PowerCut(before="store:booked"),
    "打印凭条之前": PowerCut(before="print"),
}
_DEFECTS = {
    "forgets its reversals": "terminal.no_reversal",
    "sends an unanswered sale again as a new one": "terminal.retries_as_new_sale",
    "notes what to reverse only after it has sent": "terminal.reversal_stored_after_send",
    "drops the batches that a cut-over went through": "acquirer.drops_items_at_cut_over",
    "drops the payouts that come back": "payout.drops_returns",
    "忘记冲正": "terminal.no_reversal",
    "把没有应答的消费当作新交易重发": "terminal.retries_as_new_sale",
    "先发送后登记冲正": "terminal.reversal_stored_after_send",
    "丢弃跨日切的批次": "acquirer.drops_items_at_cut_over",
    "丢弃被退回的付款": "payout.drops_returns",
}
_RULES = {name.lower().replace(" ", ""): rule.number for rule in rules.RULES for name in (rule.en, rule.zh)}
_DEFECT = Told("way of being built wrong", "造错方式")
_RULE = Told("rule of the judge", "裁判规则")
_CUT = Told("moment of a sale", "消费中的时刻")


def rule(text: str) -> int:
    """The number of a rule by its name in either language, or by its number."""
    name = text.strip().strip('"').lower()
    if name.isdigit() and 1 <= int(name) <= rules.RULES[-1].number:
        return int(name)
    closed = name.replace(" ", "")  # the plain form of Chinese has no blanks
    if closed not in _RULES:
        raise unknown(_RULE, name, [each.zh if re.search("[\u3400-\u9fff]", name) else each.en for each in rules.RULES])
    return _RULES[closed]


def defect(text: str) -> str:
    """A machine built wrong, in words or by its name in the catalogue."""
    name = text.strip()
    found = _DEFECTS.get(name, _name_in(name))
    if found not in DEFECTS:
        raise unknown(_DEFECT, found or name, [*_DEFECTS, *DEFECTS])
    return found


def cut(text: str) -> PowerCut:
    """A moment of a sale."""
    if text not in _CUTS:
        raise unknown(_CUT, text, _CUTS)
    return _CUTS[text]


def message(text: str) -> object:
    """A moment on the line."""
    try:
        return parse_trigger(text)
    except ValueError as error:
        raise WrongError(str(error), str(error)) from error


def _one_of(rows: Iterable[str]) -> str:
    return "|".join(re.escape(each) for each in sorted(rows, key=len, reverse=True))


_TERMINAL = Told("terminal", "终端")
_MERCHANT_TEXT = (
    rf'(?:(?:the |this |that |our |my |his |her |their )?(?:\w+(?: \w+)?\'s )?(?:{SHOPS_EN})(?: (?:called |named )?"[^"]*")?|she|he|they|we'
    rf'|(?:Mrs|Mr|Ms|Miss)\.? \w+|(?:该|这家|那家|本)?(?:{SHOPS_ZH})(?:"[^"]*")?|"[^"]*")')
_TERMINAL_TEXT = (
    rf'(?:T{_NUMBER}(?![0-9A-Za-z])|(?:the |that |this |its |her |his |my )?(?:{TERMINALS_EN})(?: {_NUMBER}\b| "[^"]*")?(?: (?:of|at) (?:(?:the )?(?:{SHOPS_EN}) )?"[^"]*")?'
    rf'|(?:(?:{SHOPS_ZH})?"[^"]*"的?)?(?:第?{_NUMBER}号(?:{TERMINALS_ZH}|机)?|(?:{TERMINALS_ZH})(?:{_NUMBER}|"[^"]*")?))')
_PLACE_TEXT = (
    rf'{_TERMINAL_TEXT}|{_MERCHANT_TEXT}|the card of (?:the )?(?:{CUSTOMERS_EN})(?: "[^"]*")?|(?:{CUSTOMERS_ZH})(?:"[^"]*")?的卡'
    r'|the acquirer|收单机构|"[^"]*"')
REFERENCES: dict[str, Value] = {
    "Merchant": Value(
        Told("merchant", "商户"), _MERCHANT_TEXT, merchant,
        Told('the merchant, merchant "Corner Shop"', '商户、商户"街角小店"'), Told("the merchant", "商户")),
    "Terminal": Value(
        _TERMINAL,
        _TERMINAL_TEXT,
        terminal, Told('terminal 2, terminal 2 of "Corner Shop"', '2号终端、"街角小店"的2号终端'),
        Told("terminal 1", "1号终端")),
    "Customer": Value(
        Told("customer", "顾客"), rf'(?:(?:the |a |this |that |his |her |our )?(?:{CUSTOMERS_EN})(?: (?:called |named )?"[^"]*")?|(?:该|一位|这位)?(?:{CUSTOMERS_ZH})(?:"[^"]*")?)', customer,
        Told('the customer, customer "Li"', '顾客、顾客"小李"'), Told("the customer", "顾客")),
    "Deal": Value(
        Told("sale", "交易"),
        rf'(?:(?:the |this |that |her |his )(?:(?:first|second|third|last|latest|same|previous|whole|entire|full) )?(?:{SALES_EN})(?: "[^"]*"| (?:of|over|for) (?:¥ ?)?[0-9][0-9.,]*(?: ?yuan)?)?|it'
        rf'|(?:这笔|那笔|上一笔|上笔|第一笔|第二笔|第三笔|该笔|该|刚才那笔|刚才的|原|整笔)?(?:{SALES_ZH})(?:"[^"]*")?'
        rf'|(?:金额为?|那笔)?[0-9][0-9.,]*[元块]的?(?:这笔|那笔)?(?:{SALES_ZH}))',
        deal, Told('the sale, the first sale, the sale of ¥68.00, the sale "lunch"', '这笔消费、第一笔消费、68.00元的消费、消费"午餐"'),
        Told("the sale", "这笔消费")),
    "Place": Value(
        Told("place", "对象"), _PLACE_TEXT, place,
        Told('terminal 2, the merchant, the card of customer "Li", the acquirer, "bank.a", "router.x"',
             '2号终端、商户、顾客"小李"的卡、收单机构、"bank.a"、"router.x"'), Told("terminal 1", "1号终端")),
    "Event": Value(
        Told("event", "事件"), _one_of((*_EVENTS, *_EVENTS_ZH, *_EVENTS_TOO)), event,
        Told(", ".join(_EVENTS), "、".join(_EVENTS_ZH)), Told("reply", "应答")),
    "PowerCut": Value(
        _CUT, _one_of(_CUTS), cut,
        Told(", ".join(filter(str.isascii, _CUTS)), "、".join(each for each in _CUTS if not each.isascii())),
        Told("before its receipt is printed", "打印凭条之前")),
    "Defect": Value(
        _DEFECT, _one_of(_DEFECTS) + r'|is built wrong: "[^"]*"|造错了:"[^"]*"', defect,
        Told('forgets its reversals; is built wrong: "terminal.no_reversal"', '忘记冲正；造错了："terminal.no_reversal"'),
        Told("forgets its reversals", "忘记冲正")),
    "Rule": Value(
        _RULE, r'"[^"]*"|\d+', rule, Told('"no double debit", or its number', "“不重复扣款”，或其编号"),
        Told('"no double debit"', '"不重复扣款"')),
    "Message": Value(
        Told("moment on the line", "线路上的时刻"), r".+", message, Told("before the 0210 leaves, when the 0200 is heard", "0210发出之前、收到0200时"),
        Told("before the 0210 leaves", "0210发出之前")),
}
