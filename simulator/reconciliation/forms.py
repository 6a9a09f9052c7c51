"""The forms of bills and statements that are known by their columns: tables; reads nothing.

Column names as published (docs/reconciliation.md says where), without blanks, brackets half-width.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from simulator.catalogue.language import Told
from simulator.catalogue.response_codes import RESPONSE_CODES
from simulator.reconciliation.entry import COMPENSATION, DISPUTE, FEE, OTHER, RETURN, SALE

Names = Mapping[str, tuple[str, ...]]  # field: the columns that may hold it, the best first


class Total(msgspec.Struct, frozen=True):
    """What a total of a bill counts: records (``rows``, ``rows_in``, ``rows_out``), or the sum of a column."""

    what: str
    of: str = ""  # of records of this kind alone; "": of all


class Form(msgspec.Struct, frozen=True, kw_only=True):
    """How a file's columns become a record."""

    id: str
    words: Told
    needs: tuple[str, ...] = ()  # columns by which it is known
    columns: Names
    kinds: Mapping[str, str] = {}  # what the column ``kind`` says, and what it is; others: by words
    fee_sign: int = 1  # -1: a fee is a negative sum
    totals: Mapping[str, Total] = {}  # by its name, in a totals line or in a comment


FIELDS: Mapping[str, Told] = {  # what a column may be said to hold
    "amount": Told("sum of the record", "金额"),
    "income": Told("sum that came in, where in and out are two columns", "收入金额（收支两列时）"),
    "outgo": Told("sum that went out", "支出金额"),
    "fee": Told("fee of the sale", "手续费"),
    "taken_off": Told("other sums taken off a payout", "付款中的其他扣款"),
    "time": Told("date and time, or the date alone", "日期时间，或仅日期"),
    "date": Told("date, where the time is a column of its own", "日期（时间另列时）"),
    "clock": Told("time of day", "时间"),
    "tid": Told("terminal number", "终端号"),
    "batch": Told("batch number", "批次号"),
    "stan": Told("trace number", "流水号（凭证号）"),
    "rrn": Told("retrieval reference number", "检索参考号"),
    "auth": Told("authorisation code", "授权码"),
    "order": Told("merchant's order number", "商户订单号"),
    "trade": Told("channel's number of the transaction", "渠道交易号"),
    "pan": Told("card number", "卡号"),
    "mid": Told("merchant number", "商户号"),
    "account": Told("account that was paid", "收款账户"),
    "payout": Told("number of the payout", "付款编号"),
    "settled": Told("settlement date", "清算日期"),
    "due": Told("when the payout is due", "应到账时间"),
    "kind": Told("kind of transaction", "交易类型"),
    "status": Told("state or response code", "状态或应答码"),
    "note": Told("text", "摘要"),
    "refund": Told("sum of a refund, where it has a column of its own", "退款金额（另列时）"),
    "refund_order": Told("merchant's number of a refund", "商户退款单号"),
    "refund_trade": Told("channel's number of a refund", "渠道退款单号"),
}

_WECHAT: Names = {
    "time": ("交易时间",), "mid": ("商户号",), "trade": ("微信订单号",), "order": ("商户订单号",),
    "kind": ("交易状态",), "amount": ("应结订单金额", "总金额", "订单金额"), "fee": ("手续费",),
    "refund": ("退款金额",), "refund_trade": ("微信退款单号",), "refund_order": ("商户退款单号",),
    "note": ("商品名称",), "tid": ("设备号",), "status": ("退款状态",),
}
_WECHAT_STATES = {"SUCCESS": SALE, "REFUND": RETURN, "REVOKED": RETURN}
_WECHAT_TOTALS = {name: Total(what) for name, what in {
    "总交易单数": "rows", "应结订单总金额": "应结订单金额", "退款总金额": "退款金额",
    "充值券退款总金额": "充值券退款金额", "手续费总金额": "手续费", "订单总金额": "订单金额",
    "申请退款总金额": "申请退款金额", "总交易额": "总金额", "总退款金额": "退款金额",
}.items()}
_ALIPAY_TOTALS = {
    "交易合计": Total("rows", SALE), "商家实收共": Total("商家实收(元)", SALE), "商家优惠共": Total("商家优惠(元)", SALE),
    "退款合计": Total("rows", RETURN), "商家实收退款共": Total("商家实收(元)", RETURN),
    "商家优惠退款共": Total("商家优惠(元)", RETURN),
}

