"""Why a terminal did not do what was asked, and what it shows: closed sets with their words.

A refusal sent nothing.  A failed exchange had no answer that can be believed.  What a terminal shows
for a response code is ``declined`` and the code; its words are the code's own.
"""

from __future__ import annotations

from simulator.catalogue.reasons import Reason
from simulator.catalogue.response_codes import response_code


class Refusal(Reason, fields=("concluded.reason",)):
    """Why a terminal refused by itself and sent nothing."""

    BUSY = "busy", "something else is under way", "正在处理其他交易"
    UPDATING = "updating", "new software is being installed", "正在更新程序"
    NOT_OPERABLE = "not_operable", "nobody can ask a terminal for that", "不可由操作员发起"
    DISABLED = "disabled", "this function is switched off", "功能未开通"
    WRONG_PASSWORD = "wrong_password", "wrong clerk or password", "操作员号或密码错"
    CLERK_NOT_SIGNED_IN = "clerk_not_signed_in", "this clerk is not signed in", "操作员未签到"
    NO_RIGHT = "no_right", "this needs the supervisor's password", "需主管密码"
    NOT_SIGNED_ON = "not_signed_on", "no batch number of the host yet", "尚未签到，批次未知"
    SETTLEMENT_PENDING = "settlement_pending", "a settlement is not finished", "结算未完成"
    BATCH_FULL = "batch_full", "the batch is full: settle first", "批次已满，请先结算"
    NO_AMOUNT = "no_amount", "no amount that a message can hold", "金额无效"
    NO_CARD = "no_card", "no card that can be read", "无有效卡"
    NO_QR_CODE = "no_qr_code", "no QR code that can be read", "无有效二维码"
    BLACK_LISTED = "black_listed", "the card is on the black list", "卡在黑名单中"
    OFFLINE_LIMIT = "offline_limit", "over the limit of offline sales", "超过离线消费限额"
    NO_ORIGINAL = "no_original", "no original transaction was named", "未指明原交易"
    ORIGINAL_NOT_FOUND = "original_not_found", "the original is not in this batch", "本批次无此原交易"
    ORIGINAL_NOT_DELIVERED = (
        "original_not_delivered", "the host does not have the original yet", "原交易尚未送达主机")
    ALREADY_VOIDED = "already_voided", "the original is voided already", "原交易已撤销"
    REVERSAL_PENDING = "reversal_pending", "a reversal is not delivered yet", "冲正未完成"


class NoAnswer(Reason, fields=("concluded.reason",)):
    """Why an exchange ended without an answer that can be believed."""

    NO_REPLY = "no_reply", "no reply in time", "超时未应答"
    SEND_FAILED = "send_failed", "the request did not leave", "发送失败"
    REPLY_MISMATCH = "reply_mismatch", "the reply does not fit its request", "应答与请求不符"
    BAD_MAC = "bad_mac", "the reply has a wrong MAC", "应答MAC错"


class Failure(Reason, fields=("concluded.reason",)):
    """What else let an operation fail."""

    POWER_LOST = "power_lost", "the power was cut before the outcome was known", "断电"
    PRINT_FAILED = "print_failed", "the receipt did not come out", "打印失败"
    SIGN_ON_REFUSED = "sign_on_refused", "the host refused the sign-on", "主机拒绝签到"
    KEY_CHECK_FAILED = "key_check_failed", "the keys failed their check", "密钥校验错"
    ADVICE_PENDING = "advice_pending", "stored requests are not delivered yet", "有未送达的交易"
    SETTLEMENT_ERROR = "settlement_error", "the host could not take the totals", "对账错"
    UPLOAD_REFUSED = "upload_refused", "the host refused the batch upload", "主机拒绝批上送"
    DOWNLOAD_REFUSED = "download_refused", "the host refused a download", "主机拒绝下载"
    BATCH_REPLACED = "batch_replaced", "the host has gone on to another batch", "批次已被主机更换"


class Disarming(Reason):
    """Why a reversal is needed no more."""

    DECLINED = "declined", "the request was declined", "请求被拒绝"
    DELIVERED = "delivered", "the host has done it", "冲正已完成"
    NOT_SENT = "not_sent", "the request never left", "请求未发出"
    MISMATCHED = "mismatched", "something else was answered", "应答不符"
    DROPPED = "dropped", "given up after the last try", "已放弃冲正"


