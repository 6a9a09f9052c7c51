"""Why a payout comes back or stands in suspense, and why money is booked; decides nothing."""

from __future__ import annotations

from simulator.catalogue.reasons import Reason


class PayoutReason(Reason, fields=("payout_returned.reason", "suspended.reason")):
    """Why a payout is not in the merchant's account."""

    FROZEN = "frozen", "the account is frozen", "收款账户被冻结"
    CLOSED = "closed", "the account is closed", "收款账户已销户"
    DORMANT = "dormant", "the account is dormant", "收款账户为睡眠户"
    ABNORMAL = "abnormal", "the account is not in order", "收款账户状态异常"
    NO_SUCH_ACCOUNT = "no_such_account", "there is no such account", "收款账户不存在"
    NAME_MISMATCH = "name_mismatch", "the name on the account differs", "收款账户户名不符"
    LEGAL_HOLD = "legal_hold", "held by the law", "司法冻结"
    DEFERRED = "deferred", "put off on request or by rule", "按申请或规则延期支付"
    RISK = "risk", "risk control looks into it", "风险核查"
    MAINTENANCE = "maintenance", "the bank is in maintenance", "银行系统维护"
    OUTSIDE_HOURS = "outside_hours", "the bank takes no payouts at this hour", "银行非营业时间"
    CARRIED_FORWARD = (
        "carried_forward", "less than nothing is due, which is carried forward", "应付为负，结转下期")


class PostingReason(Reason, fields=("posted.why",)):
    """Why money is booked."""

    OPENING = "opening", "opening balance", "期初余额"
    DEBIT = "debit", "debit", "扣款"
    CREDIT = "credit", "credit", "退款"
    HOLD = "hold", "hold", "冻结"
    RELEASE = "release", "release", "解冻"
    EXPIRE = "expire", "hold expired", "预授权到期解冻"
    REVERSE = "reverse", "reversal", "冲正"
    CAPTURE = "capture", "capture", "记账"
    CLEARING = "clearing", "clearing", "清算"
    INTERBANK = "interbank", "interbank settlement", "行间清算"
    PAYOUT = "payout", "payout", "付款"
    PAYOUT_POSTED = "payout_posted", "payout arrived", "付款入账"
    DIVERTED = "diverted", "payout went to an intermediary", "付款进入二清机构"
    PAYOUT_RETURNED = "payout_returned", "payout returned", "付款退回"
    SUSPEND = "suspend", "put on suspense", "挂账"
    CHARGEBACK = "chargeback", "chargeback", "退单"
    REPRESENTMENT = "representment", "re-presentment", "再请款"
    DISPUTE_TAKEN = "dispute_taken", "disputed money taken back by the bank", "争议款收回"
    DISPUTE_RETURNED = "dispute_returned", "disputed money returned by the bank", "争议款退出"
    DISPUTE_CREDITED = "dispute_credited", "disputed money given to the cardholder", "争议款退还持卡人"
    ADVANCE = "advance", "advanced for refunds", "退货垫款"
    RECOVER = "recover", "advance recovered", "垫款收回"
    WITHHOLD = "withhold", "withheld for deposit or SIM fee", "扣收押金或流量费"
    PAYOUT_FEE = "payout_fee", "fee for the payout", "提现手续费"
    POOL_LENT = "pool_lent", "advanced for a payout at once", "秒到垫资"
    POOL_BACK = "pool_back", "advance pool refilled", "垫资池回补"
    COMPENSATION = "compensation", "compensation for a late payout", "付款逾期赔付"