FORMS: tuple[Form, ...] = (
    Form(
        id="wechat_trade", words=Told("WeChat trade bill", "微信对账单"),
        needs=("交易时间", "微信订单号", "商户订单号", "交易状态"), columns=_WECHAT,
        kinds=_WECHAT_STATES, totals=_WECHAT_TOTALS,
    ),
    Form(
        id="wechat_fund", words=Told("WeChat fund bill", "微信资金账单"),
        needs=("记账时间", "微信支付业务单号", "资金流水单号", "收支类型", "收支金额(元)"),
        columns={
            "time": ("记账时间",), "trade": ("微信支付业务单号",), "payout": ("资金流水单号",),
            "kind": ("业务类型",), "direction": ("收支类型",), "amount": ("收支金额(元)",),
            "note": ("业务名称",),
        },
        kinds={"扣除交易手续费": FEE, "交易手续费": FEE, "退还交易手续费": FEE},
        totals={
            "资金流水总笔数": Total("rows"), "收入笔数": Total("rows_in"), "收入金额": Total("sum_in"),
            "支出笔数": Total("rows_out"), "支出金额": Total("sum_out"),
        },
    ),
    Form(
        id="alipay_trade", words=Told("Alipay trade bill", "支付宝业务明细"),
        needs=("支付宝交易号", "商户订单号", "业务类型", "商家实收(元)"),
        columns={
            "time": ("完成时间", "创建时间"), "trade": ("支付宝交易号",), "order": ("商户订单号",),
            "kind": ("业务类型",), "amount": ("商家实收(元)",), "fee": ("服务费(元)",),
            "tid": ("终端号",), "refund_order": ("退款批次号/请求号",), "note": ("商品名称",),
        },
        kinds={"交易": SALE, "退款": RETURN}, fee_sign=-1, totals=_ALIPAY_TOTALS,
    ),
    Form(
        id="alipay_account", words=Told("Alipay account bill", "支付宝账务明细"),
        needs=("账务流水号", "业务流水号", "商户订单号", "业务类型"),
        columns={
            "time": ("发生时间",), "trade": ("业务流水号",), "order": ("商户订单号",),
            "income": ("收入金额(+元)",), "outgo": ("支出金额(-元)",), "kind": ("业务类型",),
            "note": ("备注", "商品名称"),
        },
        kinds={"收费": FEE, "服务费": FEE, "退费": FEE},
    ),
    Form(
        id="ccb", words=Told("CCB statement", "建设银行流水"),
        needs=("交易时间", "借方发生额/元(支取)", "贷方发生额/元(收入)"),
        columns={
            "time": ("交易时间",), "income": ("贷方发生额/元(收入)",), "outgo": ("借方发生额/元(支取)",),
            "note": ("摘要",), "remark": ("备注",), "payer": ("对方户名",),
        },
    ),
    Form(
        id="cmb", words=Told("CMB statement", "招商银行流水"),
        needs=("账号", "交易日", "借方金额", "贷方金额"),
        columns={
            "date": ("交易日",), "clock": ("交易时间",), "income": ("贷方金额",), "outgo": ("借方金额",),
            "account": ("账号",), "note": ("摘要",), "payer": ("收(付)方名称",),
        },
    ),
    Form(
        id="daozhang_statement", words=Told("bank statement of daozhang", "daozhang 银行流水"),
        needs=("date", "time", "account", "payout", "amount_yuan", "balance_yuan"),
        columns={
            "date": ("date",), "clock": ("time",), "account": ("account",), "payout": ("payout",),
            "amount": ("amount_yuan",), "note": ("text",),
        },
    ),
)
# of any other file: what its columns may be called
COMMON = Form(
    id="csv", words=Told("CSV", "CSV"),
    columns={
        "amount": ("amount", "amount_yuan", "sum", "交易金额", "金额", "金额(元)", "交易金额(元)", "发生额", "入账金额", "到账金额"),
        "income": ("income", "credit", "收入金额", "贷方金额", "贷方发生额", "收入"),
        "outgo": ("outgo", "debit", "支出金额", "借方金额", "借方发生额", "支出"),
        "fee": ("fee", "fee_yuan", "手续费", "手续费(元)", "服务费"),
        "taken_off": ("taken_off", "taken_off_yuan"),
        "time": ("datetime", "交易时间", "交易日期时间", "入账时间", "发生时间"),
        "date": ("date", "交易日期", "日期", "入账日期", "记账日期"),
        "clock": ("time", "时间"),
        "tid": ("tid", "终端号", "终端编号"), "batch": ("batch", "批次号", "批次"),
        "stan": ("stan", "流水号", "凭证号", "终端流水号", "系统跟踪号"),
        "rrn": ("rrn", "参考号", "检索参考号", "系统参考号"),
        "auth": ("auth", "auth_code", "授权码", "授权号"),
        "order": ("order", "商户订单号", "订单号"), "trade": ("trade", "交易号", "渠道交易号"),
        "pan": ("pan", "card", "卡号", "交易卡号"), "mid": ("mid", "商户号", "商户编号"),
        "account": ("account", "账号", "收款账号", "入账账号"),
        "payout": ("payout", "付款编号", "结算批次"),
        "settled": ("settlement_date", "settled", "清算日期", "结算日期"),
        "due": ("due", "应到账时间"),
        "kind": ("kind", "type", "what", "交易类型", "业务类型"),
        "status": ("status", "response_code", "state", "状态", "交易状态", "应答码"),
        "note": ("text", "note", "摘要", "备注", "附言"),
    },
)
BY_ID: Mapping[str, Form] = {form.id: form for form in (*FORMS, COMMON)}