class AdviceEnd(Reason):
    """How a stored request ended."""

    DELIVERED = "delivered", "the host has it", "已送达"
    REFUSED = "refused", "the host refused it for good", "主机拒绝"
    DROPPED = "dropped", "given up after the last try", "已放弃"


class Damage(Reason):
    """What is wrong with a line of a journal."""

    TORN = "torn", "cut off in the middle", "记录不完整"
    CHECKSUM = "checksum", "wrong checksum", "校验和错"
    UNREADABLE = "unreadable", "no record that is known", "无法识别"


class Unfinished(Reason, fields=("still_pending.what",)):
    """What a terminal may not have brought to its end."""

    REVERSAL = "reversal", "a reversal", "冲正"
    ADVICE = "advice", "a stored request", "待送达交易"
    SETTLEMENT = "settlement", "a settlement", "结算"
    RECEIPT = "receipt", "a receipt", "签购单"


class Shown(Reason, fields=("warned.code",)):
    """What a terminal shows its operator; the text beside it is what stands on the display."""

    JOURNAL_DAMAGED = "journal_damaged", "part of the journal cannot be read", "流水有损坏"
    REPLY_MISMATCH = "reply_mismatch", "a reply does not fit its request", "应答不符"
    BAD_MAC = "bad_mac", "a reply has a wrong MAC", "应答MAC错"
    DECLINED = "declined", "the host declined", "主机拒绝"
    CAPTURE_CARD = "capture_card", "the card is to be kept", "请没收卡"
    BALANCE = "balance", "the balance of the card", "可用余额"
    PARTIAL_APPROVAL = "partial_approval", "approved in part", "仅批准部分金额"
    POSSIBLE_DUPLICATE = "possible_duplicate", "same card and sum a moment ago", "同卡同金额刚刚交易过"
    PERIPHERAL_FAILED = "peripheral_failed", "a peripheral failed", "外设故障"
    REVERSAL_PENDING = "reversal_pending", "a reversal is not delivered yet", "冲正未成功"
    REVERSAL_DROPPED = "reversal_dropped", "a reversal was given up", "冲正已放弃"
    SIGN_ON_PAPER = "sign_on_paper", "the signature goes on paper", "请在签购单上签名"
    SCRIPT_DROPPED = (
        "script_dropped", "the result of an issuer script was given up", "脚本结果通知已放弃")
    ADVICE_REFUSED = "advice_refused", "the host refused a stored request", "待送达交易被拒绝"
    KEY_CHECK_FAILED = "key_check_failed", "the keys failed their check", "密钥校验错"
    BATCH_REPLACED = "batch_replaced", "the host has settled this batch", "批次已由主机结算"
    SETTLEMENT_ERROR = "settlement_error", "the settlement failed", "结算失败"
    REQUEST_UNSUPPORTED = "request_unsupported", "the host asks for something unknown", "主机要求不支持"
    DOWNLOAD_FAILED = "download_failed", "a download did not come to its end", "下载失败"
    NO_KEYS = "no_keys", "a chip card, and no public keys to check it with", "无公钥，无法脱机认证"
    UPDATING = "updating", "new software is being installed", "正在更新程序"
    UPDATE_FAILED = "update_failed", "there was no new software", "没有新程序"
    UPDATE_POSTPONED = "update_postponed", "the update waits for a settlement", "暂不更新程序"


def shown_words(code: str) -> tuple[str, str]:
    """English and Chinese words of what a terminal shows, by its code in the trace.

    >>> shown_words("bad_mac")
    ('a reply has a wrong MAC', '应答MAC错')
    >>> shown_words("declined_51")
    ('the host declined: insufficient funds', '主机拒绝：可用余额不足')
    """
    what, _, declined = code.partition(f"{Shown.DECLINED}_")
    if declined and not what:
        row = response_code(declined)
        return f"{Shown.DECLINED.en}: {row.en}", f"{Shown.DECLINED.zh}：{row.text}"
    shown = Shown.of(code)
    return shown.en, shown.zh
