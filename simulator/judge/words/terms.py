"""The words of the trade that stand in a trace, said to a person: kinds, results, reasons, F39.

Names only.  What no table here has is shown as the trace has it.
"""

from __future__ import annotations

from simulator.catalogue.reasons import Reason

KINDS_ZH: dict[str, str] = {
    "sale": "消费", "void": "撤销", "refund": "退货", "balance": "余额查询", "preauth": "预授权",
    "preauth_void": "预授权撤销", "completion": "预授权完成", "completion_void": "预授权完成撤销",
    "completion_advice": "预授权完成通知", "offline_sale": "离线消费", "adjust": "结算调整",
    "tip": "小费", "qr_pay": "扫码支付", "qr_query": "扫码查询", "qr_refund": "扫码退款",
    "reversal": "冲正", "settlement": "批结算", "batch_upload": "批上送", "sign_on": "签到",
    "sign_off": "签退", "echo_test": "回响测试", "script_result": "脚本结果通知",
    "parameter_download": "参数下载", "status_upload": "状态上送",
}
RESULTS_ZH: dict[str, str] = {
    "approved": "成功", "declined": "拒绝", "refused": "终端拒绝受理", "failed": "失败",
    "pending": "结果待查",
}
REASONS_ZH: dict[str, str] = {
    # of the counter
    "no_reply": "无应答", "power_lost": "断电", "print_failed": "打印失败",
    "advice_pending": "通知未送达", "batch_replaced": "批次已更换", "send_failed": "发送失败",
    "reversal_pending": "冲正未完成", "bad_mac": "应答 MAC 错", "settlement_error": "对账错",
    "clerk_not_signed_in": "操作员未签到", "wrong_password": "密码错误", "disabled": "功能已禁用",
    "settlement_pending": "结算未完成", "batch_full": "批次已满", "no_amount": "金额无效",
    "no_card": "无卡", "no_qr_code": "无付款码", "no_original": "无原交易", "not_signed_on": "未签到",
    "not_operable": "终端不可操作", "already_voided": "已撤销", "original_not_found": "查无原交易",
    "original_not_delivered": "原交易尚未送达", "offline_limit": "超过脱机限额", "busy": "忙",
    "key_check_failed": "密钥校验失败", "sign_on_refused": "签到被拒", "mismatched": "应答不匹配",
    "not_sent": "未发出", "unreadable": "应答无法解读", "upload_refused": "批上送被拒",
    "unreceipted": "未出凭条", "updating": "升级中", "software": "软件过旧",
    # of the line
    "drop": "丢弃", "refuse": "拒绝连接", "refuse_connect": "拒绝连接", "no carrier": "无信号",
    "no route": "无路由", "cut": "连接中断", "no connection": "未能建立连接",
    "connection refused": "连接被拒绝", "cannot be encoded": "无法编码", "dropped": "丢弃",
    "host down": "主机停机", "line loss": "线路丢包", "terminal off": "终端未开机",
    # of power and processes
    "power on": "上电", "power returned": "恢复供电", "host restarted": "主机重启",
    "process restarted": "进程重启", "factory reset": "恢复出厂设置", "updated": "软件已更新",
    # of the books
    "opening": "开户", "debit": "扣款", "credit": "退款", "reverse": "冲正", "hold": "冻结",
    "release": "解冻", "capture": "记账", "payout": "付款", "payout_posted": "付款入账",
    "payout_returned": "付款退回", "suspend": "挂账", "interbank": "行间清算",
    "chargeback": "拒付", "clearing": "清算", "fee": "手续费",
    # of accounts and banks
    "frozen": "账户冻结", "closed": "账户已销户", "abnormal": "账户状态异常",
    "no_such_account": "账户不存在", "name_mismatch": "户名不符", "legal_hold": "司法冻结",
    "risk": "风险核查", "maintenance": "银行系统维护", "outside_hours": "银行非营业时间",
    "carried_forward": "结转下期",
}
ACTORS_ZH: tuple[tuple[str, str], ...] = (
    ("terminal.", "终端 "), ("acquirer", "主机"), ("merchant.", "商户 "), ("clearing", "清算"),
)
PLACES_ZH: dict[str, str] = {
    "arrived": "已到账", "on_the_way": "在途", "suspended": "挂账", "lost": "未到账",
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


def reason_zh(value: str) -> str:
    """A reason in Chinese; a value that nobody has put into words is shown as it is, marked.

    >>> reason_zh("drop"), reason_zh("solar flare"), reason_zh("")
    ('丢弃', '「solar flare」', '')
    """
    for reasons in Reason.__subclasses__():
        known = next((each for each in reasons if each == value), None)
        if known is not None:
            return known.zh
    return REASONS_ZH.get(value) or (f"「{value}」" if value else "")


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
    return f" ({code})", f"（{reason_zh(code)}）"