# what the text of a kind begins with or holds, where the form does not say; the first that fits
KIND_WORDS: tuple[tuple[str, str], ...] = (
    ("赔付", COMPENSATION), ("compensation", COMPENSATION), ("提现", OTHER), ("转账", OTHER), ("充值", OTHER), ("withdraw", OTHER), ("transfer", OTHER),
    ("退单", DISPUTE), ("再请款", DISPUTE), ("贷记调整", DISPUTE), ("chargeback", DISPUTE),
    ("representment", DISPUTE), ("手续费", FEE), ("服务费", FEE), ("fee", FEE), ("收费", FEE),
    ("退", RETURN), ("撤销", RETURN), ("冲正", RETURN), ("refund", RETURN), ("void", RETURN),
    ("reversal", RETURN), ("return", RETURN),
)
_GOOD = ("", "success", "succeeded", "approved", "ok", "paid", "settled", "成功", "交易成功", "支付成功", "已支付",
         "已入账", "已清算", "正常", "退款成功", "trade_success", "trade_finished")
_BAD = ("fail", "failed", "failure", "declined", "refused", "closed", "error", "失败", "交易失败", "支付失败", "已关闭", "未支付",
        "拒绝", "payerror", "notpay", "trade_closed")
STATUS: Mapping[str, int] = {
    **{code.lower(): int(row.approves) for code, row in RESPONSE_CODES.items()},
    **dict.fromkeys(_GOOD, 1), **dict.fromkeys(_BAD, 0),
}
_FOOT = ("合计", "总计", "共计", "小计", "汇总", "本页", "总笔数", "总金额", "total", "sum:")
_SO_MANY = re.compile(r"共\s*\d+\s*[笔条]")
COMPENSATED = ("赔付", "compensation")  # in the text of a line of a bank that has no column for its kind
INCOMING, OUTGOING = "收入", "支出"


def is_foot(cell: str) -> bool:
    """Whether a line that begins so is no record.

    >>> is_foot("共4笔"), is_foot("Total"), is_foot("共享单车")
    (True, True, False)
    """
    return cell.lower().startswith(_FOOT) or (cell[:1] == "共" and _SO_MANY.match(cell) is not None)
