"""The words of a reconciliation in English and Chinese, as one table; says nothing by itself."""

from __future__ import annotations

from simulator.catalogue.language import Message, Told
from simulator.reconciliation.entry import Side

SIDES = {Side.TERMINAL: Told("terminal", "终端"), Side.HOST: Told("host", "主机"), Side.BANK: Told("bank", "银行")}
SIDES_OF = {
    Side.TERMINAL: Told("terminal record", "终端记录"), Side.HOST: Told("host record", "主机记录"),
    Side.BANK: Told("bank line", "银行流水"),
}
FIELDS = {
    "amount": Told("sum", "金额"), "status": Told("outcome", "结果"), "fee": Told("fee", "手续费"),
    "tid": Told("TID", "终端号"), "batch": Told("batch", "批次号"), "stan": Told("STAN", "流水号"),
    "rrn": Told("RRN", "参考号"), "auth": Told("authorisation code", "授权码"), "order": Told("order number", "订单号"),
    "trade": Told("channel's number", "渠道交易号"), "mid": Told("MID", "商户号"), "pan": Told("card", "卡号"),
    "time": Told("time", "时间"), "date": Told("date", "日期"),
}
_ROWS: dict[str, tuple[str, str]] = {
    "head": ("Reconciliation{as_of}: {verdict}", "对账{as_of}：{verdict}"),
    "as_of": (" as of {day}", "（截至 {day}）"),
    "closed": ("all closed", "全部结清"),
    "open": ("something is open (marked !)", "有未结事项（标 !）"),
    "read": ("read", "读入"),
    "matched_by": ("Terminal and host matched by {ways}.", "终端与主机按以下依据相符：{ways}。"),
    "paid_by": ("The bank's lines matched one by one by {ways}.", "银行流水逐笔相符，依据：{ways}。"),
    "own_names": (
        "Not compared, as they agree in no pair: {names}.", "以下各项在任何一对中都不一致，不作比较：{names}。"),
    "slips_again": (
        "Slips printed once more: {n}; each is of a record that is counted once.", "补打签购单：{n} 张，所属交易只计一次。"),
    "way": ("{way}: {n}", "{way} {n} 笔"),
    "weak_way": ("{way} (weaker): {n}", "{way}（较弱）{n} 笔"),
    "and": (", ", "，"),
    "money": (
        "Money: {gross} taken - {fee} fees - {off} taken off = {net}.",
        "资金：收款 {gross} - 手续费 {fee} - 其他扣款 {off} = {net}。"),
    "arrived": (
        "To be paid {due} = arrived {arrived} + open {open}.", "应付 {due} = 已到账 {arrived} + 未结 {open}。"),
    "payouts": ("Payouts:", "付款："),
    "payout": ("{state}: {name}, {net} for {n} records", "{state}：{name}，{net}，共 {n} 笔"),
    "compensated": (
        "Beside it {fen} came as compensation for payouts that were late.", "另有 {fen} 为迟付赔付款。"),
    "short": ("arrived {paid}: {by} too little", "到账 {paid}：少 {by}"),
    "over": ("arrived {paid}: {by} too much", "到账 {paid}：多 {by}"),
    "no_fee": (
        "of {n} records no fee is known: give --fee-rate", "其中 {n} 笔手续费未知：请用 --fee-rate 给出费率"),
    "account": ("to be paid to {one}, was paid to {other}", "应付至 {one}，实付至 {other}"),
    "late": ("late by {span}", "迟到 {span}"),
    "days": ("{n} days", "{n} 天"),
    "hours": ("{n} h {m} min", "{n} 小时 {m} 分"),
    "due": ("due {when}", "应到账日 {when}"),
    "only_here": ("only on one side", "单边"),
    "none": ("the {side} has no such record", "{side}无此记录"),
    "beside": ("the same as {place}", "与 {place} 相同"),
    "differs": ("{field}: {one} {here}, {other} {there}", "{field}：{one} {here}，{other} {there}"),
    "order": ("order {value}", "订单号 {value}"),
    "trade": ("channel's number {value}", "渠道交易号 {value}"),
    "card": ("card {value}", "卡号 {value}"),
    "note": ("{value}", "{value}"),
    "no_date": ("no date", "无日期"),
    "approved": ("approved", "成功"),
    "declined": ("declined", "未成交"),
    "part": ("; ", "；"),
    "more": ("  … and more; --csv has all of them", "  …… 其余见 --csv"),
    "bill": (
        "{file}: its total {name} is {told}, its records come to {found}", "{file}：账单合计 {name} 为 {told}，明细为 {found}"),
}
ROWS = {code: Message(code, en, zh) for code, (en, zh) in _ROWS.items()}


def said(code: str, **facts: object) -> str:
    """A row in the language of this process."""
    return ROWS[code].say(**facts)
